/**
 * A timer for the next of the moments at which something is due.
 *
 * @module
 */
import type { Clock } from "../link/mod.ts";

/** Milliseconds after which it looks at the time again: the machine's clock may be set, or have slept. */
const LONGEST_WAIT = 60_000;

/** Rings when the earliest moment that it was told of has come, or earlier, which does no harm. */
export class Alarm {
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #ring: () => void;
  #due = Infinity;
  #stop: (() => void) | undefined;

  /** @param now The time by which moments are told; timers go by the clock. */
  constructor(clock: Clock, now: () => number, ring: () => void) {
    this.#clock = clock;
    this.#now = now;
    this.#ring = ring;
  }

  /** Tells it of a moment. Undefined: of none. */
  set(due: number | undefined): void {
    if (due === undefined || due >= this.#due) return;
    this.#stop?.();
    this.#due = due;
    const wait = Math.min(Math.max(due - this.#now(), 0), LONGEST_WAIT);
    this.#stop = this.#clock.after(wait, () => {
      this.#due = Infinity;
      this.#ring();
    });
  }

  /** Rings no more, for what it was told of so far. */
  stop(): void {
    this.#stop?.();
  }
}
