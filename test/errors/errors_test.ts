/** What holds for every error class. */
import { assert, test } from "../_harness/mod.ts";
import { GearmanError, JobFailed, LinkError } from "../../src/errors.ts";

test("instanceof holds for an error of another copy of the library", () => {
  const foreign = new Error("from elsewhere");
  for (const name of ["GearmanError", "JobFailed"]) {
    Object.defineProperty(foreign, Symbol.for(`geartrain.${name}`), { value: true });
  }
  assert(foreign instanceof GearmanError);
  assert(foreign instanceof JobFailed);
  assert(!(foreign instanceof LinkError));
});

test("instanceof a user's own subclass holds for its own errors alone", () => {
  class NoSuchUser extends JobFailed {}
  assert(new NoSuchUser() instanceof NoSuchUser);
  assert(new NoSuchUser() instanceof JobFailed);
  assert(!(new JobFailed() instanceof NoSuchUser));
});
