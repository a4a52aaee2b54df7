/**
 * What is to be written in one commit, each job once: one that was kept and ended within the same
 * turn is not written at all.
 *
 * @module
 */
import type { Fate } from "./fates.ts";
import type { Job } from "./jobs.ts";
import type { Series } from "./series.ts";
import type { Change, StoredJob, StoredSeries } from "./store.ts";

/** A series, and what it was when it was to be kept. */
export interface SeriesToKeep extends Pick<Series, "plan" | "progress"> {
  readonly series: Series;
}

/** A turn's changes. */
export class Batch {
  readonly #kept = new Map<number, { readonly job: Job; readonly stored: StoredJob }>();
  readonly #retries = new Map<number, number>();
  readonly #forgotten = new Set<number>();
  readonly #series = new Map<number, SeriesToKeep>();
  readonly #forgottenSeries = new Set<number>();
  readonly #ended: Fate[] = [];
  #faded = 0;
  #next = 0;
  #isAwaited = false;

  /** Whether there is nothing to write. */
  get isEmpty(): boolean {
    return !this.holdsReplies && this.#retries.size === 0 && this.#forgotten.size === 0 &&
      this.#forgottenSeries.size === 0 && this.#ended.length === 0 && this.#faded === 0;
  }

  /** Whether replies must wait for this commit: they may tell of what it is to keep. */
  get holdsReplies(): boolean {
    return this.#kept.size > 0 || this.#series.size > 0 || this.#next > 0 || this.#isAwaited;
  }

  /** Has replies wait for this commit, whatever is in it. */
  await(): void {
    this.#isAwaited = true;
  }

  /** The jobs that are to be kept. */
  get jobs(): Job[] {
    return [...this.#kept.values()].map(({ job }) => job);
  }

  /** The series that are to be kept. */
  get series(): SeriesToKeep[] {
    return [...this.#series.values()];
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

  /** A series to keep, as it is now. */
  keepSeries(series: Series): void {
    const { number, plan, progress } = series;
    this.#series.set(number, { series, plan, progress });
  }

  /**
   * Takes back what has become of a series since an earlier batch was to keep it, which has failed:
   * it cannot have run. False: it was cancelled, or a client has submitted it anew, or it has run for
   * another reason. That is for this batch to decide.
   */
  takeBack({ series, plan, progress }: SeriesToKeep): boolean {
    const { number, kept } = series;
    if (this.#forgottenSeries.has(number)) return false;
    const later = this.#series.get(number);
    if (later !== undefined) {
      const hasRun = kept?.plan === plan && later.progress.lastRun !== progress.lastRun;
      if (later.plan !== plan || hasRun) return false;
    }
    this.#series.delete(number);
    return true;
  }

  /** A series that was cancelled. An earlier commit may have kept it, whatever this one was to do. */
  forgetSeries({ number }: Series): void {
    this.#series.delete(number);
    this.#forgottenSeries.add(number);
  }

  /** The end of a job. */
  ended(fate: Fate): void {
    this.#ended.push(fate);
  }

  /** An end that is kept no longer; those before it are not, either. */
  faded({ number }: Fate): void {
    this.#faded = Math.max(this.#faded, number);
  }

  /** Numbers to set aside. */
  reserve(next: number): void {
    this.#next = next;
  }

  /**
   * Takes over what an earlier batch that failed still owes: all but what it was to keep. How jobs
   * ended is not worth holding up the jobs of the next commit, where there is no room.
   */
  inherit(failed: Batch): void {
    for (const number of failed.#forgotten) this.#forgotten.add(number);
    for (const [number, retries] of failed.#retries) {
      if (!this.#retries.has(number) && !this.#forgotten.has(number)) {
        this.#retries.set(number, retries);
      }
    }
    for (const number of failed.#forgottenSeries) this.#forgottenSeries.add(number);
    this.#faded = Math.max(this.#faded, failed.#faded);
  }

  /** All of it, as a store takes it: first what makes room. */
  changes(): Change[] {
    const changes: Change[] = [];
    if (this.#next > 0) changes.push({ kind: "reserve", next: this.#next });
    if (this.#faded > 0) changes.push({ kind: "faded", number: this.#faded });
    for (const number of this.#forgotten) changes.push({ kind: "forget", number });
    for (const number of this.#forgottenSeries) changes.push({ kind: "forget series", number });
    for (const [number, retries] of this.#retries) {
      changes.push({ kind: "retried", number, retries });
    }
    for (const { stored } of this.#kept.values()) changes.push({ kind: "keep", job: stored });
    for (const one of this.#series.values()) {
      changes.push({ kind: "keep series", series: storedSeries(one) });
    }
    for (const fate of this.#ended) {
      if (fate.number > this.#faded) changes.push({ kind: "ended", fate });
    }
    return changes;
  }
}

function storedJob(job: Job): StoredJob {
  const { number, fn, unique, workload, priority, reducer, retries } = job;
  const notBefore = job.isDelayed ? job.dueAt : 0;
  return { number, functionName: fn.name, unique, workload, priority, reducer, retries, notBefore };
}

function storedSeries({ series, plan, progress }: SeriesToKeep): StoredSeries {
  const { number, fn, unique } = series;
  const { times, workload } = plan;
  return { number, functionName: fn.name, unique, workload, times, ...progress };
}
