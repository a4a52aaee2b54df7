/**
 * The table of what PHP's extension has and the face for it has too, a row for each runtime: made of
 * the tests whose name says so, such as `PHP's GearmanClient: 45 methods`.
 *
 * @module
 */
import type { LegReport } from "./report.ts";

const COUNTED_TEST = /^PHP's (.+): (\d+) \w+$/;

/** The table, or nothing where no such test ran. */
export function phpTable(reports: readonly LegReport[]): string {
  const rows = reports.map(({ runtime, outcomes }) => {
    const counts = new Map<string, string>();
    for (const { name, status } of outcomes) {
      const [, what, count] = COUNTED_TEST.exec(name) ?? [];
      if (what !== undefined) counts.set(what, status === "passed" ? count : status);
    }
    return { runtime, counts };
  }).filter(({ counts }) => counts.size > 0);
  if (rows.length === 0) return "";
  const parts = [...rows[0].counts.keys()];
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => i === 0 ? cell.padEnd(24) : cell.padStart(parts[i - 1].length + 2))
      .join("");
  return [
    line(["PHP's names", ...parts]),
    ...rows.map(({ runtime, counts }) =>
      line([runtime, ...parts.map((part) => counts.get(part) ?? "none")])
    ),
  ].join("\n");
}
