/** What is measured: a cell is one scenario at one size with so many in flight. */

/**
 * pair: a client and a worker of one contestant, each result awaited. foreground: its client with
 * the bound's worker. background: submissions until they are acknowledged, without a worker. bulk: the
 * same, ours by `backgroundAll()` of half as many as are in flight. drain: a worker that empties a full
 * function.
 */
export const SCENARIOS = ["pair", "foreground", "background", "bulk", "drain"] as const;

/** A scenario's name. */
export type Scenario = typeof SCENARIOS[number];

/** Bytes of workloads, and of results. */
export const SIZES: readonly number[] = [16, 1024, 64 * 1024];

/** How many submissions, or jobs of one worker, are under way at once. */
export const IN_FLIGHT: readonly number[] = [1, 64, 512];

/** One cell. */
export interface Cell {
  readonly scenario: Scenario;
  readonly size: number;
  readonly inFlight: number;
  /** Jobs of a turn. Of a background turn and before a drain, also the greatest backlog. */
  readonly jobs: number;
}

/** Jobs of a turn with more than one in flight, by size: a few tenths of a second. */
const JOBS: Readonly<Record<number, number>> = { 16: 24_000, 1024: 20_000, 65536: 1_600 };

/** One in flight waits for a round trip each time, and gets fewer jobs by so much. */
const LONE_SHARE = 1 / 8;

/** The cell, with its number of jobs unless one is given. */
export function cellOf(scenario: Scenario, size: number, inFlight: number, jobs?: number): Cell {
  const usual = inFlight === 1 ? JOBS[size] * LONE_SHARE : JOBS[size];
  return { scenario, size, inFlight, jobs: jobs ?? usual };
}
