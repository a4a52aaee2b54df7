/**
 * The table of jobs that went through gearmand, a row for each runtime: made of the tests whose
 * name begins with a number of jobs, such as `500 foreground jobs through gearmand`.
 *
 * @module
 */
import type { LegReport } from "./report.ts";

const COUNTED_TEST = /^(\d+) (\w+) jobs through gearmand$/;

/** The table, or nothing where no such test ran. */
export function jobTable(reports: readonly LegReport[]): string {
  const rows = reports.map(({ runtime, outcomes }) => {
    const counts = new Map<string, string>();
    for (const { name, status } of outcomes) {
      const [, count, kind] = COUNTED_TEST.exec(name) ?? [];
      if (kind !== undefined) counts.set(kind, status === "passed" ? count : status);
    }
    return { runtime, counts };
  }).filter(({ counts }) => counts.size > 0);
  if (rows.length === 0) return "";
  const kinds = [...rows[0].counts.keys()];
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => i === 0 ? cell.padEnd(24) : cell.padStart(11)).join("");
  return [
    line(["jobs through gearmand", ...kinds]),
    ...rows.map(({ runtime, counts }) =>
      line([runtime, ...kinds.map((kind) => counts.get(kind) ?? "none")])
    ),
  ].join("\n");
}
