/**
 * Time, as something that can be passed in: tests turn it by hand.
 *
 * @module
 */
import { wrongRange, wrongType } from "../misuse.ts";

/** A source of time. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Calls `then` once after so many milliseconds; never, after Infinity. Returns what stops it. */
  after(milliseconds: number, then: () => void): () => void;
}

/** Throws a `TypeError` for what does not tell the time. */
export function checkClock(clock: Clock): Clock {
  const { now, after } = Object(clock) as Partial<Clock>;
  if (typeof now === "function" && typeof after === "function") return clock;
  throw wrongType("clock as { now, after }", clock);
}

/** The longest time that a timer of the runtime's takes; a longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The runtime's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, then) => {
    if (milliseconds === Infinity) return () => {};
    if (milliseconds > LONGEST_TIMER) {
      const rest = milliseconds - LONGEST_TIMER;
      let stop = systemClock.after(LONGEST_TIMER, () => stop = systemClock.after(rest, then));
      return () => stop();
    }
    const timer = setTimeout(then, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** A time that cannot be none, as an option gives it: milliseconds, or Infinity. Throws a `RangeError` for what is neither. */
export function checkPeriod(milliseconds: number, option: string): number {
  if (typeof milliseconds === "number" && milliseconds >= 1) return milliseconds;
  throw wrongRange(`${option} in milliseconds, 1 or more, or Infinity`, milliseconds);
}

/** A time limit as an option gives it: milliseconds, or Infinity for none. Throws a `RangeError` for what is neither. */
export function checkTimeout(milliseconds: number, option: string): number {
  if (typeof milliseconds === "number" && milliseconds >= 0) return milliseconds;
  throw wrongRange(`${option} in milliseconds, 0 or more, or Infinity`, milliseconds);
}
