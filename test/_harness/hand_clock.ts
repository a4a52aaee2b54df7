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
  let now = 0;
  const waiting = new Set<{ at: number; then: () => void }>();
  return {
    now: () => now,
    after(milliseconds, then) {
      if (milliseconds === Infinity) return () => {};
      const entry = { at: now + milliseconds, then };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
    turn(milliseconds) {
      if (!(milliseconds >= 0)) throw new RangeError(`Time goes on, got ${milliseconds} ms`);
      const end = now + milliseconds;
      for (;;) {
        const [next] = [...waiting].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        waiting.delete(next);
        now = next.at;
        next.then();
      }
      now = end;
    },
    get pending() {
      return waiting.size;
    },
    get next() {
      return waiting.size === 0 ? undefined : Math.min(...[...waiting].map(({ at }) => at));
    },
  };
}
