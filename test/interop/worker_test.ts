/** What a worker does to a real server's jobs when it limits, withdraws and looks: through gearmand, and through our own server. */
import { assertEquals, assertInstanceOf, assertMatch, test } from "../_harness/mod.ts";
import { SERVERS } from "../_harness/job_server.ts";
import { JobTimeout } from "../../src/errors.ts";
import type { Job } from "../../src/worker/mod.ts";
import { publicEnds } from "../e2e/public_ends.ts";

/** Resolves when the job's signal aborts. */
function aborted({ signal }: Job): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}

for (const { name, skip, start } of SERVERS) {
  const options = { skip };

  test(
    `onTimeout requeue through ${name}: the job runs again, and its client has one result`,
    options,
    async (t) => {
      const { address } = t.use(await start());
      const ends = publicEnds(t, address);
      const reasons: unknown[] = [];
      let runs = 0;
      ends.worker().add("work", async (job) => {
        if (++runs > 1) return `run ${runs}`;
        await aborted(job);
        reasons.push(job.signal.reason);
        return "late";
      }, { timeout: 1_000, onTimeout: "requeue" }).start();
      // Our server keeps the limit, too: to a run that comes to it too late there may be another.
      assertMatch(await ends.client().submit("work").text(), /^run [2-9]$/);
      assertInstanceOf(reasons[0], JobTimeout);
      assertEquals(reasons.length, 1);
    },
  );

  test(`onTimeout requeue through ${name} beside other jobs: they run once`, options, async (t) => {
    const { address } = t.use(await start());
    const ends = publicEnds(t, address);
    const runs = new Map<string, number>();
    const worker = ends.worker({ concurrency: 4 });
    let release = () => {};
    const released = new Promise<void>((resolve) => release = resolve);
    worker.add("work", async (job) => {
      const count = (runs.get(job.text()) ?? 0) + 1;
      runs.set(job.text(), count);
      if (job.text() === "slow" && count === 1) await aborted(job);
      return job.text();
      // To a server, a run that the worker ended in time may seem late: it is not told of the limit.
    }, { timeout: 1_000, onTimeout: "requeue", announce: false });
    worker.add("long", async (job) => {
      runs.set(job.text(), (runs.get(job.text()) ?? 0) + 1);
      await released;
      return "long";
    });
    worker.start();
    const client = ends.client();
    const long = client.submit("long", "long");
    const slow = client.submit("work", "slow");
    // On a link of its own by now, while "long" keeps the first one open.
    assertEquals(await slow.text(), "slow");
    const more = Array.from({ length: 50 }, (_, i) => client.submit("work", `${i}`).text());
    await Promise.all(more);
    release();
    assertEquals(await long.text(), "long");
    assertEquals(runs.get("slow"), 2);
    runs.delete("slow");
    assertEquals([...runs.values()].every((count) => count === 1), true);
    assertEquals(runs.size, 51);
  });

  test(`remove() under load through ${name} puts no job back`, options, async (t) => {
    const { address } = t.use(await start());
    const ends = publicEnds(t, address);
    const client = ends.client();
    const runs = new Map<string, number>();
    const run = async (job: Job) => {
      runs.set(job.text(), (runs.get(job.text()) ?? 0) + 1);
      job.data("");
      await job.flushed();
      return job.text();
    };
    const worker = ends.worker({ concurrency: 8 });
    worker.add("goes", run).add("stays", run).start();
    const tasks: Promise<string>[] = [];
    for (let i = 0; i < 400; i++) {
      tasks.push(client.submit("goes", `g${i}`).text(), client.submit("stays", `s${i}`).text());
    }
    await Promise.race(tasks);
    await worker.remove("goes");
    const after = runs.size;
    await Promise.all(tasks.filter((_, index) => index % 2 === 1));
    const went = [...runs.keys()].filter((name) => name.startsWith("g")).length;
    // Others may have run meanwhile, but no more of the one that was removed.
    assertEquals([...runs.keys()].slice(after).filter((name) => name.startsWith("g")), []);
    ends.worker({ concurrency: 8 }).add("goes", run).start();
    await Promise.all(tasks);
    assertEquals([...runs.values()].filter((count) => count !== 1), [], `${went} had gone`);
    assertEquals(runs.size, 800);
  });

  test(
    `drain() at its deadline gives jobs back through ${name}, and tells their handlers`,
    options,
    async (t) => {
      const { address } = t.use(await start());
      const ends = publicEnds(t, address);
      const task = ends.client().submit("work");
      const worker = ends.worker();
      const begun = new Promise<Job>((resolve) => {
        worker.add("work", async (job) => {
          resolve(job);
          await aborted(job);
          return "unheard";
        });
      });
      worker.start();
      const job = await begun;
      await worker.drain({ timeout: 1 });
      assertEquals(job.signal.aborted, true);
      ends.worker().add("work", () => "by another").start();
      assertEquals(await task.text(), "by another");
    },
  );

  test(
    `a delayed job through ${name} is run by a worker that sleeps when it is due`,
    options,
    async (t) => {
      const { address } = t.use(await start());
      const ends = publicEnds(t, address);
      const client = ends.client();
      const ran: string[] = [];
      const due = new Promise<void>((resolve) => {
        ends.worker().add("work", (job) => {
          ran.push(job.text());
          if (job.text() === "delayed") resolve();
        }).start();
      });
      await client.submit("work", "at once").result();
      await client.background("work", "delayed", { delay: 1_000 });
      await due;
      assertEquals(ran, ["at once", "delayed"]);
    },
  );
}
