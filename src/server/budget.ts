/** How much memory the jobs and functions of a server may take. An estimate, and never below what their bytes are. */

/** Bytes that a job takes beside its workload, unique and reducer. */
export const JOB_BYTES = 512;

/** Bytes that a function takes beside its name. */
export const FUNCTION_BYTES = 1024;

/** Bytes that one more client of a job takes. */
export const CLIENT_BYTES = 128;

/** Bytes taken, and the limit. */
export class Budget {
  readonly #limit: number;
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes bytes. False: there are not so many left, and nothing was taken. */
  take(bytes: number): boolean {
    if (this.#taken + bytes > this.#limit) return false;
    this.#taken += bytes;
    return true;
  }

  /** Takes bytes whether there are so many or not. */
  force(bytes: number): void {
    this.#taken += bytes;
  }

  /** Gives bytes back. */
  give(bytes: number): void {
    this.#taken -= bytes;
  }
}
