/** A client's turn: so many jobs, so many of them under way at once, each timed. */
import type { Report } from "../report.ts";
import { Stopwatch } from "./turns.ts";

/** Submits `jobs` jobs, the next one as soon as one of those in flight has been answered. */
export async function keepInFlight(
  submit: () => Promise<unknown>,
  jobs: number,
  inFlight: number,
): Promise<Report> {
  const latencies = new Float64Array(jobs);
  let begun = 0;
  let ended = 0;
  const keepOne = async () => {
    while (begun < jobs) {
      begun++;
      const start = performance.now();
      await submit();
      latencies[ended++] = performance.now() - start;
    }
  };
  const watch = new Stopwatch();
  await Promise.all(Array.from({ length: inFlight }, keepOne));
  return watch.report(jobs, latencies);
}

/** Submits `jobs` jobs in two batches at a time, which are together as many as may be in flight. */
export async function keepBatches(
  submitAll: (count: number) => Promise<unknown>,
  jobs: number,
  inFlight: number,
): Promise<Report> {
  const size = Math.ceil(inFlight / 2);
  let left = jobs;
  const keepOne = async () => {
    while (left > 0) {
      const count = Math.min(left, size);
      left -= count;
      await submitAll(count);
    }
  };
  const watch = new Stopwatch();
  await Promise.all([keepOne(), keepOne()]);
  return watch.report(jobs);
}
