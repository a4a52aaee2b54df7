/** A worker whose functions come, go and change while jobs flow, through our own server: each job runs once. */
import { assertEquals, test } from "../_harness/mod.ts";
import { seeded } from "../../scripts/soak/program.ts";
import { Client } from "../../src/client/mod.ts";
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { type Job, Worker } from "../../src/worker/mod.ts";

const NAMES = ["a", "b", "c"];

for (let seed = 1; seed <= 5; seed++) {
  test(`a worker changed at random while it runs puts no job back and loses none, seed ${seed}`, async (t) => {
    const random = seeded(seed);
    const pick = (below: number) => Math.floor(random() * below);
    const { dial, listen } = memoryNetwork();
    const server = t.use(await JobServer.listen({ listen }));
    const options = { servers: server.address, dial };
    const runs = new Map<string, number>();
    const run = async (job: Job) => {
      runs.set(job.text(), (runs.get(job.text()) ?? 0) + 1);
      for (let parts = pick(3); parts > 0; parts--) {
        job.data("");
        await job.flushed();
      }
      return job.text();
    };

    const worker = new Worker({ ...options, concurrency: 3 });
    const helper = new Worker({ ...options, concurrency: 2 });
    t.use({ close: () => worker.close() });
    t.use({ close: () => helper.close() });
    for (const name of NAMES) worker.add(name, run);
    worker.start();

    const client = t.use(new Client(options));
    const tasks: Promise<string>[] = [];
    const removals: Promise<boolean>[] = [];
    for (let step = 0; step < 150; step++) {
      const name = NAMES[pick(NAMES.length)];
      for (let jobs = pick(8); jobs > 0; jobs--) {
        const workload = `${name}${tasks.length}`;
        tasks.push(client.submit(name, workload).text());
      }
      const act = pick(8);
      if (act === 0) removals.push(worker.remove(name));
      else if (act === 1) worker.add(name, run);
      else if (act === 2) worker.add(name, run, { concurrency: 1 + pick(4) });
      else if (act === 3) worker.concurrency = 1 + pick(5);
      else if (act === 4) worker.add(name, run, { timeout: 60_000 + step });
      else await Promise.race([client.ping(), ...tasks.slice(-1)]);
    }
    // What was removed last is still wanted: another worker runs it.
    for (const name of NAMES) helper.add(name, run);
    helper.start();
    const results = await Promise.all(tasks);
    await Promise.all(removals);
    await Promise.all([worker.drain({ timeout: Infinity }), helper.drain({ timeout: Infinity })]);
    assertEquals(results.length, runs.size);
    assertEquals([...runs].filter(([, count]) => count !== 1), []);
  });
}
