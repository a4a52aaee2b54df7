/** Tasks: section 3. */
import { assertEquals, assertStrictEquals, assertThrows, test } from "../../_harness/mod.ts";
import { Net_Gearman_Exception, Net_Gearman_Task } from "../../../src/compat/net_gearman/mod.ts";
import { serialize } from "../../../src/compat/net_gearman/serialize.ts";

test("3.1 a task is plain data", () => {
  const { func, arg, uniq, type, servers, server, handle, finished, result } = new Net_Gearman_Task(
    "resize",
    { id: 7 },
    "u7",
    Net_Gearman_Task.JOB_HIGH,
    ["10.0.0.1"],
  );
  assertEquals([func, arg, uniq, type, servers], ["resize", { id: 7 }, "u7", 3, ["10.0.0.1"]]);
  assertEquals([server, handle, finished, result], ["", "", false, ""]);
});

test("3.3 a type that is none is an exception", () => {
  for (const type of [0, 7, 1.5]) {
    const error = assertThrows(
      () => new Net_Gearman_Task("f", "x", null, type as 1),
      Net_Gearman_Exception,
    );
    assertEquals(
      error.message,
      `Unknown job type: ${type}. Please see Net_Gearman_Task::JOB_* constants.`,
    );
  }
});

/** What PHP 8.2 prints for `md5($func . serialize($arg) . $type)`. */
const UNIQUES: readonly [func: string, arg: unknown, type: number, uniq: string][] = [
  ["reverse", "hello", 1, "2be3a2c346dd7eb37f649df9bf5a8735"],
  ["reverse", "hello", 2, "1ac1bc20bcfc4d571751f9b43dbc6c81"],
  ["resize", { id: 7, sizes: [1, 2.5, "x"] }, 1, "46a830b2e8fd93b30bc6652417b70344"],
  ["f", "", 1, "f91c12abb2144b7e66e4e65dfb308317"],
  ["f", null, 1, "fde40b7717c0e09d224200c1d04e67df"],
  ["f", true, 3, "c55963b1b1177d89f9584564331dc28c"],
  ["f", false, 1, "691e1be958f8cce73cb848db1a58e562"],
  ["f", 123, 6, "d42774dfc97134fdaab67c5e5d319ae4"],
  ["f", 123n, 6, "d42774dfc97134fdaab67c5e5d319ae4"],
  ["f", { id: 9007199254740993n }, 1, "7b06cec704f037398010c2591d4a1eeb"],
  ["f", "123", 6, "41db2b35baf65ab3ea7c859bc5519142"],
  ["f", 1.5, 1, "fcb1e8be8ae069a21e0033045956cf2e"],
  ["f", [], 1, "fb95253b8f56b50d9ee830d2bb365f0f"],
  ["größe", "täxt €", 1, "261de02e76be7c75f859e85e6f5d8b98"],
  ["f", -0.0001, 1, "c528a01d6fe0f2db2023663101af4385"],
  ["f", 1e25, 1, "18479c53da5536c7f4a37ff7b1d879a2"],
  ["f", 0.1, 1, "d4bf75a555c58779b76c8e18e513439a"],
];

test("3.4 without a unique it has PHP's: the md5 of function, serialized argument and type", () => {
  for (const [func, arg, type, uniq] of UNIQUES) {
    const task = new Net_Gearman_Task(func, arg, null, type as 1);
    assertEquals([func, arg, task.uniq], [func, arg, uniq]);
  }
  const bytes = new TextEncoder().encode("hello");
  assertEquals(new Net_Gearman_Task("reverse", bytes).uniq, UNIQUES[0][3]);
});

