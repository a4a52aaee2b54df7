/**
 * What a job server needs of a place where background jobs, series and the ends of jobs outlive it. `sqlite_store.ts` is the one
 * that comes with it.
 *
 * @module
 */
import type { Fate } from "./fates.ts";
import type { Priority } from "./functions.ts";

/** A background job as a store keeps it. */
export interface StoredJob {
  /** The number in its handle. No two jobs of a store have the same, and later ones have larger ones. */
  readonly number: number;
  readonly functionName: Uint8Array;
  /** May be empty; then it says nothing. */
  readonly unique: Uint8Array;
  readonly workload: Uint8Array;
  /** 0: high, 1: normal, 2: low. */
  readonly priority: Priority;
  readonly reducer: Uint8Array | undefined;
  /** Milliseconds since the epoch before which it must not run; 0: at once. */
  readonly notBefore: number;
  /** How often a worker lost it. */
  readonly retries: number;
}

/** A series as a store keeps it. */
export interface StoredSeries {
  /** The number in its handle, which no job of the store has. */
  readonly number: number;
  readonly functionName: Uint8Array;
  /** May be empty; then it says nothing. */
  readonly unique: Uint8Array;
  readonly workload: Uint8Array;
  /** The five fields of its timetable, with a space between them. */
  readonly times: string;
  /** Milliseconds since the epoch: what was due up to then has been submitted. */
  readonly since: number;
  /** The number of the job that was submitted last; 0: none was. */
  readonly lastRun: number;
}

/** Something to be written. */
export type Change =
  /** A job to keep. */
  | { readonly kind: "keep"; readonly job: StoredJob }
  /** A kept job that a worker lost. */
  | { readonly kind: "retried"; readonly number: number; readonly retries: number }
  /** A kept job that is over. The store may not have it. */
  | { readonly kind: "forget"; readonly number: number }
  /** A series to keep, or to keep in place of the one that has its number. */
  | { readonly kind: "keep series"; readonly series: StoredSeries }
  /** A series that was cancelled. The store may not have it. */
  | { readonly kind: "forget series"; readonly number: number }
  /** How a job ended, to be kept for a while. */
  | { readonly kind: "ended"; readonly fate: Fate }
  /** The ends up to this number are kept no longer. The store may not have them. */
  | { readonly kind: "faded"; readonly number: number }
  /** Numbers below this one may be in use, by jobs that are not kept, too. */
  | { readonly kind: "reserve"; readonly next: number };

/** What a store held when it was opened. */
export interface Kept {
  /** The first number that no job ever had. */
  readonly next: number;
  /** The jobs by number. All three are walked once, in this order, before anything is committed. */
  readonly jobs: Iterable<StoredJob>;
  readonly series: Iterable<StoredSeries>;
  /** The ends by number. */
  readonly fates: Iterable<Fate>;
}

/**
 * A place where jobs outlive the server. It is used by one server at a time, and by none after
 * `close()`; its methods are called one after another, never while one is at work.
 */
export interface Store {
  /**
   * Takes the store into use, and says what it holds. Rejects with a {@linkcode StoreError} where
   * that cannot be read to the last job, or another server uses it; then it is left as it was.
   */
  open(): Promise<Kept>;
  /**
   * Resolves when it is time to commit. With it, a store for which a commit is dear lets what other
   * connections ask in the meantime go into the same one. Default: at once.
   */
  turn?(): Promise<void>;
  /**
   * Writes all of these or none. When it returns, or its promise resolves, they outlive this
   * process; where it throws or rejects, background jobs among them are refused to their clients.
   */
  commit(changes: readonly Change[]): Promise<void> | void;
  /** Gives the store back. Called once, if it was opened. */
  close(): Promise<void> | void;
}
