/**
 * A function that a worker offers: who runs its jobs, how many at once, and for how long.
 *
 * @module
 */
import { checkPeriod } from "../link/mod.ts";
import { checkFlag, type OptionNames, wrongRange, wrongType } from "../misuse.ts";
import { checkFunctionName } from "../protocol/mod.ts";
import type { Handler, Middleware, Result } from "./job.ts";
import { isPromise } from "./runner.ts";

/**
 * Options of {@linkcode Worker.add}.
 *
 * @example
 * ```ts
 * import type { AddOptions, Worker } from "geartrain";
 *
 * const options: AddOptions = { timeout: 600_000, onTimeout: "requeue", concurrency: 1 };
 *
 * export function offer(worker: Worker): void {
 *   worker.add("video", (job) => job.workload, options);
 * }
 * ```
 */
export interface AddOptions {
  /**
   * Milliseconds that a job may run, from its arrival: 1 or more, or Infinity. Default Infinity.
   * Then `job.signal` aborts with a {@linkcode JobTimeout}, and {@linkcode onTimeout} is done.
   * The job's place is free again at once: a handler that does not heed its signal runs on beside
   * the next job, and nobody hears what it says.
   */
  readonly timeout?: number;
  /**
   * What becomes of a job that runs for longer: it fails, or goes back to the server, which gives
   * it to any worker, this one too. Default `"fail"`.
   *
   * The protocol knows no way to hand back one job alone. Where it was the only one on its link, the
   * worker withdraws its functions and offers them anew. Else a new link takes over; the old one
   * fetches nothing more, hands the job back as soon as no other job of that function runs on it,
   * which is within `timeout`, and is closed once its jobs have ended. No other job is disturbed.
   */
  readonly onTimeout?: "fail" | "requeue";
  /**
   * How many jobs of this function may run at once: 1 or more. They do not count among the
   * worker's own, and come on a link of their own from each server, since a worker that asks for
   * a job cannot say of which function. Default: the function shares the worker's places and links.
   */
  readonly concurrency?: number;
  /**
   * Whether servers are told of `timeout` (CAN_DO_TIMEOUT), and hand the job to another worker
   * when this one is too busy to notice that the time is up. Default: Geartrain's own server is,
   * and no other, for gearmand 1.1.20 loses count of its jobs over it. Servers count from 1,000 ms
   * on; where `onTimeout` is `"fail"`, they are given a second more.
   */
  readonly announce?: boolean;
}

/** Their names. */
export const ADD_OPTIONS: OptionNames<AddOptions> = {
  timeout: true,
  onTimeout: true,
  concurrency: true,
  announce: true,
};

/** Milliseconds that a server waits longer than the worker, where the worker is to end the job. */
const SERVER_GRACE = 1_000;

/** The longest limit that a server is told, in milliseconds: some 24 days. */
const LONGEST_ANNOUNCED = 2 ** 31 - 1;

/** A function, as it was added. */
export class Ability {
  readonly name: string;
  /** As it was given. None: its jobs are taken. */
  readonly handler: Handler | undefined;
  readonly timeout: number;
  readonly onTimeout: "fail" | "requeue";
  /** Places of its own, if it has any. */
  readonly concurrency: number | undefined;
  readonly #announce: boolean | undefined;
  /** The handler, with the worker's middleware around it. */
  run: Handler | undefined;

  /** Throws a `TypeError` or `RangeError` for what cannot be. */
  constructor(name: string, handler: Handler | undefined, options: AddOptions) {
    const { timeout = Infinity, onTimeout = "fail", concurrency, announce } = options;
    checkFunctionName(name);
    checkPeriod(timeout, "timeout");
    if (onTimeout !== "fail" && onTimeout !== "requeue") {
      throw wrongType('onTimeout to be "fail" or "requeue"', onTimeout);
    }
    if (concurrency !== undefined) checkConcurrency(concurrency);
    if (announce !== undefined) checkFlag(announce, "announce");
    this.name = name;
    this.handler = handler;
    this.timeout = timeout;
    this.onTimeout = onTimeout;
    this.concurrency = concurrency;
    this.#announce = announce;
    this.run = handler;
  }

  /** Whether one has to know the server before it can be offered. */
  get dependsOnServer(): boolean {
    return this.timeout !== Infinity && this.#announce === undefined;
  }

  /** The limit that a server is told in milliseconds, or 0 for none. */
  announced(isOurServer: boolean): number {
    if (!(this.#announce ?? isOurServer)) return 0;
    const grace = this.onTimeout === "fail" ? SERVER_GRACE : 0;
    const limit = Math.ceil(this.timeout) + grace;
    return limit > LONGEST_ANNOUNCED ? 0 : limit;
  }

  /** Puts middleware around the handler, the first outermost. */
  wrap(middleware: readonly Middleware[]): void {
    if (this.handler !== undefined) this.run = middleware.reduceRight(around, this.handler);
  }
}

/** Throws a `RangeError` for what is no number of places. */
export function checkConcurrency(concurrency: number): number {
  if (Number.isSafeInteger(concurrency) && concurrency >= 1) return concurrency;
  throw wrongRange("a concurrency of 1 or more", concurrency);
}

function around(inner: Handler, outer: Middleware): Handler {
  return (job) => {
    let ran: Promise<Result> | undefined;
    const run = async () => {
      if (ran !== undefined) {
        throw new TypeError("Expected next() to be called once, it was called again");
      }
      return await inner(job);
    };
    const next = () => {
      const result = run();
      ran ??= result;
      // A middleware need not wait for it.
      result.catch(() => {});
      return result;
    };
    const result = outer(job, next);
    // One that called next() and returns nothing only looks on.
    const orOwn = (result: Result) => result === undefined && ran !== undefined ? ran : result;
    return isPromise(result) ? result.then(orOwn) : orOwn(result);
  };
}
