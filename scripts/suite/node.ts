/**
 * The Node legs: the test files are bundled with the public entries left to the built package, and
 * each bundle is run by `node --test` in a process of its own.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { NODE_BUNDLES } from "./bundle.ts";
import { command, tail } from "./command.ts";
import type { Plan } from "./plan.ts";
import type { LegRun, Outcome } from "./report.ts";

/** Milliseconds that one file may take; a file that leaves something open does not end by itself. */
const FILE_TIMEOUT = 300_000;

/** Runs the bundled files on that Node. */
export async function runNode(node: string, { files, settings }: Plan): Promise<LegRun> {
  const runs = new Array<LegRun>(files.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < files.length) {
      const at = next++;
      runs[at] = await runFile(node, files[at], settings);
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
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
  readonly exitCode?: number;
  readonly signal?: string;
  readonly printed?: string;
}

async function runFile(
  node: string,
  file: string,
  settings: Readonly<Record<string, string>>,
): Promise<LegRun> {
  const { stdout, stderr, trouble } = await command(node, [
    "--enable-source-maps",
    "--test",
    "--test-reporter=./scripts/suite/node_reporter.mjs",
    "--test-reporter-destination=stdout",
    `${NODE_BUNDLES}/${file.replace(/\.ts$/, ".mjs")}`,
  ], { env: { ...settings, GEARTRAIN_NODE_BUNDLES: NODE_BUNDLES }, timeout: FILE_TIMEOUT });

  const lines: Reported[] = stdout.split("\n").filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  const printed = lines.map(({ printed }) => printed ?? "").join("") + stderr;
  const outcomes: Outcome[] = [];
  const problems: string[] = [];
  for (const { name, passed, skip, detail, exitCode, signal, printed: text } of lines) {
    if (text !== undefined) continue;
    if (name.endsWith(".mjs")) {
      // The file as a whole. It also "fails" when a test of it does, which is told already.
      const failedTests = outcomes.some(({ status }) => status === "failed");
      if (!passed && (!failedTests || signal)) {
        problems.push(`${file} ended with ${signal ?? `code ${exitCode}`}:\n${tail(printed)}`);
      }
    } else {
      const status = skip ? "skipped" : passed ? "passed" : "failed";
      const reason = typeof skip === "string" ? skip : undefined;
      outcomes.push({ file, name, status, detail: reason ?? detail });
    }
  }
  const explained = problems.length > 0 || outcomes.some(({ status }) => status === "failed");
  if (trouble !== undefined && !explained) problems.push(`${file} ${trouble}:\n${tail(printed)}`);
  return { outcomes, problems };
}