/** What PHP 8.2 prints for `serialize()`. */
const SERIALIZED: readonly [value: unknown, text: string][] = [
  [-0, "d:-0;"],
  [1e15, "i:1000000000000000;"],
  [1e16, "d:10000000000000000;"],
  [99999999999999980, "d:99999999999999980;"],
  [1e17, "d:1.0E+17;"],
  [123456789012345680, "d:1.2345678901234568E+17;"],
  [1.5e300, "d:1.5E+300;"],
  [0.00015, "d:0.00015;"],
  [1e-5, "d:1.0E-5;"],
  [5e-324, "d:5.0E-324;"],
  [-100.25, "d:-100.25;"],
  [NaN, "d:NAN;"],
  [-Infinity, "d:-INF;"],
  [
    { 5: { x: "y" }, b: null, "-0": true, "05": 1 },
    'a:4:{i:5;a:1:{s:1:"x";s:1:"y";}s:1:"b";N;s:2:"-0";b:1;s:2:"05";i:1;}',
  ],
  [
    { "9223372036854775807": 1, "9223372036854775808": 1 },
    'a:2:{i:9223372036854775807;i:1;s:19:"9223372036854775808";i:1;}',
  ],
  [9223372036854775808n, "d:9.223372036854776E+18;"],
  [[9007199254740993n, 0.5], "a:2:{i:0;i:9007199254740993;i:1;d:0.5;}"],
  [{ there: 1, not: undefined }, 'a:1:{s:5:"there";i:1;}'],
];

test("3.4 serialize() writes what PHP's writes", () => {
  for (const [value, text] of SERIALIZED) {
    assertEquals(new TextDecoder().decode(serialize(value)), text);
  }
});

test("3.5 attachCallback() takes several callbacks of a type, and returns the task", () => {
  const task = new Net_Gearman_Task("f", "x");
  const [complete, other, fail] = [() => {}, () => {}, () => {}];
  assertStrictEquals(task.attachCallback(complete), task);
  task.attachCallback(other, Net_Gearman_Task.TASK_COMPLETE)
    .attachCallback(fail, Net_Gearman_Task.TASK_FAIL);
  assertEquals(task.getCallbacks(), { 1: [complete, other], 2: [fail], 3: [], 4: [], 5: [] });
  assertThrows(
    () => task.attachCallback("strlen" as never),
    Net_Gearman_Exception,
    "Invalid callback specified",
  );
  assertThrows(
    () => task.attachCallback(() => {}, 9 as 1),
    Net_Gearman_Exception,
    "Invalid callback type specified",
  );
});

test("3.6 complete() sets the result, and calls with function, handle, result and unique", async () => {
  const task = new Net_Gearman_Task("f", "x", "u1");
  task.handle = "H:x:1";
  const calls: unknown[] = [];
  task.attachCallback((...args) => calls.push(["first", ...args]));
  task.attachCallback(async (...args) => {
    await undefined;
    calls.push(["second", ...args]);
  });
  await task.complete({ sum: 3 });
  assertEquals([task.finished, task.result], [true, { sum: 3 }]);
  const args = ["f", "H:x:1", { sum: 3 }, "u1"];
  assertEquals(calls, [["first", ...args], ["second", ...args]]);
});

test("3.7 fail() calls with the task", async () => {
  const task = new Net_Gearman_Task("f", "x");
  const calls: unknown[] = [];
  task.attachCallback((failed) => calls.push(failed), Net_Gearman_Task.TASK_FAIL);
  await task.fail();
  assertEquals([task.finished, task.result], [true, ""]);
  assertStrictEquals(calls[0], task);
});

test("3.8 status() calls with function, handle and two numbers, and finishes nothing", async () => {
  const task = new Net_Gearman_Task("f", "x");
  const calls: unknown[] = [];
  task.attachCallback((...args) => calls.push(args), Net_Gearman_Task.TASK_STATUS);
  await task.status(1, 2);
  assertEquals([calls, task.finished], [[["f", "", 1, 2]], false]);
});

test("3.9 what a callback returns is ignored", async () => {
  const task = new Net_Gearman_Task("f", "x");
  let calls = 0;
  task.attachCallback(() => false);
  task.attachCallback(() => calls++);
  await task.complete("x");
  assertEquals(calls, 1);
});
