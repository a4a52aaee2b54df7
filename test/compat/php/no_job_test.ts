/** Work without a job, time that runs out, and servers that are lost: paragraph 9.4 of docs/compat-php.md. */
import { assert, assertEquals, assertRejects, assertThrows, test } from "../../_harness/mod.ts";
import { handClock } from "../../_harness/hand_clock.ts";
import { SERVER_PROGRAMS, SERVERS } from "../../_harness/job_server.ts";
import * as g from "../../../src/compat/php/mod.ts";
import { keepWorking, placeAt } from "./place.ts";

test("9.4 a loop around work() that does not wait for it is told so", async () => {
  const worker = new g.GearmanWorker();
  // As many one after the other are no such loop, nor are some side by side.
  for (let call = 0; call < 1_001; call++) assertEquals(await worker.work(), false);
  assertEquals(await Promise.all([worker.work(), worker.work()]), [false, false]);
  const loop = () => {
    while (worker.work());
  };
  assertThrows(loop, Error, "while (await worker.work());");
});

for (const { name: where, skip, start } of SERVERS) {
  const at = { skip };

  test(`9.4 work() says why there was no job, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const clock = handClock();
    const worker = t.use(new g.GearmanWorker({ clock }));
    await worker.addServer(place.host, place.port);
    assertEquals([await worker.work(), worker.error()], [
      false,
      "work(GEARMAN_NO_REGISTERED_FUNCTIONS) Expected a function, none was registered",
    ]);
    worker.addFunction("never", () => "");
    for (const limit of [100, 0]) {
      worker.setTimeout(limit);
      const working = keepWorking(worker, 1);
      clock.turn(limit);
      assertEquals(await working, [[false, g.GEARMAN_TIMEOUT]]);
      const message = `Expected a job within ${limit} ms, none came`;
      assertEquals(worker.error(), `work(GEARMAN_TIMEOUT) ${message}`);
    }
    worker.setTimeout(10_000);
    worker.addOptions(g.GEARMAN_WORKER_NON_BLOCKING);
    assertEquals([await worker.work(), worker.returnCode()], [false, g.GEARMAN_NO_JOBS]);
    const client = await place.client();
    await client.doBackground("never", "x");
    assertEquals([await worker.wait(), worker.returnCode()], [true, g.GEARMAN_SUCCESS]);
    assertEquals([await worker.work(), worker.returnCode()], [true, g.GEARMAN_SUCCESS]);
    worker.unregisterAll();
    assertEquals([await worker.work(), worker.returnCode()], [
      false,
      g.GEARMAN_NO_REGISTERED_FUNCTIONS,
    ]);
    const idle = new g.GearmanWorker();
    assertEquals([await idle.work(), idle.returnCode()], [false, g.GEARMAN_NO_SERVERS]);
  });

  test(`9.4 functions are served in the order of their adding, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const served: unknown[] = [];
    const note = (job: g.GearmanJob) => void served.push(job.functionName());
    const worker = await place.worker({ first: note, second: note, third: note });
    const client = await place.client();
    for (const name of ["third", "first", "second"]) await client.doBackground(name, "x");
    await keepWorking(worker, 3);
    assertEquals(served, ["first", "second", "third"]);
  });

  test(`9.4 a client works again after a refusal, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const { host, port } = place;
    const warnings: g.GearmanWarning[] = [];
    const client = t.use(new g.GearmanClient({ onWarning: (warning) => warnings.push(warning) }));
    await client.addServer("127.0.0.1", 1, false);
    assertEquals(await client.doBackground("later", "x"), "");
    assertEquals(client.returnCode(), g.GEARMAN_COULD_NOT_CONNECT);
    assertEquals(warnings.map(({ method, code }) => [method, code]), [
      ["GearmanClient::doBackground", g.GEARMAN_COULD_NOT_CONNECT],
    ]);
    await client.addServer(host, port, false);
    assert((await client.doBackground("later", "x")).startsWith("H:"));
    assertEquals(client.returnCode(), g.GEARMAN_SUCCESS);
  });

  test(
    `9.4 a job that comes when work() has given up is for the next, at ${where}`,
    at,
    async (t) => {
      const place = await placeAt(t, start);
      const clock = handClock();
      const worker = await place.worker({ late: (job) => job.workload() }, { clock });
      const client = await place.client();
      worker.setTimeout(50);
      const waiting = keepWorking(worker, 1);
      clock.turn(50);
      assertEquals(await waiting, [[false, g.GEARMAN_TIMEOUT]]);
      worker.setTimeout(-1);
      // It blocks until there is one, and then goes on at once.
      const working = keepWorking(worker, 2);
      assertEquals(await client.doNormal("late", "1"), "1");
      assertEquals(await client.doNormal("late", "2"), "2");
      assertEquals(await working, [[true, g.GEARMAN_SUCCESS], [true, g.GEARMAN_SUCCESS]]);
    },
  );

  test(`9.4 a worker works with the servers that are up, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const worker = t.use(new g.GearmanWorker());
    await worker.addServer("127.0.0.1", 1, false);
    await worker.addServer(place.host, place.port, false);
    worker.addFunction("up", (job) => job.workload());
    const working = keepWorking(worker, 1);
    const client = await place.client();
    assertEquals(await client.doNormal("up", "x"), "x");
    assertEquals(await working, [[true, g.GEARMAN_SUCCESS]]);
  });

  test(`9.4 a job whose worker dies is run by another, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const client = await place.client();
    const told: unknown[] = [];
    const tell = (kind: string): g.TaskCallback => (task) => void told.push([kind, task.data()]);
    client.setCreatedCallback(tell("created"));
    client.setCompleteCallback(tell("complete"));
    client.setFailCallback(tell("fail"));
    let die = () => {};
    const dead = new Promise<void>((resolve) => die = resolve);
    const first: g.GearmanWorker = await place.worker({
      survive: async () => {
        await first.__destruct();
        die();
      },
    });
    const dying = keepWorking(first, 1);
    client.addTask("survive", "x");
    const running = client.runTasks();
    await dead;
    await dying;
    const working = keepWorking(await place.worker({ survive: () => "another" }), 1);
    assertEquals([await running, client.returnCode()], [true, g.GEARMAN_SUCCESS]);
    assertEquals(told, [["created", ""], ["complete", "another"]]);
    assertEquals(await working, [[true, g.GEARMAN_SUCCESS]]);
  });
}

for (const { name: where, skip, start } of SERVER_PROGRAMS) {
  const at = { skip };

  test(`9.4 a worker loses its server, and finds it again, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const warnings: unknown[] = [];
    const worker = await place.worker({ found: () => "again" }, {
      onWarning: ({ method, code }) => warnings.push([method, code]),
    });
    const client = await place.client();
    const first = keepWorking(worker, 1);
    assertEquals(await client.doNormal("found", "x"), "again");
    await first;
    const losing = keepWorking(worker, 1);
    await place.server[Symbol.asyncDispose]();
    assertEquals(await losing, [[false, g.GEARMAN_COULD_NOT_CONNECT]]);
    assertEquals(await keepWorking(worker, 1), [[false, g.GEARMAN_COULD_NOT_CONNECT]]);
    assertEquals(warnings, [
      ["GearmanWorker::work", g.GEARMAN_COULD_NOT_CONNECT],
      ["GearmanWorker::work", g.GEARMAN_COULD_NOT_CONNECT],
    ]);
    t.use(await start(place.port));
    const finding = keepWorking(worker, 1);
    assertEquals([await client.doNormal("found", "x"), client.returnCode()], ["again", 0]);
    assertEquals(await finding, [[true, g.GEARMAN_SUCCESS]]);
  });

  test(`9.4 a client that loses its server goes on at the next, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const warnings: unknown[] = [];
    const client = await place.client({
      onWarning: ({ method, code }) => warnings.push([method, code]),
    });
    // Both jobs have been taken when the server goes.
    let created = 0;
    client.setCreatedCallback(async () => {
      if (++created === 2) await place.server[Symbol.asyncDispose]();
    });
    client.addTask("lost", "1");
    client.addTask("lost", "2");
    assertEquals([await client.runTasks(), client.returnCode()], [
      false,
      g.GEARMAN_LOST_CONNECTION,
    ]);
    assertEquals([await client.runTasks(), client.returnCode()], [true, g.GEARMAN_SUCCESS]);
    const again = t.use(await start(place.port));
    const worker = await place.worker({
      lost: () => again[Symbol.asyncDispose](),
      found: (job) => job.workload(),
    });
    const losing = keepWorking(worker, 1);
    assertEquals([await client.doNormal("lost", "3"), client.returnCode()], [
      "",
      g.GEARMAN_LOST_CONNECTION,
    ]);
    await losing;
    assertEquals(warnings, [
      ["GearmanClient::runTasks", g.GEARMAN_LOST_CONNECTION],
      ["GearmanClient::doNormal", g.GEARMAN_LOST_CONNECTION],
    ]);
    t.use(await start(place.port));
    const working = keepWorking(worker, 1);
    assertEquals([await client.doNormal("found", "4"), client.returnCode()], ["4", 0]);
    await working;
  });
}

test("9.4 all servers down are COULD_NOT_CONNECT, at once", async (t) => {
  const worker = t.use(new g.GearmanWorker());
  const error = await assertRejects(() => worker.addServer("127.0.0.1", 1), g.GearmanException);
  assertEquals([error.message, error.code], ["Failed to set exception option", 0]);
  worker.addFunction("x", () => "");
  assertEquals([await worker.work(), worker.returnCode()], [false, g.GEARMAN_COULD_NOT_CONNECT]);
  assertEquals([await worker.wait(), worker.returnCode()], [false, g.GEARMAN_NO_ACTIVE_FDS]);
});
