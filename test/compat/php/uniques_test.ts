/** Uniques, texts and ends, where clients and workers meet: at gearmand and at our own server. */
import { assert, assertEquals, test } from "../../_harness/mod.ts";
import { SERVER_PROGRAMS, SERVERS } from "../../_harness/job_server.ts";
import * as g from "../../../src/compat/php/mod.ts";
import { keepWorking, placeAt } from "./place.ts";

for (const { name: where, skip, start } of SERVERS) {
  const at = { skip };

  test(
    `9.6 a job in the foreground joins one of its unique in the background, at ${where}`,
    at,
    async (t) => {
      const place = await placeAt(t, start);
      const client = await place.client();
      const handle = await client.doBackground("joined", "the first", "one key");
      let heard = () => {};
      const created = new Promise<void>((resolve) => heard = resolve);
      client.setCreatedCallback(() => heard());
      const ends: unknown[] = [];
      client.setCompleteCallback((task) => void ends.push([task.jobHandle(), task.data()]));
      client.addTask("joined", "the second", null, "one key");
      const running = client.runTasks();
      await created;
      const runs: unknown[] = [];
      const worker = await place.worker({
        joined: (job) => {
          runs.push(job.workload());
          return "done";
        },
      });
      const working = keepWorking(worker, 1);
      assertEquals(await running, true);
      assertEquals(ends, [[handle, "done"]]);
      assertEquals(runs, ["the first"]);
      await working;
    },
  );

  test(
    `9.6 a unique is one job for two clients and all priorities, and another function's is another, at ${where}`,
    at,
    async (t) => {
      const place = await placeAt(t, start);
      const [one, two] = [await place.client(), await place.client()];
      const first = await one.doBackground("keyed", "1", "k");
      assertEquals(await two.doHighBackground("keyed", "2", "k"), first);
      assertEquals(await two.doLowBackground("keyed", "3", "k"), first);
      const other = await two.doBackground("keyed too", "4", "k");
      assert(other !== first, `Expected another job than ${first}`);
      const runs: unknown[] = [];
      const run = (job: g.GearmanJob): string => {
        runs.push(`${job.functionName()} ${job.workload()}`);
        return "";
      };
      const working = keepWorking(await place.worker({ keyed: run, "keyed too": run }), 3);
      // When a job has ended, its unique is free again.
      await one.doNormal("keyed too", "5", "another");
      while ((await one.jobStatusByUniqueKey("k"))[0]) await one.ping("");
      assert(await one.doBackground("keyed", "6", "k") !== first, "Expected a new job");
      assertEquals(runs.sort(), ["keyed 1", "keyed too 4", "keyed too 5"]);
      await working;
    },
  );

  test(`9.6 the unique "-" stands for the workload, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const client = await place.client();
    const first = await client.doBackground("dashed", "one", "-");
    assertEquals(await client.doBackground("dashed", "one", "-"), first);
    assert(await client.doBackground("dashed", "two", "-") !== first, "Expected another job");
    const worker = await place.worker({ dashed: () => "" });
    await worker.unregisterAll();
    worker.register("dashed");
    const job = await worker.grabJob() as g.GearmanJob;
    assertEquals([job.unique(), job.workload()], ["-", "one"]);
    await job.sendComplete("");
  });

  test(`9.9 a name ends at its first NUL, and may have spaces, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const client = await place.client();
    const worker = await place.worker({ "cut here": (job) => job.functionName() as string });
    const working = keepWorking(worker, 1);
    assertEquals(await client.doNormal("cut here\0 not here", "x"), "cut here");
    await working;
  });

  test(`9.9 a mark of the byte order is part of a text, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const sizes: number[] = [];
    const worker = await place.worker({
      echo: (job) => {
        sizes.push(job.workloadSize());
        return job.workload();
      },
    });
    const working = keepWorking(worker, 2);
    const client = await place.client();
    assertEquals(await client.doNormal("echo", "\uFEFFid;name"), "\uFEFFid;name");
    const data: unknown[] = [];
    client.setCompleteCallback((task) => void data.push(task.data(), task.dataSize()));
    client.addTask("echo", "\uFEFF");
    assertEquals(await client.runTasks(), true);
    assertEquals([sizes, data], [[10, 3], ["\uFEFF", 3]]);
    await working;
  });

  test(`9.4 a worker that was destroyed stays so, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const lost = [false, g.GEARMAN_LOST_CONNECTION];
    for (const call of ["work", "wait"] as const) {
      const worker = await place.worker({ idle: () => "" });
      const pending = worker[call]();
      await worker.__destruct();
      assertEquals([await pending, worker.returnCode()], lost);
      const client = await place.client();
      await client.doBackground("idle", "x");
      for (const method of ["work", "wait", "grabJob"] as const) {
        assertEquals([await worker[method](), worker.returnCode()], lost);
      }
    }
  });
}

for (const { name: where, skip, start } of SERVER_PROGRAMS) {
  test(
    `9.8 exceptions stay on when the server has been started anew, at ${where}`,
    { skip },
    async (t) => {
      const place = await placeAt(t, start);
      const client = await place.client();
      const worker = await place.worker({ except: (job) => job.sendException("boom") });
      const ask = async () => {
        const working = keepWorking(worker, 1);
        const result = await client.doNormal("except", "x");
        await working;
        return [result, client.returnCode()];
      };
      assertEquals(await ask(), ["boom", g.GEARMAN_WORK_EXCEPTION]);
      await place.server[Symbol.asyncDispose]();
      // The first call finds the link gone, and says so.
      await client.ping("");
      t.use(await start(place.port));
      assertEquals(await ask(), ["boom", g.GEARMAN_WORK_EXCEPTION]);
    },
  );
}
