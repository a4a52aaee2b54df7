/** What is compared. */

/** One scenario. */
export interface Scenario {
  /** Bytes of each workload, and of each result. */
  readonly size: number;
  /** Submissions under way at once. */
  readonly inFlight: number;
  /** Whether results are awaited, or acknowledgements. */
  readonly isForeground: boolean;
  /** Jobs of a turn: some tenths of a second. */
  readonly jobs: number;
}

/** All scenarios, by name. */
export const SCENARIOS = {
  "foreground, 1 KiB": { size: 1024, inFlight: 64, isForeground: true, jobs: 10_000 },
  "foreground, 64 KiB": { size: 64 * 1024, inFlight: 16, isForeground: true, jobs: 1_000 },
  "background, 16 B": { size: 16, inFlight: 512, isForeground: false, jobs: 20_000 },
} as const satisfies Record<string, Scenario>;

/** A scenario's name. */
export type ScenarioName = keyof typeof SCENARIOS;
