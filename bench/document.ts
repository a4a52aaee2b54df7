/** The document that figures go into: tables in Markdown, between marks of their own. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const DOCUMENT = "docs/benchmarks.md";

/** Puts text between `<!-- name: ... -->` and `<!-- end of name -->`. */
export function writeInto(name: string, text: string): void {
  const before = readFileSync(DOCUMENT, "utf8");
  const first = new RegExp(`<!-- ${name}: .* -->`).exec(before);
  const end = before.indexOf(`<!-- end of ${name} -->`);
  if (first === null || end < first.index) {
    throw new Error(`Expected ${DOCUMENT} to have marks for ${name}, found none`);
  }
  const head = before.slice(0, first.index + first[0].length);
  writeFileSync(DOCUMENT, `${head}\n\n${text}\n\n${before.slice(end)}`);
}

/** A sentence that says of what run figures are. `started` is of `performance.now()`. */
export function runOf(load: number, started: number): string {
  const { stdout } = spawnSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" });
  return `A run of ${new Date().toISOString().slice(0, 10)} at ${stdout.trim()}, load ` +
    `${load.toFixed(2)} at the start, ${Math.round((performance.now() - started) / 1000)} s.`;
}

/** A table in Markdown. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heading), line(heading.map(() => "---")), ...rows.map(line)].join("\n");
}
