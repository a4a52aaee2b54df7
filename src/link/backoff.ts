/**
 * How long to wait before the next try.
 *
 * @module
 */
import { checkFunction, checkOptions, type OptionNames } from "../misuse.ts";
import { checkTimeout } from "./clock.ts";

/** Milliseconds to wait before try number `attempt`, counted from 1. */
export type Backoff = (attempt: number) => number;

/** Options of {@linkcode fullJitter}. */
export interface BackoffOptions {
  /** The bound of the first wait, in milliseconds. Default 100. */
  readonly first?: number;
  /** The bound of every wait, in milliseconds. Default 30,000. */
  readonly most?: number;
  /** Numbers from 0 to below 1. Default `Math.random`. */
  readonly random?: () => number;
}

const BACKOFF_OPTIONS: OptionNames<BackoffOptions> = { first: true, most: true, random: true };

/**
 * Exponential waits with full jitter: each is anywhere between 0 and a bound that doubles, so that
 * many clients of one server that comes back do not all come back at once.
 *
 * @example
 * ```ts
 * import { fullJitter } from "geartrain";
 *
 * const backoff = fullJitter({ first: 100, random: () => 0.5 });
 * console.log(backoff(1), backoff(2), backoff(3)); // 50 100 200
 * ```
 */
export function fullJitter(options: BackoffOptions = {}): Backoff {
  checkOptions(options, BACKOFF_OPTIONS, "fullJitter()");
  const { first = 100, most = 30_000, random = Math.random } = options;
  checkTimeout(first, "first");
  checkTimeout(most, "most");
  checkFunction(random, "random");
  return (attempt) => random() * Math.min(most, first * 2 ** (attempt - 1));
}
