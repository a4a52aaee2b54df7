/** The client: section 2, and what sections 3 and 4 say of running tasks, on both servers. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  test,
} from "../../_harness/mod.ts";
import { handClock } from "../../_harness/hand_clock.ts";
import {
  Net_Gearman_Exception,
  Net_Gearman_Job_Exception,
  Net_Gearman_Manager,
  Net_Gearman_Set,
  Net_Gearman_Task,
} from "../../../src/compat/net_gearman/mod.ts";
import { clientOf, clientWith, SERVERS, workOn } from "./ends.ts";
import { Happening } from "./scripts.ts";

export const notOnWorkerd = "servers are started in this process";

const { JOB_NORMAL, JOB_BACKGROUND, TASK_FAIL, TASK_STATUS } = Net_Gearman_Task;

for (const { where, options, start, open } of SERVERS) {
  test(`2.5 a method that is none is a job, handed over ${where}`, options, async (t) => {
    const place = await start(t);
    const client = clientOf(t, place);
    const handles = [
      await client.note({ userid: 1 }, JOB_BACKGROUND),
      await client.note({}),
      await client.note(),
      await client.note(null),
      await client.note(0),
      await client.__call("note", ["second", JOB_BACKGROUND, "further"]),
    ];
    assertEquals(new Set(handles).size, 6 - 2, "equal arguments share a job");
    const received: unknown[] = [];
    await new Promise<void>((resolve) => {
      workOn(t, place, {
        note(argument) {
          if (received.push(argument) === 4) resolve();
        },
      });
    });
    assertEquals(received, [{ userid: 1 }, [], 0, "second"]);
  });

  test(`2.6 with a foreground type it resolves with the result ${where}`, options, async (t) => {
    const place = await start(t);
    workOn(t, place, {
      stringReverse: (text: string) => [...text].reverse().join(""),
      pair: () => [1, 2],
      fails() {
        throw new Net_Gearman_Job_Exception("no");
      },
    });
    const client = clientOf(t, place);
    assertEquals(await client.stringReverse("Hello World!", JOB_NORMAL), {
      result: "!dlroW olleH",
    });
    assertEquals(await client.pair("", Net_Gearman_Task.JOB_HIGH), [1, 2]);
    await assertRejects(() => client.fails("x", JOB_NORMAL), Net_Gearman_Job_Exception);
  });

  test(
    `2.7 runSet() waits for all tasks, submitted in their order ${where}`,
    options,
    async (t) => {
      const place = await start(t);
      const client = clientOf(t, place);
      const order: unknown[] = [];
      const set = new Net_Gearman_Set();
      for (const n of [3, 1, 2]) {
        const task = new Net_Gearman_Task("order", n);
        task.attachCallback((func, handle, result, uniq) => {
          assertEquals([func, handle, uniq], ["order", task.handle, task.uniq]);
          order.push(result);
        });
        set.addTask(task);
      }
      const last = new Net_Gearman_Task("order", "never");
      last.attachCallback((task) => order.push(["failed", task === last]), TASK_FAIL);
      last.attachCallback((...args) => order.push(args), TASK_STATUS);
      set.addTask(last);
      const results: unknown[] = [];
      set.attachCallback((all) => results.push(...all));
      workOn(t, place, {
        order(argument: unknown) {
          if (argument !== "never") return { n: argument };
          this.status(1, 4);
          throw new Net_Gearman_Job_Exception("never");
        },
      });
      await client.runSet(set);
      // One task after the other: a worker does one job at a time, in the order of the queue.
      assertEquals(order, [
        { n: 3 },
        { n: 1 },
        { n: 2 },
        ["order", last.handle, 1, 4],
        ["failed", true],
      ]);
      // 4.5: in the order of adding, and "" for what failed.
      assertEquals(results, [{ n: 3 }, { n: 1 }, { n: 2 }, ""]);
      assertEquals([set.count(), [...set].every((task) => task.finished)], [0, true]);
      assertStrictEquals(set.getTask(last.handle), last);
      assertEquals(last.server, `${place.host}:${place.port}`);
    },
  );

  test(`4.5 failed and background tasks give a set "" ${where}`, options, async (t) => {
    const place = await start(t);
    workOn(t, place, {
      f: () => ({ done: true }),
      fails() {
        throw new Net_Gearman_Job_Exception("no");
      },
    });
    const set = new Net_Gearman_Set([
      new Net_Gearman_Task("fails", "x"),
      new Net_Gearman_Task("f", "x", null, JOB_BACKGROUND),
      new Net_Gearman_Task("f", "x"),
    ]);
    const calls: unknown[] = [];
    set.attachCallback((results) => calls.push(results));
    const client = clientOf(t, place);
    await client.runSet(set);
    assertEquals(calls, [["", "", { done: true }]]);
    // 2.13: a background task is finished when it is handed over, and has its handle.
    const background = [...set][1];
    assert(background.finished && background.handle !== "");
    // 4.7
    assertEquals(set.count(), 0);
    // 4.8: what is finished is not run again.
    const handles = [...set].map((task) => task.handle);
    await client.runSet(set);
    assertEquals([...set].map((task) => task.handle), handles);
    assertEquals(calls.length, 2);
  });

  test(`2.9 disconnect() closes, and the next task connects again ${where}`, options, async (t) => {
    const place = await start(t);
    const client = clientOf(t, place);
    const first = await client.f("x");
    await client.disconnect();
    await client.disconnect();
    assert(first !== await client.f("y"));
  });

  test(`2.11 a server that cannot be reached is passed over ${where}`, options, async (t) => {
    const place = await start(t);
    const dead = { host: "127.0.0.1", port: 1 };
    const client = clientOf(t, dead, place);
    const failed: string[] = [];
    client.attachCallback((server) => failed.push(server));
    // Of two servers "b" falls to the first.
    const task = new Net_Gearman_Task("f", "x", "b", JOB_BACKGROUND);
    await client.runSet(new Net_Gearman_Set([task]));
    assertEquals([failed, task.server], [["127.0.0.1:1"], `${place.host}:${place.port}`]);
  });

  test(`3.9 what a task's callback throws comes out of runSet() ${where}`, options, async (t) => {
    const place = await start(t);
    workOn(t, place, { f: () => 1 });
    const task = new Net_Gearman_Task("f", "x");
    task.attachCallback(() => {
      throw new RangeError("mine");
    });
    const client = clientOf(t, place);
    await assertRejects(() => client.runSet(new Net_Gearman_Set([task])), RangeError, "mine");
  });

  test(`2.1 a client connects when there is something to send ${where}`, options, async (t) => {
    const place = await start(t);
    const client = clientOf(t, place);
    const manager = t.use(new Net_Gearman_Manager(place));
    const connections = async () => (await manager.workers()).length;
    // The manager's own is one of them, or none, by the server's choice.
    const before = await connections();
    await client.f("x");
    assertEquals(await connections(), before + 1);
  });

  test(
    `2.8 runSet() comes back when its time is over, without a sign ${where}`,
    options,
    async (t) => {
      const place = await start(t);
      const clock = handClock();
      const end = new Happening();
      const began = new Happening();
      workOn(t, place, {
        async endless() {
          this.status(1, 2);
          await end.times(1);
        },
      });
      t.use({ close: end.now });
      const client = clientWith(t, place, { clock });
      const task = new Net_Gearman_Task("endless", "x");
      task.attachCallback(began.now, TASK_STATUS);
      const set = new Net_Gearman_Set([task]);
      const run = client.runSet(set, 3);
      await began.times(1);
      clock.turn(3_000);
      await run;
      assertEquals([task.finished, task.result, set.count()], [false, "", 1]);
      assert(task.handle.startsWith("H:"));
    },
  );

  test(`2.12 a task's own servers replace the client's ${where}`, options, async (t) => {
    const [place, own] = [await start(t), await start(t)];
    const task = new Net_Gearman_Task("f", "x", null, JOB_BACKGROUND, [own]);
    await clientOf(t, place).runSet(new Net_Gearman_Set([task]));
    assertEquals(task.server, `${own.host}:${own.port}`);
    const [none, one] = [place, own].map((at) => t.use(new Net_Gearman_Manager(at)));
    assertEquals(Object.keys(await none.status()), []);
    assertEquals((await one.status()).f.in_queue, 1);
  });

  test(`2.15 a server that is lost ends the run with an exception ${where}`, options, async (t) => {
    const { place, stop } = await open(t);
    const client = clientOf(t, place);
    const began = new Happening();
    const end = new Happening();
    workOn(t, place, {
      async endless() {
        this.status(1, 2);
        await end.times(1);
      },
    });
    t.use({ close: end.now });
    const task = new Net_Gearman_Task("endless", "x");
    task.attachCallback(began.now, TASK_STATUS);
    const run = assertRejects(
      () => client.runSet(new Net_Gearman_Set([task])),
      Net_Gearman_Exception,
    );
    await began.times(1);
    await stop();
    await run;
    assertEquals(task.finished, false);
  });

  test(`3.2 six types of job, by priority, waited for or not ${where}`, options, async (t) => {
    const place = await start(t);
    const client = clientOf(t, place);
    const tasks = [1, 2, 3, 4, 5, 6].map((type) =>
      new Net_Gearman_Task("f", type, `u${type}`, type as 1)
    );
    const of = (remainder: number) =>
      new Net_Gearman_Set(tasks.filter(({ type }) => type % 2 === remainder));
    const waitedFor = client.runSet(of(1));
    // On one connection, behind the others: when these are there, so are those.
    await client.runSet(of(0));
    const manager = t.use(new Net_Gearman_Manager(place));
    const { f } = await manager.priorityStatus();
    assertEquals(f, { high: 2, normal: 2, low: 2, capable_workers: 0 });
    assertEquals(tasks.map(({ finished }) => finished), [false, true, false, true, false, true]);
    const order: unknown[] = [];
    workOn(t, place, {
      f(argument: unknown) {
        order.push(argument);
        return { n: argument };
      },
    });
    await waitedFor;
    assertEquals(order.slice(0, 5), [3, 4, 1, 2, 5]);
    assertEquals(tasks.map(({ result }) => result), [{ n: 1 }, "", { n: 3 }, "", { n: 5 }, ""]);
  });
}
