/**
 * A promise that is settled from outside.
 *
 * @module
 */
import { quiet } from "../link/mod.ts";

/** What the promise that is being made has given out. */
let resolveNew: (value: unknown) => void = nothing;
let rejectNew: (reason: unknown) => void = nothing;

/** One for all promises: a closure for each would be garbage as soon as it is made. */
function giveOut(resolve: (value: never) => void, reject: (reason: unknown) => void): void {
  resolveNew = resolve as (value: unknown) => void;
  rejectNew = reject;
}

function nothing(): void {}

/** Who is told how something ended, once. */
export interface Receiver<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** A promise and the two ways to settle it. Its rejection may go unheard. */
export class Deferred<T> implements Receiver<T> {
  readonly promise: Promise<T> = new Promise<T>(giveOut);
  readonly resolve: (value: T) => void = resolveNew;
  readonly #reject: (reason: unknown) => void = rejectNew;

  constructor() {
    // They hold on to the promise, and that to its value: a result may be large.
    resolveNew = rejectNew = nothing;
  }

  reject(reason: unknown): void {
    quiet(this.promise);
    this.#reject(reason);
  }
}
