/** What a promise that is settled from outside leaves behind. */
import { assertEquals, test } from "../_harness/mod.ts";
import { Deferred } from "../../src/client/deferred.ts";

test("a deferred that was dropped holds on to its value no longer", { on: ["node"] }, async () => {
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const settled = (): WeakRef<object> => {
    const value = {};
    new Deferred<object>().resolve(value);
    return new WeakRef(value);
  };
  const value = settled();
  // A reference that was made just now counts until the turn is over.
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  assertEquals(value.deref(), undefined);
});
