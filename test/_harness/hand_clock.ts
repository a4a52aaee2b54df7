/** A clock that stands still until a test turns it. */
import type { Clock } from "../../src/link/mod.ts";

/** A clock with hands. */
export interface HandClock extends Clock {
  /** Moves time on, and calls what falls due, in the order of its time. */
  turn(milliseconds: number): void;
  /** How many calls wait for their time. */
  readonly pending: number;
  /** When the next of them falls due, by the clock; undefined where none ever will. */
  readonly next: number | undefined;
}

/** Makes a clock that shows 0. */
export function handClock(): HandClock {
  return new Hands();
}

/** A class, as a user's clock may be one: its methods want the clock that they are called of. */
class Hands implements HandClock {
  #now = 0;
  readonly #waiting = new Set<{ readonly at: number; then(): void }>();

  get pending(): number {
    return this.#waiting.size;
  }

  get next(): number | undefined {
    if (this.#waiting.size === 0) return undefined;
    return Math.min(...[...this.#waiting].map(({ at }) => at));
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, then: () => void): () => void {
    if (milliseconds === Infinity) return () => {};
    const entry = { at: this.#now + milliseconds, then };
    this.#waiting.add(entry);
    return () => this.#waiting.delete(entry);
  }

  turn(milliseconds: number): void {
    if (!(milliseconds >= 0)) throw new RangeError(`Time goes on, got ${milliseconds} ms`);
    const end = this.#now + milliseconds;
    for (;;) {
      const [first] = [...this.#waiting].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (first === undefined) break;
      this.#waiting.delete(first);
      this.#now = first.at;
      first.then();
    }
    this.#now = end;
  }
}
