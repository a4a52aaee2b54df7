/**
 * A promise that is settled from outside.
 *
 * @module
 */
import { quiet } from "../link/mod.ts";

/** A promise and the two ways to settle it. Its rejection may go unheard. */
export class Deferred<T> {
  resolve!: (value: T) => void;
  readonly promise: Promise<T>;
  #reject!: (reason: unknown) => void;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.#reject = reject;
    });
  }

  reject(reason: unknown): void {
    quiet(this.promise);
    this.#reject(reason);
  }
}
