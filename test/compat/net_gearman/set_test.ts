/** Sets: section 4, as far as no server has a part in it. */
import { assertEquals, assertStrictEquals, assertThrows, test } from "../../_harness/mod.ts";
import {
  Net_Gearman_Exception,
  Net_Gearman_Set,
  Net_Gearman_Task,
} from "../../../src/compat/net_gearman/mod.ts";

const task = (uniq: string) => new Net_Gearman_Task("f", "x", uniq);

test("4.1 a set has its tasks by unique, and none of their handles", () => {
  const tasks = [task("2"), task("1")];
  const set = new Net_Gearman_Set(tasks);
  assertEquals([...set.tasks], [["2", tasks[0]], ["1", tasks[1]]]);
  assertEquals([set.tasksCount, set.handles.size], [2, 0]);
});

test("4.2 addTask() ignores a task whose unique is there already", () => {
  const set = new Net_Gearman_Set();
  const first = task("u");
  set.addTask(first);
  set.addTask(task("u"));
  assertEquals(set.tasksCount, 1);
  assertStrictEquals(set.tasks.get("u"), first);
});

test("4.3 getTask() finds a task by its handle, or says why not", () => {
  const one = task("u");
  const set = new Net_Gearman_Set([one]);
  set.handles.set("H:x:1", "u");
  set.handles.set("H:x:2", "v");
  assertStrictEquals(set.getTask("H:x:1"), one);
  assertThrows(() => set.getTask("H:x:3"), Net_Gearman_Exception, "Unknown handle");
  assertThrows(() => set.getTask("H:x:2"), Net_Gearman_Exception, "No task by that handle");
});

test("4.4 finished() is true when no task is left, and calls the callback then", () => {
  const set = new Net_Gearman_Set([task("a")]);
  const calls: unknown[] = [];
  set.attachCallback((results) => calls.push(results));
  assertEquals([set.finished(), calls], [false, []]);
  set.tasksCount = 0;
  assertEquals([set.finished(), calls], [true, [[""]]]);
  assertThrows(
    () => set.attachCallback("strlen" as never),
    Net_Gearman_Exception,
    "Invalid callback specified",
  );
});

test("4.6 iterating gives the tasks in the order of their adding, getIterator() with uniques", () => {
  const tasks = [task("9"), task("b"), task("1")];
  const set = new Net_Gearman_Set(tasks);
  assertEquals([...set], tasks);
  assertEquals([...set.getIterator()].map(([uniq]) => uniq), ["9", "b", "1"]);
});

test("4.7 count() is the number of unfinished tasks", () => {
  const set = new Net_Gearman_Set([task("a"), task("b")]);
  assertEquals(set.count(), 2);
});
