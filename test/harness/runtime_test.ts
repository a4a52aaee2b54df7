/** Says on which runtime the tests ran, for the suite to compare with the one it meant. */
import { assert, runtime, test } from "../_harness/mod.ts";

test(`runtime answers as ${runtime.name} ${runtime.version}`, () => {
  assert(runtime.version !== "");
});
