/**
 * One call of `doNormal()` and its kin under way: a job, told packet by packet.
 *
 * @module
 */
import { type Client, type FeedEntry, type Priority, TaskFeed } from "../../client/mod.ts";
import type { JobWords } from "./job_words.ts";
import { isUnreached } from "./servers.ts";

/** What a do call submits. */
export interface DoJob extends JobWords {
  /** The key that the program gave, or the made one of a first call, which the next does not know. */
  readonly unique: string;
  readonly priority: Priority;
}

/** A job that a do call follows. */
export class DoCall {
  /** Whether a round is under way: what a call of the same words then asks for is another job. */
  isBusy = false;
  /** The server's name for the job, or `""`. */
  handle = "";
  /** Its progress, as last told. */
  progress: [numerator: number, denominator: number] = [0, 0];
  readonly job: DoJob;
  readonly #others: Client[];
  readonly #feed = new TaskFeed();
  readonly #leave = new AbortController();

  /** Submits to the first of these clients whose server can be reached. */
  constructor(job: DoJob, clients: readonly Client[]) {
    this.job = job;
    this.#others = [...clients];
    this.#submit();
  }

  /** Whether a call with these words is the next round of this one. */
  continues({ functionName, workload, key, priority }: DoJob): boolean {
    const { job } = this;
    return !this.isBusy && job.functionName === functionName && job.key === key &&
      job.priority === priority && isSame(job.workload, workload);
  }

  /** What was told next, if it has come. */
  next(): FeedEntry | undefined {
    for (let entry; (entry = this.#feed.next()) !== undefined;) {
      if (entry.type === "failed" && isUnreached(entry.error) && this.#others.length > 0) {
        this.#submit();
        continue;
      }
      if (entry.type === "accepted") this.handle = entry.task.handle;
      if (entry.type === "status") this.progress = [entry.numerator, entry.denominator];
      return entry;
    }
    return undefined;
  }

  /** Resolves when something was told. */
  changed(): Promise<void> {
    return this.#feed.changed();
  }

  /** Follows the job no longer. */
  leave(): void {
    this.#leave.abort();
  }

  #submit(): void {
    const { functionName, workload, unique, priority } = this.job;
    const options = { unique, priority, feed: this.#feed, signal: this.#leave.signal };
    this.#others.shift()!.submit(functionName, workload, options);
  }
}

function isSame(one: string | Uint8Array, other: string | Uint8Array): boolean {
  if (typeof one === "string" || typeof other === "string") return one === other;
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
