/** How tasks are run, paragraph 9.2 of docs/compat-php.md, at gearmand and at our own server. */
import { assertEquals, test } from "../../_harness/mod.ts";
import { handClock } from "../../_harness/hand_clock.ts";
import { SERVER_PROGRAMS, SERVERS } from "../../_harness/job_server.ts";
import * as g from "../../../src/compat/php/mod.ts";
import { chatty, keepWorking, placeAt } from "./place.ts";

for (const { name: where, skip, start } of SERVERS) {
  const at = { skip };

  test(
    `9.2 runTasks() sends the newest first, and goes on after a timeout, at ${where}`,
    at,
    async (t) => {
      const place = await placeAt(t, start);
      const clock = handClock();
      const client = await place.client({ clock });
      const created: unknown[] = [];
      const complete: unknown[] = [];
      let hasSentAll = () => {};
      const sent = new Promise<void>((resolve) => hasSentAll = resolve);
      client.setCreatedCallback((_task, n) => {
        if (created.push(n) === 4) hasSentAll();
      });
      client.setCompleteCallback((_task, n) => void complete.push(n));
      for (const n of [1, 2, 3, 4]) client.addTask("late", `${n}`, n);
      client.setTimeout(200);
      const running = client.runTasks();
      await sent;
      // It begins to wait anew after each callback, the last one too: some steps from here.
      for (let step = 0; step < 50; step++, await undefined) clock.turn(200);
      assertEquals([await running, client.returnCode()], [false, g.GEARMAN_TIMEOUT]);
      assertEquals(created, [4, 3, 2, 1]);
      const working = keepWorking(await place.worker({ late: (job) => job.workload() }), 4);
      client.setTimeout(10_000);
      assertEquals([await client.runTasks(), client.returnCode()], [true, g.GEARMAN_SUCCESS]);
      assertEquals(complete, [4, 3, 2, 1]);
      await working;
    },
  );

  test(`9.2 a task tells in order, and ends once, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const functions = {
      chatty,
      fail: (job: g.GearmanJob) => job.sendFail(),
      except: (job: g.GearmanJob) => job.sendException("boom"),
    };
    const working = keepWorking(await place.worker(functions), 4);
    const client = await place.client();
    const told: unknown[] = [];
    const tell = (kind: string): g.TaskCallback => (task, context) =>
      void told.push([context, kind, task.data(), task.isKnown(), task.isRunning()]);
    client.setCreatedCallback(tell("created"));
    client.setDataCallback(tell("data"));
    client.setWarningCallback(tell("warning"));
    client.setStatusCallback((task, context) =>
      void told.push([context, "status", task.taskNumerator(), task.taskDenominator()])
    );
    client.setCompleteCallback(tell("complete"));
    client.setFailCallback(tell("fail"));
    await client.setExceptionCallback(tell("exception"));
    for (const name of ["chatty", "fail", "except"]) {
      client.addTask(name, "x", name);
      assertEquals([await client.runTasks(), client.returnCode()], [true, g.GEARMAN_SUCCESS]);
    }
    assertEquals(told, [
      ["chatty", "created", "", true, false],
      ["chatty", "data", "d1", true, true],
      ["chatty", "status", 1, 2],
      ["chatty", "warning", "careful", true, true],
      ["chatty", "data", "d2", true, true],
      ["chatty", "complete", "end", false, false],
      ["fail", "created", "", true, false],
      ["fail", "fail", "", false, false],
      ["except", "created", "", true, false],
      ["except", "exception", "boom", false, false],
    ]);
    // Without a data callback what was sent on the way is dropped.
    const results: unknown[] = [];
    client.clearCallbacks();
    client.setCompleteCallback((task) => void results.push(task.data()));
    client.addTask("chatty", "x");
    assertEquals([await client.runTasks(), results], [true, ["end"]]);
    await working;
  });

  test(`9.2 many tasks go over one connection, and new ones join, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const working = keepWorking(await place.worker({ echo: (job) => job.workload() }), 201);
    const client = await place.client();
    const results = new Set<unknown>();
    client.setCompleteCallback((task) => {
      results.add(task.data());
      if (results.size === 100) client.addTask("echo", "from a callback");
    });
    for (let n = 0; n < 200; n++) client.addTask("echo", `${n}`);
    assertEquals([await client.runTasks(), client.returnCode()], [true, g.GEARMAN_SUCCESS]);
    assertEquals([results.size, results.has("from a callback")], [201, true]);
    await working;
  });

  test(`9.2 tasks that no server can have wait for the next run, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const working = keepWorking(await place.worker({ echo: (job) => job.workload() }), 3);
    const warnings: unknown[] = [];
    const client = t.use(
      new g.GearmanClient({ onWarning: ({ method, code }) => warnings.push([method, code]) }),
    );
    const results: unknown[] = [];
    client.setCompleteCallback((task) => void results.push(task.data()));
    for (const n of ["1", "2", "3"]) client.addTask("echo", n);
    assertEquals([await client.runTasks(), client.returnCode()], [false, g.GEARMAN_NO_SERVERS]);
    await client.addServer("127.0.0.1", 1, false);
    assertEquals([await client.runTasks(), client.returnCode()], [
      false,
      g.GEARMAN_COULD_NOT_CONNECT,
    ]);
    assertEquals(warnings, [
      ["GearmanClient::runTasks", g.GEARMAN_NO_SERVERS],
      ["GearmanClient::runTasks", g.GEARMAN_COULD_NOT_CONNECT],
    ]);
    await client.addServer(place.host, place.port, false);
    assertEquals([await client.runTasks(), client.returnCode()], [true, g.GEARMAN_SUCCESS]);
    assertEquals(results, ["3", "2", "1"]);
    await working;
  });

  test(`9.2 a run that does not block is gone on with after wait(), at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const client = await place.client();
    client.addOptions(g.GEARMAN_CLIENT_NON_BLOCKING);
    const results: unknown[] = [];
    client.setCompleteCallback((task) => void results.push(task.data()));
    client.addTask("echo", "later");
    assertEquals([await client.runTasks(), client.returnCode()], [true, g.GEARMAN_IO_WAIT]);
    const working = keepWorking(await place.worker({ echo: (job) => job.workload() }), 1);
    let rounds = 0;
    while (client.returnCode() === g.GEARMAN_IO_WAIT) {
      assertEquals([await client.wait(), client.returnCode()], [true, g.GEARMAN_SUCCESS]);
      assertEquals(await client.runTasks(), true);
      rounds++;
    }
    // Once for its creation, once for its end; both may have come in one.
    assertEquals([rounds === 1 || rounds === 2, results], [true, ["later"]]);
    assertEquals(client.returnCode(), g.GEARMAN_SUCCESS);
    await working;
  });
}

for (const { name: where, skip, start } of SERVER_PROGRAMS) {
  test(
    `9.2 all jobs go to the server that was added last and is up, at ${where}`,
    { skip },
    async (t) => {
      const [first, last] = [await placeAt(t, start), await placeAt(t, start)];
      const workingFirst = keepWorking(await first.worker({ where: () => "first" }), 2);
      const workingLast = keepWorking(await last.worker({ where: () => "last" }), 4);
      const client = await first.client();
      await client.addServer(last.host, last.port);
      const results: unknown[] = [];
      client.setCompleteCallback((task) => void results.push(task.data()));
      for (let n = 0; n < 3; n++) client.addTask("where", "x");
      assertEquals(await client.runTasks(), true);
      assertEquals(await client.doNormal("where", "x"), "last");
      await workingLast;
      await last.server[Symbol.asyncDispose]();
      client.addTask("where", "x");
      assertEquals(await client.runTasks(), true);
      assertEquals(await client.doNormal("where", "x"), "first");
      assertEquals(results, ["last", "last", "last", "first"]);
      await workingFirst;
    },
  );
}
