/**
 * What the engine wants to have written down, told beside its packets: which jobs are to outlive
 * the server. The engine only tells; who writes is no part of it.
 *
 * @module
 */
import type { Fate } from "./fates.ts";
import type { Job } from "./jobs.ts";
import type { Series } from "./series.ts";

/** Who hears of the jobs that are to outlive the server. None of its methods throws or calls the engine back. */
export interface Journal {
  /** Whether what it is told outlives the server. */
  readonly isLasting: boolean;
  /** The number of a new job: one that no job of this server had, before a restart included. */
  number(): number;
  /**
   * A background submission made the job, or joined it. Its {@linkcode PeerOutput.receipt} follows;
   * if the job cannot be kept, {@linkcode Engine.refuse} takes the submission back.
   */
  keep(job: Job): void;
  /** A worker lost a kept job; it waits again. */
  retried(job: Job): void;
  /** A kept job is over. */
  forget(job: Job): void;
  /**
   * A series was submitted, changed, or has submitted a job. If it cannot be kept,
   * {@linkcode Engine.refuseSeries} takes that back.
   */
  keepSeries(series: Series): void;
  /** A series was cancelled. */
  forgetSeries(series: Series): void;
  /** A background job has ended, and how is kept from now on. */
  ended(fate: Fate): void;
  /** That is kept no longer. */
  faded(fate: Fate): void;
}

/** A journal that counts, and writes nothing. */
export function memoryJournal(): Journal {
  let count = 0;
  const nothing = (): void => {};
  return {
    isLasting: false,
    number: () => ++count,
    keep: nothing,
    retried: nothing,
    forget: nothing,
    keepSeries: nothing,
    forgetSeries: nothing,
    ended: nothing,
    faded: nothing,
  };
}
