/** The exceptions: section 9. */
import { assert, assertEquals, test } from "../../_harness/mod.ts";
import {
  Exception,
  Job_Exception,
  Net_Gearman_Exception,
  Net_Gearman_Job_Exception,
} from "../../../src/compat/net_gearman/mod.ts";

test("9.1 every problem is a Net_Gearman_Exception, whose code is 0", () => {
  const error = new Net_Gearman_Exception("out of cheese", { cause: 5 });
  assert(error instanceof Error && error instanceof Exception);
  const { name, message, code, cause } = error;
  assertEquals([name, message, code, cause], ["Net_Gearman_Exception", "out of cheese", 0, 5]);
});

test("9.2 what a job throws to fail is one, too", () => {
  const error = new Net_Gearman_Job_Exception("no user");
  assert(error instanceof Net_Gearman_Exception && error instanceof Job_Exception);
  assertEquals([error.name, error.code], ["Net_Gearman_Job_Exception", 0]);
  assert(!(new Net_Gearman_Exception() instanceof Net_Gearman_Job_Exception));
});
