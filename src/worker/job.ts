/**
 * A job, as a handler sees it.
 *
 * @module
 */
import type { Address } from "../sockets/socket.ts";

/**
 * What a handler may return: the result, as bytes or as text. Nothing is an empty result. Bytes of
 * 16 KiB and more are not copied: leave them alone afterwards.
 */
export type Result = Uint8Array | string | void;

/**
 * Runs a job. Return, and the job is complete; throw {@linkcode JobFailed}, and it fails; throw
 * anything else, and it fails with an exception that carries name and message; when `job.signal`
 * aborts, stop, for nobody is listening.
 */
export type Handler = (job: Job) => Result | PromiseLike<Result>;

/**
 * Something that is done around every job: called with the job and with what runs the handler, or
 * the next middleware. What it returns is the job's result, and what it throws its failure. One that
 * called `next` and returns nothing leaves the job's end as it is, be it a result or a failure; return
 * `""` to empty it. One that does not call `next` answers in the handler's place, nothing included.
 * Call `next` once at most.
 */
export type Middleware = (
  job: Job,
  next: () => Promise<Result>,
) => Result | PromiseLike<Result>;

/** A job in a worker's hands. */
export interface Job {
  /** The server that it came from: a handle alone does not name its server. */
  readonly server: Address;
  /** The server's name for the job. */
  readonly handle: string;
  /** The function to run. */
  readonly functionName: string;
  /** The client's own name for the job, or `""`. */
  readonly unique: string;
  /** The function that joins the results of a reduce job, or `""`. */
  readonly reducer: string;
  /** The job's input. */
  readonly workload: Uint8Array;
  /**
   * Aborts when nobody waits for the job any more: its link is lost, its worker closes, or its
   * time is up. The reason is the {@linkcode LinkError}, or a {@linkcode JobTimeout}.
   */
  readonly signal: AbortSignal;
  /** {@linkcode workload} as text, from UTF-8. */
  text(): string;
  /** {@linkcode workload} as what its JSON says. Throws a {@linkcode JobInvalid} when it is none. */
  json(): unknown;
  /** Tells how far the job is, for instance 3 of 10. Throws a `RangeError` for what is no whole number. */
  status(numerator: number, denominator: number): void;
  /** Sends a part of the result. Bytes of 16 KiB and more are not copied: leave them alone until flushed. */
  data(part: string | Uint8Array): void;
  /** Sends a warning. */
  warning(part: string | Uint8Array): void;
  /** Resolves when everything sent so far has left. */
  flushed(): Promise<void>;
}

/**
 * A job that {@linkcode Worker.take} gave. Whoever took it ends it: by {@linkcode complete},
 * {@linkcode fail}, {@linkcode exception} or {@linkcode requeue}. The first of them counts. What is called after it, or
 * once {@linkcode Job.signal} has aborted, does nothing. A job that is not ended goes back to its
 * server when the worker closes.
 */
export interface TakenJob extends Job {
  /**
   * Ends the job with its result: bytes, text, or nothing. Bytes of 16 KiB and more are not
   * copied. Throws a `TypeError` for anything else, and the job is not ended.
   */
  complete(result?: Result): void;
  /** Ends the job as failed. */
  fail(): void;
  /** Ends the job as failed, with data that says why. */
  exception(data: string | Uint8Array): void;
  /**
   * Gives the job back: its server hands it to any worker, this one too. How that is done without
   * disturbing other jobs is told at {@linkcode AddOptions.onTimeout}.
   */
  requeue(): void;
}
