/**
 * How many grabs may be in flight: as many as the server has had jobs for, found as TCP finds its
 * window. Each grab too many costs a NO_JOB.
 *
 * @module
 */

/** A bound that doubles with each job, and creeps once the server has run out at twice that. */
export class Reach {
  readonly #most: () => number;
  #grabs = 1;
  /** From here on it creeps. */
  #creepFrom = Infinity;

  /** Never more than `most` says. */
  constructor(most: () => number) {
    this.#most = most;
  }

  /** Whether one more may follow, with so many in flight. */
  allows(inFlight: number): boolean {
    return inFlight < this.#grabs;
  }

  /** A grab brought a job. */
  widen(): void {
    const grabs = this.#grabs;
    const next = grabs < this.#creepFrom
      ? Math.min(grabs * 2, Math.max(grabs, this.#creepFrom))
      : grabs + 1 / grabs;
    this.#grabs = Math.min(next, Math.max(1, this.#most()));
  }

  /** A grab brought none. The first after that is sent alone: a lone job costs no NO_JOB more. */
  shrink(): void {
    // Of the grabs that are answered NO_JOB together, the first tells how many there were.
    if (this.#grabs > 1) this.#creepFrom = Math.max(1, this.#grabs / 2);
    this.#grabs = 1;
  }
}
