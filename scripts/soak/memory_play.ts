/**
 * Many jobs of every ending through one client and one worker, and what memory they leave behind.
 * Knows no runtime: whoever plays it says how memory is measured.
 *
 * @module
 */
import type { Client } from "../../src/client/mod.ts";
import { JobException, JobFailed } from "../../src/errors.ts";
import type { Job, Worker } from "../../src/worker/mod.ts";

/** Memory in bytes, after a collection of garbage. */
export interface Memory {
  readonly heap: number;
  /** Resident memory of the process. */
  readonly rss: number;
}

/** What is played, with whom. */
export interface MemoryOptions {
  readonly jobs: number;
  /** After so many jobs memory is measured for the first time. */
  readonly first: number;
  readonly client: Client;
  /** Not started yet, and with a concurrency of 32 or more. */
  readonly worker: Worker;
  /** Collects garbage, and measures. */
  readonly measure: () => Promise<Memory>;
  readonly tell?: (progress: string) => void;
}

/** What came of it. */
export interface MemoryResult {
  readonly early: Memory;
  readonly late: Memory;
  /** How many jobs ended in which way. */
  readonly endings: Readonly<Record<string, number>>;
}

/** Jobs under way at once. */
const IN_FLIGHT = 64;

/** Every so many jobs one fails, one throws, and so on. */
const EACH = 25;

async function work(job: Job): Promise<string> {
  const kind = job.text();
  if (kind === "fails") throw new JobFailed();
  if (kind === "throws") throw new TypeError("Expected another job");
  if (kind === "streams") {
    for (let part = 1; part <= 3; part++) {
      job.data("part ");
      job.status(part, 3);
      await job.flushed();
    }
    job.warning("careful");
  }
  return kind;
}

/** Submits one job of a kind, and says how it ended. */
async function submit(client: Client, kind: string): Promise<string> {
  try {
    switch (kind) {
      case "is aborted": {
        const controller = new AbortController();
        const task = client.submit("work", kind, { signal: controller.signal });
        await task.accepted;
        controller.abort(new Error("No longer wanted"));
        return await task.text();
      }
      case "times out":
        return await client.submit("work", kind, { timeout: 0 }).text();
      case "streams": {
        const task = client.submit("work", kind);
        let events = 0;
        for await (const _event of task) events++;
        return `${await task.text()}, ${events} events`;
      }
      case "is handed over":
        await client.background("work", kind);
        return kind;
      default:
        return await client.submit("work", kind).text();
    }
  } catch (error) {
    if (error instanceof JobFailed) return "failed";
    if (error instanceof JobException) return "exception";
    return error instanceof Error ? error.name : String(error);
  }
}

const KINDS = ["fails", "throws", "is aborted", "times out", "streams", "is handed over"];

/** Plays it. */
export async function leaveNothing(options: MemoryOptions): Promise<MemoryResult> {
  const { jobs, first, client, worker, measure, tell = () => {} } = options;
  worker.add("work", work).start();
  const endings: Record<string, number> = {};
  let begun = 0;
  const runUpTo = async (limit: number) => {
    const lane = async () => {
      while (begun < limit) {
        const index = begun++;
        const ending = await submit(client, KINDS[index % EACH] ?? "returns");
        endings[ending] = (endings[ending] ?? 0) + 1;
        if ((index + 1) % 100_000 === 0) tell(`${index + 1} jobs`);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  };
  await runUpTo(first);
  const early = await measure();
  await runUpTo(jobs);
  return { early, late: await measure(), endings };
}
