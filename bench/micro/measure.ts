/** Measuring variants against one another in one process: interleaved, in random order, medians. */

import { median, shuffled } from "../statistics.ts";

/** Something that can be run again and again. */
export interface Runner {
  readonly name: string;
  /** Does the work once. Returns what it added up to: the same every time, and for every variant. */
  run(): number;
}

/** How long, and how often. */
export interface Effort {
  /** Milliseconds that one sample lasts, at least. */
  readonly sample: number;
  /** Milliseconds of warm-up for each variant. */
  readonly warmUp: number;
  /** Samples of each variant. */
  readonly repetitions: number;
}

/** A variant's time for its work, and against the first variant's. */
export interface Result {
  readonly name: string;
  /** Median, in nanoseconds a packet. */
  readonly time: number;
  /** Median of the first variant's time over this one's, sample by sample: above 1 is faster. */
  readonly ratio: number;
}

/** One line of the report. */
export interface Row {
  readonly task: string;
  readonly way: string;
  readonly mix: string;
  readonly results: readonly Result[];
}

/** Measures runs over so many packets. Throws where sums differ: the variants did not do the same. */
export function measure(runners: readonly Runner[], packets: number, effort: Effort): Result[] {
  for (const runner of runners) warmUp(runner, effort.warmUp);
  const expected = runners[0].run();
  const runs = runners.map((runner) => runsIn(runner, effort.sample));
  const samples: number[][] = runners.map(() => []);
  for (let i = 0; i < effort.repetitions; i++) {
    for (const index of shuffled(runners.length)) {
      samples[index].push(timed(runners[index], runs[index], expected));
    }
  }
  return runners.map(({ name }, i) => ({
    name,
    time: median(samples[i]) * 1e6 / packets,
    ratio: median(samples[i].map((time, j) => samples[0][j] / time)),
  }));
}

function warmUp(runner: Runner, milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) runner.run();
}

function runsIn(runner: Runner, milliseconds: number): number {
  return Math.ceil(milliseconds / timed(runner, 1, runner.run()));
}

/** Milliseconds a run. */
function timed(runner: Runner, runs: number, expected: number): number {
  let sum = expected;
  const start = performance.now();
  for (let i = 0; i < runs; i++) sum = runner.run();
  const time = performance.now() - start;
  if (sum !== expected) {
    throw new Error(`Expected the sum ${expected} from ${runner.name}, got ${sum}`);
  }
  return time / runs;
}
