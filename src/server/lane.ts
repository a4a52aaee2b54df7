/**
 * First in, first out, for the jobs of one function and priority. The jobs themselves are the
 * links of the chain, so that adding and taking cost the same for ten jobs and a million, and
 * nothing is left behind. A job stands in one lane at most.
 *
 * @module
 */
import type { Job } from "./jobs.ts";

/** A chain of waiting jobs. */
export class Lane {
  /** Who is next. */
  head: Job | undefined;
  /** How many wait. */
  length = 0;
  #tail: Job | undefined;

  /** Adds a job at the end. */
  push(job: Job): void {
    if (this.#tail === undefined) this.head = job;
    else this.#tail.behind = job;
    this.#tail = job;
    this.length++;
  }

  /** Takes the job that is next. */
  shift(): Job | undefined {
    const job = this.head;
    if (job === undefined) return undefined;
    this.head = job.behind;
    if (this.head === undefined) this.#tail = undefined;
    job.behind = undefined;
    this.length--;
    return job;
  }

  /** Drops the jobs that are not to stay, in one walk. The others keep their order. */
  sweep(stays: (job: Job) => boolean): void {
    let job = this.head;
    this.head = this.#tail = undefined;
    this.length = 0;
    while (job !== undefined) {
      const next: Job | undefined = job.behind;
      job.behind = undefined;
      if (stays(job)) this.push(job);
      job = next;
    }
  }
}
