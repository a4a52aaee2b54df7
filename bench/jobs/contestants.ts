/** Who is measured, and how their programs are started. */
import process from "node:process";
import { bundleForNode } from "../../scripts/suite/bundle.ts";
import { buildNpm } from "../../scripts/npm_package.ts";
import { runtimeProgram } from "../../scripts/suite/plan.ts";
import type { CommandLine } from "./program.ts";

const PROGRAMS = "bench/jobs/programs";

/** Where the bundles for Node are. */
const FOLDER = "build/bench/jobs";

/** raw: the bound. php: libgearman. The others are ours, on that runtime. */
export type ContestantName = "raw" | "php" | "node" | "deno" | "bun";

/** Someone who is measured. */
export interface Contestant {
  readonly name: ContestantName;
  readonly program: CommandLine;
  /** What part of a cell's jobs is enough to measure by: the slower, the fewer. */
  readonly share: number;
}

/** Our runtimes, by the names that `--runtimes` takes. */
export const RUNTIMES: readonly ContestantName[] = ["node", "deno", "bun"];

/** Builds what Node needs, and says how each is started. */
export async function prepare(names: readonly ContestantName[]): Promise<Contestant[]> {
  await buildNpm();
  await bundleForNode(["ours", "raw", "server"].map((name) => `${PROGRAMS}/${name}.ts`), FOLDER);
  return names.map((name) => ({
    name,
    program: programOf(name),
    share: name === "php" ? 1 / 4 : 1,
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
  }
}
