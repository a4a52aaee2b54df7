/**
 * Series: jobs that are submitted again and again by a timetable, until they are cancelled. A series
 * is no job itself. What it submits is: a background job of normal priority, with a handle of its
 * own and the unique of the series, which coalesces, fails and is kept as any other.
 *
 *     submit ──> waiting until due ──> a job is submitted, unless the last one is still under way
 *                     └──────────<───────────┘
 *
 * @module
 */
import { type Budget, SERIES_BYTES } from "./budget.ts";
import { beforeNul, EMPTY, isName, keyOf, sameBytes } from "./bytes.ts";
import { type FunctionEntry, Priority } from "./functions.ts";
import type { Job, Jobs } from "./jobs.ts";
import type { Journal } from "./journal.ts";
import { nextDue } from "./next_due.ts";
import { Schedule, type Scheduled } from "./schedule.ts";
import type { Times } from "./timetables.ts";
import { Uniques } from "./uniques.ts";
import type { Zone } from "./zone.ts";

/** What a series is to do. */
export interface Plan extends Times {
  readonly workload: Uint8Array;
}

/** How far a series has come. */
export interface Progress {
  /** Milliseconds since the epoch: what was due up to then has been submitted. */
  readonly since: number;
  /** The number of the job that was submitted last; 0: none was. */
  readonly lastRun: number;
}

/** What a client asks for. */
export interface SeriesSubmission extends Plan {
  readonly fn: FunctionEntry;
  readonly unique: Uint8Array;
}

/** A series as it was before a restart. */
export interface KeptSeries extends SeriesSubmission, Progress {
  readonly number: number;
}

/** One series. */
export class Series implements Scheduled {
  readonly number: number;
  readonly handle: string;
  readonly fn: FunctionEntry;
  readonly unique: Uint8Array;
  /** What it coalesces on; empty: on nothing. */
  readonly uniqueKey: string;
  plan: Plan;
  progress: Progress;
  /** What the journal has of it for certain. Undefined: nothing yet. */
  kept: { readonly plan: Plan; readonly progress: Progress } | undefined;
  dueAt = 0;
  place = -1;

  constructor(number: number, handle: string, submission: SeriesSubmission, progress: Progress) {
    this.number = number;
    this.handle = handle;
    this.fn = submission.fn;
    this.unique = submission.unique;
    this.uniqueKey = uniqueKeyOf(submission.unique);
    this.plan = planOf(submission);
    this.progress = progress;
  }

  /** What it takes of the budget. */
  get bytes(): number {
    return bytesOf(this.unique, this.plan);
  }
}

/** What all series need. */
export interface SeriesSettings {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whose clock the timetables are for. */
  readonly zone: Zone;
  readonly jobs: Jobs;
  readonly budget: Budget;
  readonly journal: Journal;
}

/** Milliseconds until a job is submitted again for which there was no room. */
const RETRY_AFTER = 60_000;

/** Jobs that are submitted in one go: where thousands are due at once, others are heard in between. */
const MOST_AT_ONCE = 500;

/**
 * Milliseconds that a clock may be set back by. Times that it shows again are not served again, and
 * a series waits for those that it has not shown. What lies further ahead was a clock that was wrong.
 */
const MOST_AHEAD = 60 * 60_000;

/** All series of a server. */
export class SeriesList implements Iterable<Series> {
  readonly #settings: SeriesSettings;
  readonly #byHandle = new Map<string, Series>();
  readonly #uniques = new Uniques<Series>();
  readonly #schedule = new Schedule<Series>();
  #isDraining = false;
  /** The latest time that was seen. */
  #seen = -Infinity;

  constructor(settings: SeriesSettings) {
    this.#settings = settings;
  }

  /** How many there are. */
  get size(): number {
    return this.#byHandle.size;
  }

  [Symbol.iterator](): Iterator<Series> {
    return this.#byHandle.values();
  }

  /** The series of that handle; a NUL ends the handle. */
  find(handle: Uint8Array): Series | undefined {
    return this.#byHandle.get(keyOf(beforeNul(handle)));
  }

  /** A series with this unique, whatever its function. */
  withUnique(unique: Uint8Array): Series | undefined {
    return this.#uniques.any(keyOf(unique));
  }

  /**
   * Makes a series. Where there is one of that function and unique, that one gets the new times and
   * the new workload instead. Undefined: there is no room.
   */
  submit(submission: SeriesSubmission): Series | undefined {
    const { fn, unique } = submission;
    const known = this.#uniques.get(fn, uniqueKeyOf(unique));
    if (known !== undefined) return this.#change(known, submission);
    const { budget, jobs, journal, now } = this.#settings;
    if (!budget.take(bytesOf(unique, submission))) return undefined;
    const number = journal.number();
    const progress = { since: now(), lastRun: 0 };
    const series = new Series(number, jobs.handleOf(number), submission, progress);
    this.#add(series);
    journal.keepSeries(series);
    return series;
  }

