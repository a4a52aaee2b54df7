/** The worker: section 6, on both servers. */
import { assert, assertEquals, assertRejects, assertThrows, test } from "../../_harness/mod.ts";
import { handClock } from "../../_harness/hand_clock.ts";
import {
  Net_Gearman_Exception,
  Net_Gearman_Job_Exception,
  Net_Gearman_Manager,
  Net_Gearman_Task,
  Net_Gearman_Worker,
} from "../../../src/compat/net_gearman/mod.ts";
import { clientOf, SERVERS, workerOf, workOn } from "./ends.ts";
import { jobClass } from "./job_classes.ts";
import { Happening } from "./scripts.ts";

export const notOnWorkerd = "servers are started in this process";

const { JOB_NORMAL, JOB_BACKGROUND } = Net_Gearman_Task;
const { JOB_START, JOB_FAIL, WORKER_STATUS } = Net_Gearman_Worker;

test("6.4 attachCallback() refuses what is no callback, and what is no type", () => {
  const worker = new Net_Gearman_Worker("10.0.0.1");
  assertThrows(
    () => worker.attachCallback("strlen" as never),
    Net_Gearman_Exception,
    "Invalid callback specified",
  );
  assertThrows(
    () => worker.attachCallback(() => {}, 9 as 1),
    Net_Gearman_Exception,
    "Invalid callback type specified.",
  );
});

for (const { where, options, start, open } of SERVERS) {
  test(`6.6 connection_status() and endWork() ${where}`, options, async (t) => {
    const place = await start(t);
    const name = `${place.host}:${place.port}`;
    const worker = workOn(t, [place, { host: "127.0.0.1", port: 1 }], { f: () => "x" });
    const client = clientOf(t, place);
    for (const argument of [1, 2]) await client.f(argument, JOB_NORMAL);
    assertEquals(worker.connection_status(), {
      connected: 1,
      disconnected: 1,
      servers: { [name]: true, "127.0.0.1:1": false },
      stats: { [name]: 2 },
    });
    const manager = t.use(new Net_Gearman_Manager(place));
    assertEquals((await manager.status()).f.capable_workers, 1);
    await worker.endWork();
    assertEquals(worker.connection_status().connected, 0);
    // The server hears of it when it reads on that connection.
    while ((await manager.status()).f.capable_workers > 0) t.signal.throwIfAborted();
  });

  test(`6.11 a worker takes jobs from all its servers ${where}`, options, async (t) => {
    const places = [await start(t), await start(t)];
    workOn(t, places, { where: () => "x" });
    for (const place of places) {
      assertEquals(await clientOf(t, place).where("x", JOB_NORMAL), { result: "x" });
    }
  });

  test(
    `6.8 a worker that sleeps is woken, and runs one job at a time ${where}`,
    options,
    async (t) => {
      const place = await start(t);
      let running = 0;
      let most = 0;
      let left = 6;
      const worker = workerOf(t, place, {
        async one() {
          most = Math.max(most, ++running);
          await undefined;
          running--;
          return "x";
        },
      });
      const work = worker.beginWork((idle) => !idle && --left === 0);
      const client = clientOf(t, place);
      for (const argument of [1, 2, 3, 4, 5]) await client.one(argument, JOB_BACKGROUND);
      await client.one("last", JOB_NORMAL);
      await work;
      assertEquals(most, 1);
    },
  );

  test(
    `6.4 what a callback at a job's end throws comes out of beginWork() ${where}`,
    options,
    async (t) => {
      const place = await start(t);
      const worker = workerOf(t, place, { f: () => "x" });
      worker.attachCallback(() => {
        throw new RangeError("mine");
      });
      const work = assertRejects(() => worker.beginWork(), RangeError, "mine");
      assertEquals(await clientOf(t, place).f("x", JOB_NORMAL), { result: "x" });
      await work;
    },
  );

  test(`6.4 what a callback at a job's start throws fails the job ${where}`, options, async (t) => {
    const place = await start(t);
    const worker = workOn(t, place, { f: () => "x" });
    worker.attachCallback(() => {
      throw new RangeError("mine");
    }, JOB_START);
    const failed: string[] = [];
    worker.attachCallback((_handle, _job, { message }) => failed.push(message), JOB_FAIL);
    const client = clientOf(t, place);
    await assertRejects(() => client.f("x", JOB_NORMAL), Net_Gearman_Job_Exception);
    assertEquals(failed, ["mine"]);
  });

  test(`6.2 an ability with a timeout takes jobs ${where}`, options, async (t) => {
    const place = await start(t);
    const worker = workOn(t, place, {});
    worker.addAbility("slow", 60, { class_name: jobClass(() => "in time") });
    const client = clientOf(t, place);
    assertEquals(await client.slow("x", JOB_NORMAL), { result: "in time" });
    assertEquals(worker.connection_status().stats, { [`${place.host}:${place.port}`]: 1 });
  });

  test(`6.2 a job that runs for longer goes to another worker ${where}`, options, async (t) => {
    const clock = handClock();
    const { place } = await open(t, { clock });
    const begun = new Happening();
    const over = new Happening();
    const impatient = workerOf(t, place, {}, { clock, heartbeat: Infinity });
    impatient.addAbility("slow", 60, {
      class_name: jobClass(async () => {
        begun.now();
        await over.times(1);
        return "too late";
      }),
    });
    const work = impatient.beginWork();
    const result = clientOf(t, place).slow("x", JOB_NORMAL);
    await begun.times(1);
    clock.turn(59_999);
    workOn(t, place, { slow: () => "by another" });
    clock.turn(1);
    assertEquals(await result, { result: "by another" });
    const lost: string[] = [];
    impatient.attachCallback((message) => lost.push(message), WORKER_STATUS);
    over.now();
    await impatient.endWork();
    await work;
    assert(lost.some((message) => message.startsWith("Time limit passed: H:")));
  });

  test(`6.10 a worker comes back when its server does ${where}`, options, async (t) => {
    const first = await open(t);
    const { place } = first;
    const clock = handClock();
    const worker = workerOf(t, place, { f: () => "x" }, { clock });
    const [lost, ready] = [new Happening(), new Happening()];
    worker.attachCallback((message) => {
      if (message.startsWith("Connection lost")) lost.now();
      if (message.startsWith("Connected")) ready.now();
    }, WORKER_STATUS);
    const work = worker.beginWork();
    await ready.times(1);
    await first.stop();
    await lost.times(1);
    await open(t, { port: place.port });
    clock.turn(3_000);
    await ready.times(2);
    assertEquals(await clientOf(t, place).f("x", JOB_NORMAL), { result: "x" });
    await worker.endWork();
    await work;
  });
}
