/** What a leg of the suite hands back, and how it is judged and printed. */
import { LEFT_TO_CURRENT_NODE } from "../../test/_harness/runtime.ts";

/** What became of one test. */
export interface Outcome {
  /** The test file, from the repository's root. */
  readonly file: string;
  readonly name: string;
  readonly status: "passed" | "failed" | "skipped";
  /** Why it failed, or why it was skipped. */
  readonly detail?: string;
  /** How long it took, where the runner tells. */
  readonly seconds?: number;
}

/** A leg's run, as it was. */
export interface LegRun {
  readonly outcomes: readonly Outcome[];
  /** What went wrong beside the tests: a crash after them, a file that did not load. */
  readonly problems: readonly string[];
  /** What is to be read in any case. */
  readonly notes?: readonly string[];
}

/** A leg's run, judged. */
export interface LegReport extends LegRun {
  readonly title: string;
  /** The runtime as it named itself within a test, for instance `deno 2.9.5`. */
  readonly runtime: string;
  readonly seconds: number;
}

/** Numbers of outcomes. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The name of the test that says on which runtime it ran; see test/harness/runtime_test.ts. */
const RUNTIME_TEST = /^runtime answers as (\w+ \S+)$/;

/**
 * Judges a run: the runtime must be the one that was meant, some test must have run, and every
 * file must have given at least one outcome.
 */
export function judge(
  title: string,
  expectedRuntime: string,
  files: readonly string[],
  run: LegRun,
  seconds: number,
): LegReport {
  const names = run.outcomes.map(({ name }) => RUNTIME_TEST.exec(name)?.[1]);
  const runtime = names.find((name) => name !== undefined) ?? "unknown";
  const problems = [...run.problems];
  if (runtime !== expectedRuntime) {
    problems.push(`Expected to run on ${expectedRuntime}, the tests ran on ${runtime}`);
  }
  if (run.outcomes.every(({ status }) => status === "skipped")) {
    problems.push("Expected tests, none ran");
  }
  const seen = new Set(run.outcomes.map(({ file }) => file));
  for (const file of files) {
    if (!seen.has(file)) problems.push(`Expected tests from ${file}, none came`);
  }
  return { title, runtime, outcomes: run.outcomes, problems, seconds };
}

/**
 * What one Node left to the other and did not pass there, in words. In a run of one of them alone,
 * nothing is.
 */
export function unkept(reports: readonly LegReport[]): string[] {
  const nodes = reports.filter(({ title }) => title.startsWith("Node"));
  if (nodes.length < 2) return [];
  const outcomes = nodes.flatMap((report) => report.outcomes);
  const passed = new Set(outcomes.filter(({ status }) => status === "passed").map(titleOf));
  return outcomes.filter(({ detail }) => detail === LEFT_TO_CURRENT_NODE).map(titleOf)
    .filter((title) => !passed.has(title))
    .map((title) => `Expected to pass on the current Node, to which it was left: ${title}`);
}

function titleOf({ file, name }: Outcome): string {
  return `${file}: ${name}`;
}

/** Counts the outcomes; each problem is a failure. */
export function count(report: LegRun): Counts {
  const of = (wanted: string): number =>
    report.outcomes.filter(({ status }) => status === wanted).length;
  return {
    passed: of("passed"),
    failed: of("failed") + report.problems.length,
    skipped: of("skipped"),
  };
}

/** `3 passed, 0 failed`, and the skipped ones where there are any. */
export function countText({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}

/** One line for a leg. */
export function lineOf(report: LegReport): string {
  const seconds = `(${report.seconds.toFixed(1)} s)`;
  const title = report.title === "" ? report.runtime : `${report.title} (${report.runtime})`;
  return `${title.padEnd(28)} ${countText(count(report))} ${seconds}`;
}

/** What a reader wants to know of a leg: failures in full, and the reason of every skip. */
export function detailsOf(report: LegRun): string {
  const lines: string[] = [...report.notes ?? []];
  for (const { file, name, status, detail } of report.outcomes) {
    if (status === "failed") lines.push(`FAILED ${file}: ${name}\n${indented(detail ?? "")}`);
  }
  for (const problem of report.problems) lines.push(`FAILED ${problem}`);
  for (const [reason, tests] of skips(report)) lines.push(`skipped ${tests}: ${reason}`);
  return lines.join("\n");
}

function skips({ outcomes }: LegRun): Map<string, number> {
  const reasons = new Map<string, number>();
  for (const { name, status, detail } of outcomes) {
    if (status !== "skipped") continue;
    const reason = detail ?? /\(skipped: (.*)\)$/.exec(name)?.[1] ?? "no reason given";
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return reasons;
}

function indented(text: string): string {
  return text.trimEnd().split("\n").map((line) => `    ${line}`).join("\n");
}