  /** Takes up a series that was kept before a restart. */
  restore(kept: KeptSeries): void {
    const { number, since, lastRun } = kept;
    const handle = this.#settings.jobs.handleOf(number);
    const series = new Series(number, handle, kept, { since, lastRun });
    series.kept = { plan: series.plan, progress: series.progress };
    this.#settings.budget.force(series.bytes);
    this.#add(series);
  }

  /** Ends a series. The job that it submitted last stays. */
  cancel(series: Series): void {
    this.#remove(series);
    this.#settings.journal.forgetSeries(series);
  }

  /** Ends all series of a function. */
  drop(fn: FunctionEntry): void {
    for (const series of this) if (series.fn === fn) this.cancel(series);
  }

  /** The journal could not keep it: it is as the journal has it, or gone. */
  refuse(series: Series): void {
    if (this.#byHandle.get(series.handle) !== series) return;
    const { kept } = series;
    if (kept === undefined) return this.#remove(series);
    const { budget } = this.#settings;
    budget.give(series.bytes);
    series.plan = kept.plan;
    series.progress = kept.progress;
    budget.force(series.bytes);
    this.#arm(series, this.#settings.now() + RETRY_AFTER);
  }

  /** The job that it submitted last, if that is under way. */
  runOf({ progress }: Series): Job | undefined {
    return this.#settings.jobs.underWay(progress.lastRun);
  }

  /** The handle of the job that it submitted last; of none, where it submitted none. */
  lastHandleOf({ lastRun }: Progress): string {
    return this.#settings.jobs.handleOf(lastRun);
  }

  /** Submits the jobs that are due, or the first of them. */
  runDue(): void {
    if (this.#isDraining) return;
    const now = this.#settings.now();
    if (this.#seen - now > MOST_AHEAD) {
      for (const series of this) this.#arm(series);
      this.#seen = now;
    }
    this.#seen = Math.max(this.#seen, now);
    for (let count = 0; count < MOST_AT_ONCE; count++) {
      const series = this.#schedule.takeDue(now);
      if (series === undefined) return;
      this.#run(series, now);
    }
  }

  /** When {@linkcode runDue} next has something to do: milliseconds since the epoch. */
  get nextDue(): number | undefined {
    return this.#isDraining ? undefined : this.#schedule.first?.dueAt;
  }

  /** Submits no more. */
  drain(): void {
    this.#isDraining = true;
  }

  /** However often it was due meanwhile, and while the last job was under way: that is one job. */
  #run(series: Series, now: number): void {
    let { lastRun } = series.progress;
    if (this.runOf(series) === undefined) {
      const { fn, unique, plan: { workload } } = series;
      const job = this.#settings.jobs.submit({ fn, unique, workload, priority: Priority.normal });
      if (job === undefined) return this.#schedule.add(series, now + RETRY_AFTER);
      lastRun = job.number;
    }
    series.progress = { since: now, lastRun };
    this.#settings.journal.keepSeries(series);
    this.#arm(series);
  }

  #change(series: Series, submission: SeriesSubmission): Series | undefined {
    const { plan, progress: { lastRun } } = series;
    const isSame = plan.times === submission.times &&
      sameBytes(plan.workload, submission.workload);
    if (isSame) {
      if (this.#isAhead(series)) this.#arm(series);
      return series;
    }
    const { budget, journal, now } = this.#settings;
    if (!budget.take(bytesOf(series.unique, submission) - series.bytes)) return undefined;
    series.plan = planOf(submission);
    series.progress = { since: now(), lastRun };
    journal.keepSeries(series);
    this.#arm(series);
    return series;
  }

  #add(series: Series): void {
    series.fn.series++;
    this.#byHandle.set(series.handle, series);
    this.#uniques.add(series.uniqueKey, series);
    this.#arm(series);
  }

  #remove(series: Series): void {
    series.fn.series--;
    this.#byHandle.delete(series.handle);
    this.#uniques.delete(series.uniqueKey, series);
    this.#schedule.remove(series);
    this.#settings.budget.give(series.bytes);
  }

  /** Whether what was submitted was so by a clock that stood far ahead. */
  #isAhead({ progress: { since } }: Series): boolean {
    return since - this.#settings.now() > MOST_AHEAD;
  }

  /** Puts it on the schedule, or puts it where it belongs now. */
  #arm(series: Series, notBefore = 0): void {
    const { plan: { timetable }, progress } = series;
    const since = this.#isAhead(series) ? this.#settings.now() : progress.since;
    const due = nextDue(timetable, this.#settings.zone, since);
    this.#schedule.remove(series);
    if (due < Infinity) this.#schedule.add(series, Math.max(due, notBefore));
  }
}

/** A dash stands for a job's workload, and is no name of a series. */
function uniqueKeyOf(unique: Uint8Array): string {
  return isName(unique) ? keyOf(unique) : "";
}

function bytesOf(unique: Uint8Array, { times, workload }: Plan): number {
  return SERIES_BYTES + unique.length + times.length + workload.length;
}

function planOf({ times, timetable, workload }: Plan): Plan {
  return { times, timetable, workload: workload.length === 0 ? EMPTY : workload };
}
