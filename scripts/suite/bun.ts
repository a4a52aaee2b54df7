/** The Bun leg: `bun test` over the same files, counted from its JUnit report. */
import { mkdirSync, readFileSync } from "node:fs";
import { RUN_FOLDER } from "./bundle.ts";
import { command, tail } from "./command.ts";
import { type Plan, runtimeProgram } from "./plan.ts";
import type { LegRun, Outcome } from "./report.ts";

const REPORT = `${RUN_FOLDER}/bun.xml`;

/** Runs the files on Bun. */
export async function runBun({ files, settings }: Plan): Promise<LegRun> {
  mkdirSync(RUN_FOLDER, { recursive: true });
  // With "./" a name is a file; without, it would be a part of any file's name.
  const names = files.map((file) => `./${file}`);
  const flags = ["test", "--reporter=junit", `--reporter-outfile=${REPORT}`];
  const { stderr, trouble } = await command(runtimeProgram("bun"), [...flags, ...names], {
    env: settings,
  });
  const outcomes = outcomesOf(report(REPORT));
  const failed = outcomes.filter(({ status }) => status === "failed").length;
  // Errors between tests, such as a file that does not load, count apart from the tests.
  const errors = [...stderr.matchAll(/# Unhandled error between tests\n-+\n([\s\S]*?)\n-{5,}/g)]
    .map(([, text]) => `bun test met an error between tests:\n${text}`);
  if (trouble !== undefined && failed === 0 && errors.length === 0) {
    errors.push(`bun test ${trouble}:\n${tail(stderr)}`);
  }
  return { outcomes, problems: errors };
}

/** A report, or nothing where none was written. */
export function report(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Reads Bun's JUnit report: one element a test, with its file. */
export function outcomesOf(xml: string): Outcome[] {
  const tests = xml.matchAll(/<testcase ([^>]*?)(\/>|>([\s\S]*?)<\/testcase>)/g);
  return [...tests].map(([, attributes, , content = ""]): Outcome => {
    const attribute = (name: string): string =>
      text(new RegExp(` ?\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
    const failure = /<(?:failure|error)\b([^>]*)>([\s\S]*?)<\//.exec(content);
    return {
      file: attribute("file"),
      name: attribute("name"),
      status: failure ? "failed" : content.includes("<skipped") ? "skipped" : "passed",
      detail: failure ? text(failure[2]) : undefined,
      seconds: Number(attribute("time")),
    };
  });
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function text(escaped: string): string {
  return escaped.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole, hex, decimal, name) =>
      hex !== undefined
        ? String.fromCodePoint(parseInt(hex, 16))
        : decimal !== undefined
        ? String.fromCodePoint(Number(decimal))
        : ENTITIES[name] ?? whole,
  );
}
