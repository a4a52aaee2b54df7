/**
 * What is to be written in one commit, each job once: one that was kept and ended within the same
 * turn is not written at all.
 *
 * @module
 */
import type { Job } from "./jobs.ts";
import type { Change, StoredJob } from "./store.ts";

/** A turn's changes. */
export class Batch {
  readonly #kept = new Map<number, { readonly job: Job; readonly stored: StoredJob }>();
  readonly #retries = new Map<number, number>();
  readonly #forgotten = new Set<number>();
  #next = 0;

  /** Whether there is nothing to write. */
  get isEmpty(): boolean {
    return !this.holdsReplies && this.#retries.size === 0 && this.#forgotten.size === 0;
  }

  /** Whether replies must wait for this commit: they may tell of what it is to keep. */
  get holdsReplies(): boolean {
    return this.#kept.size > 0 || this.#next > 0;
  }

  /** The jobs that are to be kept. */
  get jobs(): Job[] {
    return [...this.#kept.values()].map(({ job }) => job);
  }

  /** A job to keep, as it is now. */
  keep(job: Job): void {
    this.#kept.set(job.number, { job, stored: storedJob(job) });
  }

  /** A job that a worker lost. */
  retried({ number, retries }: Job): void {
    const kept = this.#kept.get(number);
    if (kept === undefined) this.#retries.set(number, retries);
    else this.#kept.set(number, { job: kept.job, stored: { ...kept.stored, retries } });
  }

  /** A job that is over. */
  forget({ number }: Job): void {
    this.#retries.delete(number);
    if (!this.#kept.delete(number)) this.#forgotten.add(number);
  }

  /** Numbers to set aside. */
  reserve(next: number): void {
    this.#next = next;
  }

  /** Takes over what an earlier batch that failed still owes: all but the jobs to keep. */
  inherit(failed: Batch): void {
    for (const number of failed.#forgotten) this.#forgotten.add(number);
    for (const [number, retries] of failed.#retries) {
      if (!this.#retries.has(number) && !this.#forgotten.has(number)) {
        this.#retries.set(number, retries);
      }
    }
  }

  /** All of it, as a store takes it. */
  changes(): Change[] {
    const changes: Change[] = [];
    if (this.#next > 0) changes.push({ kind: "reserve", next: this.#next });
    for (const { stored } of this.#kept.values()) changes.push({ kind: "keep", job: stored });
    for (const [number, retries] of this.#retries) {
      changes.push({ kind: "retried", number, retries });
    }
    for (const number of this.#forgotten) changes.push({ kind: "forget", number });
    return changes;
  }
}

function storedJob(job: Job): StoredJob {
  const { number, fn, unique, workload, priority, reducer, retries } = job;
  const notBefore = job.isDelayed ? job.dueAt : 0;
  return { number, functionName: fn.name, unique, workload, priority, reducer, retries, notBefore };
}
