/**
 * How much memory the jobs, functions and abilities of a server may take. An estimate: what a
 * million of each take on V8, rounded up.
 *
 * @module
 */

/** Bytes that a job takes beside its workload, unique and reducer. */
export const JOB_BYTES = 768;

/** Bytes that a series takes beside its workload, unique and times. */
export const SERIES_BYTES = 1024;

/** Bytes that a function takes beside its name. */
export const FUNCTION_BYTES = 1024;

/** Bytes that a registration of an ability takes. */
export const ABILITY_BYTES = 128;

/** Bytes that a client of a job takes. */
export const CLIENT_BYTES = 128;

/** Bytes taken, and the limit. */
export class Budget {
  readonly #limit: number;
  readonly #whole: Budget | undefined;
  #taken = 0;
  /** Gives back what can be spared, where there is no room for so many bytes. */
  relief: ((bytes: number) => void) | undefined;

  /** @param whole Another one, of which this is a part: what is taken here is taken there as well. */
  constructor(limit: number, whole?: Budget) {
    this.#limit = limit;
    this.#whole = whole;
  }

  /** Whether there are so many bytes left. */
  has(bytes: number): boolean {
    return this.#taken + bytes <= this.#limit && (this.#whole?.has(bytes) ?? true);
  }

  /** Takes bytes. False: there are not so many left, and nothing was taken. */
  take(bytes: number): boolean {
    if (!this.has(bytes)) {
      if (bytes <= this.#limit) this.relief?.(bytes);
      if (!this.has(bytes)) return false;
    }
    this.force(bytes);
    return true;
  }

  /** Takes bytes whether there are so many or not. */
  force(bytes: number): void {
    this.#taken += bytes;
    this.#whole?.force(bytes);
  }

  /** Gives bytes back. */
  give(bytes: number): void {
    this.force(-bytes);
  }
}
