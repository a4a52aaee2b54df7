/** What is to be run: legs, test files and settings, from the command line. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { PORT_RANGE_SETTING, PORT_RANGES } from "../../test/_harness/ports.ts";

/** The legs in the order in which they begin: those last that keep both cores busy when alone. */
export const LEG_NAMES = ["static", "deno", "bun", "workerd", "node20", "node26"] as const;

/** A leg's name, for `--only`. */
export type LegName = typeof LEG_NAMES[number];

/** Everything a leg needs to know. */
export interface Plan {
  readonly legs: readonly LegName[];
  /** Test files from the repository's root. */
  readonly files: readonly string[];
  /** Environment variables for the tests. */
  readonly settings: Readonly<Record<string, string>>;
  /** Whether the run ends with the slowest files and tests of each leg. */
  readonly tellsSlow: boolean;
}

/** Always part of a run: it says on which runtime the tests ran. */
const RUNTIME_TEST_FILE = "test/harness/runtime_test.ts";

const USAGE = `Usage: npm test -- [--only=${
  LEG_NAMES.join(",")
}] [--codec=auto|wasm|ts] [--slow] [part of a file's path ...]`;

/** Reads the command line. Throws a RangeError that says what it expected. */
export function planFrom(args: readonly string[]): Plan {
  let legs: readonly LegName[] = LEG_NAMES;
  let codec = "auto";
  let tellsSlow = false;
  const filters: string[] = [];
  for (const arg of args) {
    const [flag, value = ""] = arg.split("=", 2);
    if (flag === "--only") legs = value.split(",").map(legName);
    else if (flag === "--codec") codec = oneOf(value, ["auto", "wasm", "ts"]);
    else if (arg === "--slow") tellsSlow = true;
    else if (arg.startsWith("-")) {
      throw new RangeError(`Expected an option, got "${arg}"\n${USAGE}`);
    } else filters.push(arg.replace(/^\.\//, ""));
  }
  const all = testFiles();
  const files = filters.length === 0
    ? all
    : all.filter((file) =>
      file === RUNTIME_TEST_FILE || filters.some((filter) => file.includes(filter))
    );
  return { legs, files, settings: { GEARTRAIN_CODEC: codec }, tellsSlow };
}

/** Processes of a leg that run tests at once, at most. */
export const MOST_AT_ONCE = 4;

/** The ports of a leg's tests, as a setting: no two legs share any, nor do two processes of one. */
export function portsOf(leg: LegName, index = 0): Readonly<Record<string, string>> {
  const ranges = LEG_NAMES.length * MOST_AT_ONCE;
  // Another run at the same time most likely has others.
  const run = process.pid % Math.floor(PORT_RANGES / ranges);
  const range = run * ranges + LEG_NAMES.indexOf(leg) * MOST_AT_ONCE + index;
  return { [PORT_RANGE_SETTING]: String(range) };
}

function legName(name: string): LegName {
  return oneOf(name, LEG_NAMES);
}

function oneOf<T extends string>(value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) {
    throw new RangeError(`Expected one of ${allowed.join(", ")}, got "${value}"\n${USAGE}`);
  }
  return found;
}

/** Files below `test/` whose names end so, in a stable order. */
export function testFiles(ending = "_test.ts"): string[] {
  return readdirSync("test", { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !["runtimes", "std_assert"].includes(entry.name))
    .flatMap(({ name }) =>
      (readdirSync(join("test", name), { recursive: true }) as string[])
        .filter((file) => file.endsWith(ending) && !file.includes("node_modules"))
        .map((file) => `test/${name}/${file.replaceAll("\\", "/")}`)
    )
    .sort();
}

/** The version that test/runtimes pins for a package. */
export function pinned(name: string): string {
  const { dependencies } = JSON.parse(readFileSync("test/runtimes/package.json", "utf8"));
  return dependencies[name];
}

/** The path of a runtime's program in test/runtimes. */
export function runtimeProgram(name: string): string {
  return join(process.cwd(), "test", "runtimes", "node_modules", ".bin", name);
}
