/** What the harness promises to every other test. */
import { assert, assertEquals, runtime, test } from "../_harness/mod.ts";

const order: string[] = [];

test("t.use() returns what it is given", (t) => {
  const resource = { close: () => void order.push("first") };
  assert(t.use(resource) === resource);
  t.use({ [Symbol.dispose]: () => void order.push("second") });
  t.use({ [Symbol.asyncDispose]: async () => void order.push(await "third") });
});

test("t.use() closes at the end of the test, the last one first", () => {
  assertEquals(order, ["third", "second", "first"]);
});

test("t.signal is not aborted while there is time", (t) => {
  assert(!t.signal.aborted);
});

test("test() skips with its reason", { skip: "to show that a skip is seen" }, () => {
  throw new Error("Ran a skipped test");
});

test("test() skips on other runtimes", { on: [runtime.name] }, () => {
  assert(runtime.name === "workerd" || /^\d+\.\d+\.\d+/.test(runtime.version));
});
