/**
 * Workers that are drained and replaced, one after another, while jobs come in: each job is to run
 * once. Knows no runtime: the tests play a tenth of it on all of them.
 *
 * @module
 */
import type { Client } from "../../src/client/mod.ts";
import type { Worker } from "../../src/worker/mod.ts";

/** What is played, with whom. */
export interface RollingOptions {
  readonly restarts: number;
  readonly random: () => number;
  readonly client: () => Client;
  /** A worker of that many places, not started yet. */
  readonly worker: (concurrency: number) => Worker;
  readonly tell?: (progress: string) => void;
}

/** What came of it. */
export interface RollingResult {
  readonly restarts: number;
  readonly jobs: number;
  /** Jobs in hand when their worker was told to drain. */
  readonly inHand: number;
  /** Jobs that were accepted and did not run. */
  readonly lost: number;
  /** Jobs that ran more than once. */
  readonly twice: number;
  /** Foreground jobs whose result did not come. */
  readonly failed: number;
}

/** Workers at a time. */
const WORKERS = 4;

/** Places of each. */
const CONCURRENCY = 4;

/** Those who submit one job after another. */
const FOREGROUND = 12;
const BACKGROUND = 4;

/** Jobs that end between two restarts, at most. */
const MOST_JOBS_BETWEEN = 20;

/** Plays it. Never rejects for what the servers and workers do: that is in the result. */
export async function rollingRestarts(options: RollingOptions): Promise<RollingResult> {
  const { restarts, random, tell = () => {} } = options;
  const journal = new Map<string, number>();
  let inHand = 0;
  let failed = 0;
  let ended = 0;
  /** Called after each job that ends. */
  let onEnd = () => {};

  const start = () => {
    const worker = options.worker(CONCURRENCY);
    let mine = 0;
    worker.add("work", async (job) => {
      const unique = job.text();
      journal.set(unique, (journal.get(unique) ?? 0) + 1);
      mine++;
      // Some turns of the event loop, so that jobs are in hand when the drain begins.
      for (let parts = Math.floor(random() * 4); parts > 0; parts--) {
        job.data(".");
        await job.flushed();
      }
      mine--;
      ended++;
      onEnd();
      return unique;
    });
    worker.start();
    return { worker, inHand: () => mine };
  };

  const client = options.client();
  const submitted: string[] = [];
  let isOver = false;
  const lanes: Promise<void>[] = [];
  const lane = async (submit: (unique: string) => Promise<unknown>) => {
    while (!isOver) {
      const unique = `job-${submitted.length}`;
      submitted.push(unique);
      await submit(unique);
    }
  };
  for (let i = 0; i < FOREGROUND; i++) {
    lanes.push(lane(async (unique) => {
      const text = await client.submit("work", unique, { unique }).text().catch(String);
      if (text.replaceAll(".", "") !== unique) failed++;
    }));
  }
  for (let i = 0; i < BACKGROUND; i++) {
    lanes.push(lane(async (unique) => {
      // Followed by a foreground job, so that the queue stays short.
      await client.background("work", unique, { unique }).catch(() => failed++);
      await client.submit("work", `${unique}-after`, { unique: `${unique}-after` }).text().then(
        () => submitted.push(`${unique}-after`),
        () => failed++,
      );
    }));
  }

  const fleet = Array.from({ length: WORKERS }, start);
  for (let restart = 0; restart < restarts; restart++) {
    const until = ended + 1 + Math.floor(random() * MOST_JOBS_BETWEEN);
    await new Promise<void>((resolve) => {
      onEnd = () => {
        if (ended >= until) resolve();
      };
    });
    const index = restart % WORKERS;
    const old = fleet[index];
    inHand += old.inHand();
    // Now and then the next one is there before the last has gone, and now and then after.
    if (random() < 0.5) {
      await old.worker.drain({ timeout: Infinity });
      fleet[index] = start();
    } else {
      fleet[index] = start();
      await old.worker.drain({ timeout: Infinity });
    }
    if ((restart + 1) % 100 === 0) tell(`${restart + 1} restarts, ${ended} jobs`);
  }
  isOver = true;
  await Promise.all(lanes);
  await Promise.all(fleet.map(({ worker }) => worker.drain({ timeout: Infinity })));
  // What is still in the queue was accepted, and not lost.
  await start().worker.runUntilIdle();
  await client.close();
  return {
    restarts,
    jobs: submitted.length,
    inHand,
    lost: submitted.filter((unique) => !journal.has(unique)).length,
    twice: submitted.filter((unique) => (journal.get(unique) ?? 0) > 1).length,
    failed,
  };
}
