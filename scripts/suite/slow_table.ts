/** Where a leg's time goes: its slowest files and tests, for `--slow`. */
import type { LegReport, Outcome } from "./report.ts";

/** Files, and tests, of each leg. */
const ROWS = 20;

/** The tables, one below the other. */
export function slowTable(reports: readonly LegReport[]): string {
  return reports.map(({ runtime, outcomes, seconds }) => {
    const inTests = sumOf(outcomes);
    return [
      `${runtime}: ${seconds.toFixed(1)} s, ${inTests.toFixed(1)} s of it in tests`,
      ...slowest(grouped(outcomes, ({ file }) => file)),
      ...slowest(grouped(outcomes, ({ file, name }) => `${file}: ${name}`)),
    ].join("\n");
  }).join("\n\n");
}

/** Seconds by what the outcomes are grouped by. */
function grouped(
  outcomes: readonly Outcome[],
  key: (outcome: Outcome) => string,
): Map<string, number> {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const name = key(outcome);
    groups.set(name, [...groups.get(name) ?? [], outcome]);
  }
  return new Map([...groups].map(([name, own]) => [name, sumOf(own)]));
}

function slowest(times: ReadonlyMap<string, number>): string[] {
  return [...times].sort(([, a], [, b]) => b - a).slice(0, ROWS)
    .map(([name, seconds]) => `${seconds.toFixed(2).padStart(8)} ${name}`);
}

function sumOf(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, { seconds = 0 }) => sum + seconds, 0);
}
