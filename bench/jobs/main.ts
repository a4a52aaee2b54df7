/**
 * Jobs a second and percentiles, on loopback: our client and worker on each runtime, against a
 * bound of raw sockets and against libgearman, from C and through PHP's extension, in one run,
 * interleaved.
 *
 *     node scripts/run.mjs bench/jobs/main.ts [--quick | --goals] [--json=file] [--svg=file] [--write]
 *         [--loaded]
 *         [--bounds=raw-deno,raw-bun,raw-unique] [--runtimes=node,deno,bun]
 *         [--peers=c,php,abraxas,gearmanode,gearman,node-gearman]
 *         [--scenario=pair,foreground,background,bulk,drain] [--sizes=16,1024,65536]
 *         [--in-flight=1,64,512] [--rounds=5] [--jobs=count] [--backlog=count]
 *         [--server=gearmand,roomy,ours,ours-deno,ours-bun,unstored,stored]
 *
 * Medians over the rounds; ratios are medians of each round's ratio: above 1 is faster. `--quick`
 * is 1 KiB with 64 in flight, `--goals` the cells of the chosen scenarios for which there are goals.
 * The bound is over Node's sockets; `/ own` is the ratio to the one over the runtime's own, `/ unique`
 * to the one that sends a unique with each background job. With several servers each contestant goes
 * through all of them, and its ratio to itself through the first is told. The program in C wants a
 * compiler and libgearman-dev, npm's packages `npm ci --prefix bench/peers`. On a machine that is busy
 * it refuses to start, unless `--loaded`. `--write` puts all cells into docs/benchmarks.md, and beside
 * it as JSON and as a chart.
 */
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { runOf, writeInto } from "../document.ts";
import { countOption, flag, listOption, onlyOptions, option } from "../options.ts";
import { RUNTIMES } from "../../scripts/suite/programs.ts";
import { missing } from "../../test/_harness/processes.ts";
import { type Cell, cellOf, goalCells, IN_FLIGHT, SCENARIOS, SIZES } from "./cells.ts";
import { cellTables } from "./cell_tables.ts";
import { chartOf } from "./chart.ts";
import {
  BOUNDS,
  type Contestant,
  type ContestantName,
  missingPeer,
  PEERS,
  prepare,
} from "./contestants.ts";
import { type Entrant, measureCell, type Result } from "./rounds.ts";
import { type Row, rowsOf } from "./rows.ts";
import { type BenchServer, SERVERS, startServer } from "./server.ts";
import { HEADING, linesOf } from "./table.ts";

/** Load of the last minute, in processes, from which figures mean nothing. */
const MOST_LOAD = 1;

const OPTIONS = [
  "--quick",
  "--goals",
  "--write",
  "--loaded",
  "--json=",
  "--svg=",
  "--server=",
  "--scenario=",
  "--bounds=",
  "--runtimes=",
  "--peers=",
  "--sizes=",
  "--in-flight=",
  "--rounds=",
  "--jobs=",
  "--backlog=",
];

/** A cell, and what everybody did in it. */
interface Measured {
  readonly cell: Cell;
  readonly results: readonly Result[];
}

function cells(): Cell[] {
  const scenarios = listOption("scenario", SCENARIOS);
  if (flag("goals")) return goalCells().filter(({ scenario }) => scenarios.includes(scenario));
  const quick = flag("quick");
  const sizes = listOption("sizes", SIZES, quick ? [1024] : SIZES);
  const depths = listOption("in-flight", IN_FLIGHT, quick ? [64] : IN_FLIGHT);
  const jobs = countOption("jobs");
  const backlog = countOption("backlog");
  return scenarios.flatMap((scenario) =>
    sizes.flatMap((size) =>
      depths.map((inFlight) => cellOf(scenario, size, inFlight, jobs, backlog))
    )
  );
}

async function contestants(): Promise<Contestant[]> {
  const names: ContestantName[] = ["raw", ...listOption("bounds", BOUNDS)];
  for (const peer of listOption("peers", PEERS)) {
    const reason = missingPeer(peer);
    if (reason === false) names.push(peer);
    else console.log(`Without ${peer}: ${reason}`);
  }
  return await prepare([...names, ...listOption("runtimes", RUNTIMES)]);
}

async function main(): Promise<void> {
  onlyOptions(...OPTIONS);
  const wanted = cells();
  const rounds = countOption("rounds") ?? 5;
  const serverNames = listOption("server", SERVERS, [missing("gearmand") ? "ours" : "gearmand"]);
  const [load] = loadavg();
  const started = performance.now();
  if (load > MOST_LOAD && !flag("loaded")) {
    throw new Error(
      `Expected a load of at most ${MOST_LOAD}, got ${load.toFixed(2)}: wait, or --loaded`,
    );
  }
  const all = await contestants();
  const servers: BenchServer[] = [];
  await using _ended = endOf(servers);
  for (const name of serverNames) servers.push(await startServer(name));
  const entrants = servers.flatMap(({ name, address }): Entrant[] =>
    all.map((contestant) => ({ contestant, server: name, address }))
  );
  console.log(
    `Through ${serverNames.join(" and ")}; ${cpus().length} x ${cpus()[0].model}, ` +
      `load ${load.toFixed(2)}; Node ${process.versions.node}; medians of ${rounds} rounds\n` +
      HEADING,
  );
  const measured: Measured[] = [];
  for (const cell of wanted) {
    const able = entrants.filter(({ contestant }) => contestant.can(cell));
    const results = await measureCell(cell, able, all[0], rounds);
    measured.push({ cell, results });
    console.log(linesOf(cell, results).join("\n"));
    // After each cell: what was measured outlives a contestant that dies in a later one.
    keep(measured, rounds);
  }
  if (!flag("write")) return;
  writeInto("cells", `${runOf(load, started)}\n\n${cellTables(rowsOfAll(measured))}`);
}

/** Ends them whatever happens: a gearmand would outlive this program. */
function endOf(servers: readonly BenchServer[]): AsyncDisposable {
  const end = async () => {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  };
  return { [Symbol.asyncDispose]: end };
}

/** Writes the chart and the figures of the cells so far where they are wanted. */
function keep(measured: readonly Measured[], rounds: number): void {
  const [json, svg] = [pathOf("json"), pathOf("svg")];
  if (svg !== undefined) writeFileSync(svg, chartOf(measured.filter(({ cell }) => isShown(cell))));
  if (json === undefined) return;
  const rows = rowsOfAll(measured);
  writeFileSync(json, `${JSON.stringify({ rounds, rows }, rounded, 2)}\n`);
}

function pathOf(name: "json" | "svg"): string | undefined {
  return option(name) ?? (flag("write") ? `docs/benchmarks/jobs.${name}` : undefined);
}

/** A chart of every cell would be longer than anybody looks. */
function isShown({ size, inFlight }: Cell): boolean {
  return !flag("write") || (size === 1024 && inFlight > 1);
}

function rowsOfAll(measured: readonly Measured[]): Row[] {
  return measured.flatMap(({ cell, results }) => rowsOf(cell, results));
}

/** More digits than these are noise. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(6)) : value;
}

await main();
