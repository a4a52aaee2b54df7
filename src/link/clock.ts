/**
 * Time, as something that can be passed in: tests turn it by hand.
 *
 * @module
 */

/** A source of time. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Calls `then` once after so many milliseconds. Returns what stops it. */
  after(milliseconds: number, then: () => void): () => void;
}

/** The runtime's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, then) => {
    const timer = setTimeout(then, milliseconds);
    return () => clearTimeout(timer);
  },
};
