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
