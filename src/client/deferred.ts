/**
 * A promise that is settled from outside.
 *
 * @module
 */
import { quiet } from "../link/mod.ts";

/** What the promise that was made last has given out. */
let resolveLast: (value: unknown) => void;
let rejectLast: (reason: unknown) => void;

/** One for all promises: a closure for each would be garbage as soon as it is made. */
function giveOut(resolve: (value: never) => void, reject: (reason: unknown) => void): void {
  resolveLast = resolve as (value: unknown) => void;
  rejectLast = reject;
}

/** Who is told how something ended, once. */
export interface Receiver<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** A promise and the two ways to settle it. Its rejection may go unheard. */
export class Deferred<T> implements Receiver<T> {
  readonly promise: Promise<T> = new Promise<T>(giveOut);
  readonly resolve: (value: T) => void = resolveLast;
  readonly #reject: (reason: unknown) => void = rejectLast;

  reject(reason: unknown): void {
    quiet(this.promise);
    this.#reject(reason);
  }
}
