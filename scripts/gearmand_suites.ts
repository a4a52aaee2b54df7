/**
 * Runs gearmand's own test programs against `geartrain serve` in gearmand's place.
 *
 *     node scripts/run.mjs scripts/gearmand_suites.ts --source=<folder> [--runtime=node|deno|bun]
 *         [--server=<program>] [suite ...]
 *
 * `--source` is a tree of gearmand 1.1.20 in which the programs are built (`./configure && make all
 * && make check TESTS=`). Each collection of a suite is run by itself and within a time limit, so
 * that one that hangs takes no other with it. `--server` puts another program into gearmand's place.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { buildNpm } from "./npm_package.ts";
import { runtimeProgram } from "./suite/plan.ts";

/** The suites that are about a server, and need nothing but it. */
const SUITES = [
  "protocol",
  "round_robin",
  "multi_client",
  "worker",
  "gearmand",
  "cycle",
  "ephemeral",
  "internals",
  "cli",
  "client",
];

/** Collections that do not end here, and why. */
const UNENDING: Readonly<Record<string, string>> = {
  "client gearman_worker_timeout()":
    "its job of 20 seconds has a limit of one, which gearmand forgets at the third try, and we do not",
};

/** Milliseconds that one collection may take. */
const LIMIT = 120_000;

/** What came of a suite. */
class Tally {
  ok = 0;
  failed: string[] = [];
  skipped = 0;
  unended: string[] = [];

  /** Counts the cases of a harness's output. */
  count(output: string): void {
    for (const [, name, outcome] of output.matchAll(/^(\S.*?)\s*(?:\d+:\d+ )?\[ (\w+) \]$/gm)) {
      if (outcome === "ok") this.ok++;
      else if (outcome === "skipped") this.skipped++;
      else this.failed.push(name);
    }
  }

  /** Whether it went as it is known to. */
  get isExpected(): boolean {
    return this.failed.length === 0 && this.unended.every((name) => name in UNENDING);
  }

  toString(): string {
    const parts = [`${this.ok} ok`, `${this.skipped} skipped`, `${this.failed.length} failed`];
    const failed = this.failed.map((name) => `failed: ${name}`);
    const unended = this.unended.map((name) =>
      `did not end: ${name} (${UNENDING[name] ?? "why?"})`
    );
    return [parts.join(", "), ...failed, ...unended].join("\n    ");
  }
}

/** Runs a program of the tree to its end, or to the limit. */
async function outputOf(
  source: string,
  suite: string,
  flags: readonly string[],
): Promise<{ output: string; hasEnded: boolean }> {
  // A group of its own: what it has started goes with it.
  const child = spawn(join(source, "t", suite), flags, { cwd: source, detached: true });
  let output = "";
  let hasEnded = true;
  child.stdout.on("data", (chunk) => output += chunk);
  child.stderr.on("data", (chunk) => output += chunk);
  const kill = (signal: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, signal);
    } catch {
      // It has ended.
    }
  };
  const timer = setTimeout(() => {
    hasEnded = false;
    kill("SIGTERM");
    setTimeout(() => kill("SIGKILL"), 5_000).unref();
  }, LIMIT);
  await new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve());
  });
  clearTimeout(timer);
  return { output, hasEnded };
}

async function runSuite(source: string, suite: string): Promise<Tally> {
  const tally = new Tally();
  const { output: list } = await outputOf(source, suite, ["--list-collections"]);
  for (const collection of new Set(list.split("\n").filter((name) => name !== ""))) {
    const { output, hasEnded } = await outputOf(source, suite, [`--collection=${collection}`]);
    tally.count(output);
    if (!hasEnded) tally.unended.push(`${suite} ${collection}`);
    if (/\[ failed \]/.test(output)) console.error(output.trim());
  }
  return tally;
}

/** The words that start our command line, or another program. */
async function serverCommand(runtime: string, server: string | undefined): Promise<string[]> {
  if (server !== undefined) return [resolve(server)];
  if (runtime === "deno") {
    return [runtimeProgram("deno"), "run", "-A", "--quiet", resolve("src/cli/main.ts"), "serve"];
  }
  await buildNpm();
  const program = runtime === "bun" ? runtimeProgram("bun") : process.execPath;
  return [program, resolve("dist/src/cli/main.js"), "serve"];
}

/** Puts a command into gearmand's place. Returns what puts gearmand back. */
function substitute(source: string, command: readonly string[]): () => void {
  const place = join(source, "gearmand", "gearmand");
  const kept = `${place}.kept`;
  if (!existsSync(kept)) renameSync(place, kept);
  const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  const pids = `${place}.pids`;
  writeFileSync(pids, "");
  writeFileSync(place, `#!/bin/sh\necho $$ >> '${pids}'\nexec ${words} "$@"\n`);
  chmodSync(place, 0o755);
  return () => {
    endAll(pids, command);
    rmSync(pids);
    renameSync(kept, place);
  };
}

/** Ends the servers that a harness has left behind, by the numbers in a file; others may have those by now. */
function endAll(file: string, command: readonly string[]): void {
  for (const pid of readFileSync(file, "utf8").split("\n").map(Number)) {
    const words = `/proc/${pid}/cmdline`;
    if (pid > 0 && existsSync(words) && readFileSync(words, "utf8").includes(command.at(-1)!)) {
      process.kill(pid);
    }
  }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      source: { type: "string" },
      runtime: { type: "string", default: "node" },
      server: { type: "string" },
    },
    allowPositionals: true,
  });
  const source = resolve(values.source ?? "");
  const wanted = positionals.length > 0 ? positionals : SUITES;
  const missing = wanted.find((suite) => !existsSync(join(source, "t", suite)));
  if (values.source === undefined || missing !== undefined) {
    const got = values.source === undefined ? "none" : `${source} without t/${missing}`;
    console.error(`Expected --source=<folder> with gearmand's test programs built, got ${got}`);
    return 2;
  }
  const restore = substitute(source, await serverCommand(values.runtime, values.server));
  process.on("exit", restore);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));
  let isExpected = true;
  for (const suite of wanted) {
    const started = performance.now();
    const tally = await runSuite(source, suite);
    isExpected &&= tally.isExpected;
    console.log(`${suite}: ${tally} (${((performance.now() - started) / 1000).toFixed(0)} s)`);
  }
  return isExpected ? 0 : 1;
}

process.exit(await main());
