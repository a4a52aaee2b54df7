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
  /** Jobs of a turn. Of a background turn, also the greatest backlog. */
  readonly jobs: number;
  /** Jobs that wait when a turn of a drain begins. */
  readonly backlog: number;
}

/** Jobs of a turn with more than one in flight, by size: a few tenths of a second. */
const JOBS: Readonly<Record<number, number>> = { 16: 24_000, 1024: 20_000, 65536: 1_600 };

/** One in flight waits for a round trip each time, and gets fewer jobs by so much, if not too few. */
const LONE_SHARE = 1 / 12;
const LEAST_LONE = 1_000;

/** Bytes of the workloads that may wait at once: more would measure the machine's memory. */
const MOST_WAITING_BYTES = 256 * 1024 * 1024;

/** The cell, with the usual number of jobs unless one is given, and a backlog of as many. */
export function cellOf(
  scenario: Scenario,
  size: number,
  inFlight: number,
  jobs?: number,
  backlog = jobs,
): Cell {
  const lone = Math.max(LEAST_LONE, Math.round(JOBS[size] * LONE_SHARE));
  const usual = inFlight === 1 ? lone : JOBS[size];
  const most = Math.floor(MOST_WAITING_BYTES / size);
  const ofTurn = Math.min(jobs ?? usual, most);
  return { scenario, size, inFlight, jobs: ofTurn, backlog: Math.min(backlog ?? ofTurn, most) };
}

/** Jobs that wait for the worker that the goals are for. */
const GOAL_BACKLOG = 100_000;

/** What it takes of them in a turn, at most: a gearmand as it comes hands out 40,000 a second. */
const GOAL_DRAIN = 12_000;

/** The cells for which there are goals, and a libgearman's loop of one submission at a time. */
export function goalCells(): Cell[] {
  const drains = [1, 16, 64].map((inFlight) => {
    const { jobs } = cellOf("drain", 16, inFlight);
    return cellOf("drain", 16, inFlight, Math.min(jobs, GOAL_DRAIN), GOAL_BACKLOG);
  });
  return [
    cellOf("pair", 1024, 64),
    ...[1, 64, 512].flatMap((inFlight) => [
      cellOf("foreground", 16, inFlight),
      cellOf("foreground", 1024, inFlight),
    ]),
    cellOf("foreground", 64 * 1024, 64),
    ...[1, 64, 512].map((inFlight) => cellOf("background", 16, inFlight)),
    cellOf("bulk", 16, 512),
    ...drains,
  ];
}
