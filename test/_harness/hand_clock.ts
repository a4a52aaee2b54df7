/** A clock that stands still until a test turns it. */
import type { Clock } from "../../src/link/mod.ts";

/** A clock with hands. */
export interface HandClock extends Clock {
  /** Moves time on, and calls what falls due, in the order of its time. */
  turn(milliseconds: number): void;
  /** How many calls wait for their time. */
  readonly pending: number;
}

/** Makes a clock that shows 0. */
export function handClock(): HandClock {
  let now = 0;
  const waiting = new Set<{ at: number; then: () => void }>();
  return {
    now: () => now,
    after(milliseconds, then) {
      const entry = { at: now + milliseconds, then };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
    turn(milliseconds) {
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
  };
}
