/**
 * The checks beside the tests: format, lint, types, layers, exports, the code in documents
 * and comments, the kernel, the package as it would be published, and CPU time against an
 * earlier revision. Each counts as one.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { command, tail } from "./command.ts";
import { runtimeProgram } from "./plan.ts";
import type { LegRun, Outcome } from "./report.ts";

type Check = readonly [name: string, program: string, args: readonly string[]];

/** What it prints is to be read also when all is well. */
const PACKAGE = "scripts/check_package.ts";

function checks(): Check[] {
  const deno = runtimeProgram("deno");
  const node = process.execPath;
  const script = (path: string, ...args: string[]): Check => [
    [path, ...args].join(" "),
    node,
    ["scripts/run.mjs", path, ...args],
  ];
  const checked = ["mod.ts", "src", "test", "scripts", "bench", "examples", "wasm/build.ts"];
  return [
    ["deno fmt --check", deno, ["fmt", "--check"]],
    ["deno lint", deno, ["lint"]],
    ["deno check", deno, ["check", ...checked.filter((path) => existsSync(path))]],
    ["tsc", node, [join("node_modules", "typescript", "bin", "tsc")]],
    script("scripts/check_layers.ts"),
    script("scripts/check_exports.ts"),
    script("scripts/check_docs.ts"),
    script("wasm/build.ts", "--check"),
    script(PACKAGE),
    script("bench/compare/main.ts", "--check"),
  ];
}

/** Runs every check, and goes on after one that fails. */
export async function runChecks(): Promise<LegRun> {
  const outcomes: Outcome[] = [];
  const notes: string[] = [];
  for (const [name, program, args] of checks()) {
    const start = performance.now();
    const { stdout, stderr, trouble } = await command(program, args, { timeout: 600_000 });
    if (name === PACKAGE) notes.push(...stdout.trimEnd().split("\n"));
    outcomes.push({
      file: name,
      name,
      status: trouble === undefined ? "passed" : "failed",
      detail: trouble === undefined ? undefined : `${trouble}\n${tail(stdout + stderr, 60)}`,
      seconds: (performance.now() - start) / 1000,
    });
  }
  return { outcomes, problems: [], notes };
}
