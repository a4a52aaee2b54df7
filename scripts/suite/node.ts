/**
 * The Node legs: the test files are bundled with the public entries left to the built package, and
 * each bundle is run in a process of its own. Without `--test`, which would start another for it.
 *
 * @module
 */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { NODE_BUNDLES, RUN_FOLDER } from "./bundle.ts";
import { command, tail } from "./command.ts";
import { type LegName, MOST_AT_ONCE, type Plan, portsOf } from "./plan.ts";
import type { LegRun, Outcome } from "./report.ts";

/** Milliseconds that one file may take; a file that leaves something open does not end by itself. */
const FILE_TIMEOUT = 900_000;

/** Runs the bundled files on that Node, by its program. */
export async function runNode(
  leg: LegName,
  node: string,
  { files, settings }: Plan,
): Promise<LegRun> {
  const reports = `${RUN_FOLDER}/${leg}`;
  mkdirSync(reports, { recursive: true });
  const runs = new Array<LegRun>(files.length);
  let next = 0;
  const worker = async (_: unknown, index: number): Promise<void> => {
    const own = { ...settings, ...portsOf(leg, index) };
    while (next < files.length) {
      const at = next++;
      runs[at] = await runFile(node, files[at], `${reports}/${at}.jsonl`, own);
    }
  };
  const length = Math.min(MOST_AT_ONCE, availableParallelism());
  await Promise.all(Array.from({ length }, worker));
  return {
    outcomes: runs.flatMap(({ outcomes }) => outcomes),
    problems: runs.flatMap(({ problems }) => problems),
  };
}

interface Reported {
  readonly name: string;
  readonly passed: boolean;
  readonly skip?: string | boolean;
  readonly detail?: string;
  readonly seconds: number;
  readonly printed?: string;
}

async function runFile(
  node: string,
  file: string,
  report: string,
  settings: Readonly<Record<string, string>>,
): Promise<LegRun> {
  const bundle = `${NODE_BUNDLES}/${file.replace(/\.ts$/, ".mjs")}`;
  const { code, stdout, stderr, trouble } = await command(node, [
    "--enable-source-maps",
    "--test-reporter=./scripts/suite/node_reporter.mjs",
    // A file: what a test prints would run into the lines of the report.
    `--test-reporter-destination=${report}`,
    bundle,
  ], { env: { ...settings, GEARTRAIN_NODE_BUNDLES: NODE_BUNDLES }, timeout: FILE_TIMEOUT });

  const lines = read(report);
  const outcomes = lines.filter(({ printed }) => printed === undefined).map(
    ({ name, passed, skip, detail, seconds }): Outcome => {
      const status = skip ? "skipped" : passed ? "passed" : "failed";
      const reason = typeof skip === "string" ? skip : undefined;
      return { file, name, status, detail: reason ?? detail, seconds };
    },
  );
  const hasFailed = outcomes.some(({ status }) => status === "failed");
  // A failed test makes the process fail too, which is told already; no test makes a signal.
  if (trouble === undefined || hasFailed && code !== null) return { outcomes, problems: [] };
  const told = lines.map(({ printed = "" }) => printed).join("");
  return { outcomes, problems: [`${file} ${trouble}:\n${tail(told + stdout + stderr)}`] };
}

/** The report's lines: none where the file did not load. */
function read(path: string): Reported[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").split("\n").filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line));
}
