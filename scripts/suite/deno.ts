/** The Deno leg: `deno test` with the permissions and the leak sanitizers of deno.json, counted from its TAP output. */
import { mkdirSync } from "node:fs";
import { outcomesOf as junitOutcomes, report } from "./bun.ts";
import { RUN_FOLDER } from "./bundle.ts";
import { command, tail } from "./command.ts";
import { type Plan, runtimeProgram } from "./plan.ts";
import type { LegRun, Outcome } from "./report.ts";

const TIMES = `${RUN_FOLDER}/deno.xml`;

/** Runs the files on Deno. */
export async function runDeno({ files, settings }: Plan): Promise<LegRun> {
  mkdirSync(RUN_FOLDER, { recursive: true });
  const deno = runtimeProgram("deno");
  const flags = ["test", "-P", "--no-check", "--quiet"];
  const reports = ["--reporter=tap", `--junit-path=${TIMES}`];
  const { stdout, stderr, trouble } = await command(deno, [...flags, ...reports, ...files], {
    env: settings,
  });
  const outcomes = timed(outcomesOf(stdout), report(TIMES));
  const problems: string[] = [];
  for (const file of unexplained(files, outcomes)) {
    const again = await command(deno, [...flags, file], { env: settings, timeout: 300_000 });
    if (again.trouble !== undefined) {
      problems.push(`${file}:\n${tail(again.stdout + again.stderr)}`);
    }
  }
  if (trouble !== undefined && !outcomes.some(({ status }) => status === "failed")) {
    problems.push(`deno test ${trouble}:\n${tail(stderr)}`);
  }
  return { outcomes, problems };
}

/** TAP leaves out how long a test took, and JUnit its file: every test is registered by the harness. Their order is one. */
function timed(outcomes: readonly Outcome[], xml: string): Outcome[] {
  const times = junitOutcomes(xml);
  return outcomes.map((outcome, at) => ({ ...outcome, seconds: times[at]?.seconds }));
}

/** TAP leaves out why a file did not load, and errors that no test awaited; the ordinary reporter tells. */
function unexplained(files: readonly string[], outcomes: readonly Outcome[]): string[] {
  return files.filter((file) => {
    const own = outcomes.filter((outcome) => outcome.file === file);
    return own.length === 0 || own.some(({ status, detail }) => status === "failed" && !detail);
  });
}

/** Reads Deno's TAP: a comment names the file, a line of JSON follows a failure. */
export function outcomesOf(tap: string): Outcome[] {
  const outcomes: Outcome[] = [];
  const lines = tap.split("\n");
  let file = "";
  lines.forEach((line, at) => {
    file = /^# \.\/(.*_test\.ts)$/.exec(line)?.[1] ?? file;
    const [, not, name, skip] = /^(not )?ok \d+ - (.*?)( # SKIP)?$/.exec(line) ?? [];
    if (name === undefined) return;
    const status = not ? "failed" : skip ? "skipped" : "passed";
    const detail = status === "failed" ? diagnosis(lines[at + 2]) : undefined;
    outcomes.push({ file, name, status, detail });
  });
  return outcomes;
}

function diagnosis(line: string | undefined): string | undefined {
  return line?.startsWith("  {") ? JSON.parse(line).message : undefined;
}
