/**
 * What a soak program is, and the chance that it takes.
 *
 * @module
 */

/** What a run is given. */
export interface SoakContext {
  /** Numbers from 0 to below 1, the same ones for the same seed. */
  readonly random: () => number;
  /** Shows that it moves. */
  readonly tell: (progress: string) => void;
}

/** A program that runs for long, and finds out whether a promise was kept. */
export interface SoakProgram {
  /** What it does, in a line. */
  readonly about: string;
  /** Runs it. Resolves with the figures of the summary; rejects when the promise was broken. */
  run(context: SoakContext): Promise<Readonly<Record<string, number | string>>>;
}

/** Numbers from 0 to below 1 that follow from a seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
