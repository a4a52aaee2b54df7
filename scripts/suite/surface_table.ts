/**
 * The table of what the faces in `src/compat/` offer, class by class: made of the tests whose name
 * begins with `surface of <class>:`, each of which fails when something of that is missing, or
 * something else is there.
 *
 * @module
 */
import type { LegReport } from "./report.ts";

const SURFACE_TEST = /^surface of ([^:]+): (.+)$/;

const WIDTH = 110;
const INDENT = "  ";

/** The table, or nothing where no such test ran. */
export function surfaceTable(reports: readonly LegReport[]): string {
  const classes = new Map<string, { members: string; failedOn: string[]; passedOn: string[] }>();
  for (const { runtime, outcomes } of reports) {
    for (const { name, status } of outcomes) {
      const [, of, members] = SURFACE_TEST.exec(name) ?? [];
      if (of === undefined || status === "skipped") continue;
      const row = classes.get(of) ?? { members, failedOn: [], passedOn: [] };
      (status === "passed" ? row.passedOn : row.failedOn).push(runtime);
      classes.set(of, row);
    }
  }
  if (classes.size === 0) return "";
  const rows = [...classes].map(([name, { members, failedOn, passedOn }]) => {
    const verdict = failedOn.length === 0
      ? `as it should be on ${passedOn.join(", ")}`
      : `NOT as it should be on ${failedOn.join(", ")}`;
    return [`${name}, ${verdict}`, ...wrapped(members)].join("\n");
  });
  return ["the surfaces of the faces", ...rows].join("\n");
}

/** Words in lines of a bearable width. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(INDENT + word);
  }
  return lines;
}
