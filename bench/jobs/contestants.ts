/** Who is measured, and how their programs are started. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import process from "node:process";
import { bundleForNode, RUN_FOLDER } from "../../scripts/suite/bundle.ts";
import { buildNpm } from "../../scripts/npm_package.ts";
import { runtimeProgram } from "../../scripts/suite/plan.ts";
import { missing } from "../../test/_harness/processes.ts";
import type { CommandLine } from "./program.ts";

const PROGRAMS = "bench/jobs/programs";

/** Where the bundles for Node are, and the program in C. */
const FOLDER = `${RUN_FOLDER}/bench`;

const C_SOURCE = `${PROGRAMS}/libgearman.c`;
const C_PROGRAM = `${FOLDER}/libgearman`;

/** Our runtimes, by the names that `--runtimes` takes. */
export const RUNTIMES = ["node", "deno", "bun"] as const;

/** Others, by the names that `--peers` takes: libgearman from C, and through PHP's extension. */
export const PEERS = ["c", "php"] as const;

/** raw: the bound. The others: ours on that runtime, or a peer. */
export type ContestantName = "raw" | typeof RUNTIMES[number] | typeof PEERS[number];

/** Someone who is measured. */
export interface Contestant {
  readonly name: ContestantName;
  readonly program: CommandLine;
  /** What part of a cell's jobs is enough to measure by: the slower, the fewer. */
  readonly share: number;
}

/** Why a peer cannot be measured here, or false. */
export function missingPeer(name: typeof PEERS[number]): string | false {
  if (name === "php") return missing("php");
  const { status } = spawnSync("cc", ["-fsyntax-only", C_SOURCE], { stdio: "ignore" });
  return status === 0 ? false : "no C compiler, or no libgearman-dev";
}

function compileC(): void {
  mkdirSync(FOLDER, { recursive: true });
  const { status } = spawnSync("cc", ["-O2", "-o", C_PROGRAM, C_SOURCE, "-lgearman"], {
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`Expected to compile ${C_SOURCE}, cc ended with ${status}`);
}

/** Builds what Node needs, and says how each is started. */
export async function prepare(names: readonly ContestantName[]): Promise<Contestant[]> {
  await buildNpm();
  const programs = ["ours", "raw", "server"];
  await bundleForNode(programs.map((name) => `${PROGRAMS}/${name}.ts`), FOLDER);
  if (names.includes("c")) compileC();
  return names.map((name) => ({
    name,
    program: programOf(name),
    share: name === "c" || name === "php" ? 1 / 4 : 1,
  }));
}

/** How one of our programs is started on this Node, once prepared. */
export function bundled(name: "ours" | "raw" | "server"): CommandLine {
  return [process.execPath, `${FOLDER}/${PROGRAMS}/${name}.mjs`];
}

function programOf(name: ContestantName): CommandLine {
  const ours = `${PROGRAMS}/ours.ts`;
  switch (name) {
    case "raw":
      return bundled("raw");
    case "node":
      return bundled("ours");
    case "deno":
      return [runtimeProgram("deno"), "run", "--allow-all", "--quiet", ours];
    case "bun":
      return [runtimeProgram("bun"), "run", ours];
    case "php":
      return ["php", `${PROGRAMS}/libgearman.php`];
    case "c":
      return [C_PROGRAM];
  }
}
