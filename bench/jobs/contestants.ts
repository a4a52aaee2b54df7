/** Who is measured, and how their programs are started. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { bundleForNode, RUN_FOLDER } from "../../scripts/suite/bundle.ts";
import { buildNpm } from "../../scripts/npm_package.ts";
import { type CommandLine, commandOf, RUNTIMES } from "../../scripts/suite/programs.ts";
import { missing } from "../../test/_harness/processes.ts";
import type { Cell } from "./cells.ts";

const PROGRAMS = "bench/jobs/programs";

/** Where npm's packages are. */
const NPM_FOLDER = "bench/peers";

/** Our programs. */
const PROGRAM_NAMES = ["ours", "raw", "raw_unique", "server", "npm_peer"] as const;

const C_SOURCE = `${PROGRAMS}/libgearman.c`;
const C_PROGRAM = `${RUN_FOLDER}/libgearman`;

/**
 * The bound by the sockets of other runtimes than Node, and the one that sends a unique with each job,
 * as libgearman and this library do where nobody waits for it.
 */
export const BOUNDS = ["raw-deno", "raw-bun", "raw-unique"] as const;

/** The npm packages of bench/peers. */
export const NPM_PEERS = ["abraxas", "gearmanode", "gearman", "node-gearman"] as const;

/** Others, by the names that `--peers` takes: libgearman from C and through PHP's extension, and npm's. */
export const PEERS = ["c", "php", ...NPM_PEERS] as const;

/** raw: the bound. The others: another bound, ours on that runtime, or a peer. */
export type ContestantName =
  | "raw"
  | typeof BOUNDS[number]
  | typeof RUNTIMES[number]
  | typeof PEERS[number];

/** Which bound is of a runtime's own sockets. */
export const OWN_BOUNDS: Readonly<Partial<Record<ContestantName, ContestantName>>> = {
  node: "raw",
  deno: "raw-deno",
  bun: "raw-bun",
};

/** Someone who is measured. */
export interface Contestant {
  readonly name: ContestantName;
  readonly program: CommandLine;
  /** What part of a cell's jobs is enough to measure by: the slower, the fewer. */
  readonly share: (cell: Cell) => number;
  /** Whether it is this library. */
  readonly isOurs: boolean;
  /** Whether it can be measured in a cell. */
  readonly can: (cell: Cell) => boolean;
}

/** Why a peer cannot be measured here, or false. */
export function missingPeer(name: typeof PEERS[number]): string | false {
  if (name === "php") return missing("php");
  if (isNpm(name)) {
    return existsSync(`${NPM_FOLDER}/node_modules`) ? false : `npm ci --prefix ${NPM_FOLDER}`;
  }
  const { status } = spawnSync("cc", ["-fsyntax-only", C_SOURCE], { stdio: "ignore" });
  return status === 0 ? false : "no C compiler, or no libgearman-dev";
}

function compileC(): void {
  mkdirSync(RUN_FOLDER, { recursive: true });
  const { status } = spawnSync("cc", ["-O2", "-o", C_PROGRAM, C_SOURCE, "-lgearman"], {
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`Expected to compile ${C_SOURCE}, cc ended with ${status}`);
}

/** Builds what Node needs, and says how each is started. */
export async function prepare(names: readonly ContestantName[]): Promise<Contestant[]> {
  await buildNpm();
  await bundleForNode(PROGRAM_NAMES.map(fileOf), RUN_FOLDER);
  if (names.includes("c")) compileC();
  return names.map((name) => ({
    name,
    program: programOf(name),
    share: (cell) => shareOf(name, cell),
    isOurs: (RUNTIMES as readonly string[]).includes(name),
    can: ABILITIES[name] ?? (() => true),
  }));
}

/** libgearman is slower, and three packages send a job in two small writes with 40 ms between them. */
const SHARES: Partial<Record<ContestantName, number>> = {
  c: 1 / 4,
  php: 1 / 8,
  abraxas: 1 / 8,
  gearmanode: 1 / 2400,
  "node-gearman": 1 / 2400,
  gearman: 1 / 2400,
};

/** What a job costs depends on how many wait: to libgearman as many as to us. */
function shareOf(name: ContestantName, { scenario }: Cell): number {
  const leavesJobs = scenario === "background" || scenario === "bulk";
  return leavesJobs && (name === "c" || name === "php") ? 1 : SHARES[name] ?? 1;
}

/** Who cannot do everything: node-gearman knows no background jobs, gearman hangs with more than one. */
const ABILITIES: Partial<Record<ContestantName, (cell: Cell) => boolean>> = {
  "raw-deno": isBounded,
  "raw-bun": isBounded,
  "raw-unique": ({ scenario }) => scenario === "background" || scenario === "bulk",
  "node-gearman": ({ scenario }) => scenario !== "background" && scenario !== "bulk",
  gearman: ({ scenario, inFlight }) =>
    inFlight === 1 && (scenario === "pair" || scenario === "foreground"),
};

/** Where it says something what another runtime's sockets do by themselves. */
function isBounded({ scenario }: Cell): boolean {
  return scenario !== "bulk" && scenario !== "drain";
}

function isNpm(name: string): name is typeof NPM_PEERS[number] {
  return (NPM_PEERS as readonly string[]).includes(name);
}

/** The file of one of our programs. */
export function fileOf(name: typeof PROGRAM_NAMES[number]): string {
  return `${PROGRAMS}/${name}.ts`;
}

function programOf(name: ContestantName): CommandLine {
  if (isNpm(name)) return [...commandOf(fileOf("npm_peer"), "node"), name];
  switch (name) {
    case "raw":
      return commandOf(fileOf("raw"), "node");
    case "raw-unique":
      return commandOf(fileOf("raw_unique"), "node");
    case "raw-deno":
      return commandOf(fileOf("raw"), "deno");
    case "raw-bun":
      return commandOf(fileOf("raw"), "bun");
    case "node":
    case "deno":
    case "bun":
      return commandOf(fileOf("ours"), name);
    case "php":
      return ["php", `${PROGRAMS}/libgearman.php`];
    case "c":
      return [C_PROGRAM];
  }
}
