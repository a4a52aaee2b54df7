/** Time limits of functions, paragraph 9.5 of docs/compat-php.md. */
import { assertEquals, test } from "../../_harness/mod.ts";
import { fakeServer } from "../../_harness/fake_server.ts";
import { handClock } from "../../_harness/hand_clock.ts";
import { SERVERS } from "../../_harness/job_server.ts";
import * as g from "../../../src/compat/php/mod.ts";
import { keepWorking, placeAt } from "./place.ts";

test("9.5 the server is told of a limit in milliseconds, 1,000 at least", async (t) => {
  const told: unknown[] = [];
  const server = t.use(
    await fakeServer([async (peer) => {
      for (;;) {
        const { name, args } = await peer.next();
        if (name === "GRAB_JOB_ALL") break;
        if (name.startsWith("CAN_DO")) told.push([name, ...args]);
      }
      await peer.send("NO_JOB");
    }]),
  );
  const { host, port } = server.address as { host: string; port: number };
  const worker = t.use(new g.GearmanWorker({ dial: server.dial }));
  await worker.addServer(host, port, false);
  worker.addOptions(g.GEARMAN_WORKER_NON_BLOCKING);
  worker.addFunction("none", () => "");
  worker.addFunction("short", () => "", null, 2);
  worker.addFunction("long", () => "", null, 3_000);
  worker.register("registered", 5_000);
  assertEquals([await worker.work(), worker.returnCode()], [false, g.GEARMAN_NO_JOBS]);
  // Servers are told what was added last first, as by libgearman.
  assertEquals(told, [
    ["CAN_DO_TIMEOUT", "registered", "5000"],
    ["CAN_DO_TIMEOUT", "long", "3000"],
    ["CAN_DO_TIMEOUT", "short", "1000"],
    ["CAN_DO", "none"],
  ]);
  await server.done;
});

for (const { name: where, skip, start } of SERVERS) {
  test(
    `9.5 a job that takes too long goes to another, and its client waits, at ${where}`,
    { skip },
    async (t) => {
      const place = await placeAt(t, start);
      const clock = handClock();
      const reports: unknown[] = [];
      let isSlow = () => {};
      const slowness = new Promise<void>((resolve) => isSlow = resolve);
      let goOn = () => {};
      const going = new Promise<void>((resolve) => goOn = resolve);
      const warnings: unknown[] = [];
      const slow = await place.worker({}, {
        clock,
        onWarning: ({ method, code }) => warnings.push([method, code]),
      });
      slow.addFunction(
        "limited",
        async (job) => {
          isSlow();
          await going;
          reports.push(await job.sendData("late"));
          return "late";
        },
        null,
        15_000,
      );
      const working = keepWorking(slow, 1);
      const client = await place.client();
      const told: unknown[] = [];
      const tell = (kind: string): g.TaskCallback => (task) => void told.push([kind, task.data()]);
      client.setCreatedCallback(tell("created"));
      client.setDataCallback(tell("data"));
      client.setCompleteCallback(tell("complete"));
      client.setFailCallback(tell("fail"));
      client.addTask("limited", "x");
      const running = client.runTasks();
      await slowness;
      clock.turn(15_000);
      const other = keepWorking(await place.worker({ limited: () => "in time" }), 1);
      assertEquals([await running, client.returnCode()], [true, g.GEARMAN_SUCCESS]);
      assertEquals(told, [["created", ""], ["complete", "in time"]]);
      await other;
      goOn();
      // What the slow worker tells comes to nothing, and it hears so.
      assertEquals(await working, [[false, g.GEARMAN_UNEXPECTED_PACKET]]);
      assertEquals(reports, [false]);
      assertEquals(warnings, [
        ["GearmanJob::sendData", g.GEARMAN_UNEXPECTED_PACKET],
        ["GearmanWorker::work", g.GEARMAN_UNEXPECTED_PACKET],
      ]);
    },
  );
}
