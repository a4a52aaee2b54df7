/** Every cell of a run as tables in Markdown: one for each scenario, and one of npm's packages. */
import { table } from "../document.ts";
import { type Scenario, SCENARIOS } from "./cells.ts";
import { type ContestantName, NPM_PEERS } from "./contestants.ts";
import type { Row } from "./rows.ts";
import { sizeText } from "./table.ts";

const TITLES: Readonly<Record<Scenario, string>> = {
  pair: "A pair: client and worker of the contestant",
  foreground: "Foreground: its client, against a fixed fast worker",
  background: "Background submissions, acknowledged",
  bulk: "The same in bulk",
  drain: "Draining a full function",
};

/** Whose ratio to whom a column tells. */
type Column = readonly [
  heading: string,
  name: ContestantName,
  ratio: "toRaw" | "toOwn" | "toC",
];

const COLUMNS: readonly Column[] = [
  ["Node / bound", "node", "toRaw"],
  ["Deno / bound", "deno", "toRaw"],
  ["Bun / bound", "bun", "toRaw"],
  ["Deno / own", "deno", "toOwn"],
  ["Bun / own", "bun", "toOwn"],
  ["bound / C", "raw", "toC"],
  ["Node / C", "node", "toC"],
  ["Deno / C", "deno", "toC"],
  ["Bun / C", "bun", "toC"],
];

/** Bytes of the workloads that npm's packages are shown with. */
const PEERS_SIZE = 1024;

/** Who is held against this library on Node. */
const PEERS: readonly ContestantName[] = ["php", ...NPM_PEERS];

/** All tables, each under its heading. */
export function cellTables(rows: readonly Row[]): string {
  const run = SCENARIOS.filter((scenario) => rows.some((row) => row.scenario === scenario));
  return [
    ...run.map((scenario) => {
      const some = rows.filter((row) => row.scenario === scenario);
      return `### ${TITLES[scenario]}\n\n${cellTable(some)}`;
    }),
    "### npm's packages, and PHP's extension",
    "1 KiB, in parts of what this library does on Node, jobs a second:",
    peersTable(rows.filter(({ size }) => size === PEERS_SIZE)),
  ].join("\n\n");
}

function cellTable(rows: readonly Row[]): string {
  const cells = rows.filter(({ name }) => name === "raw");
  return table(
    ["workload", "in flight", "jobs a turn", ...COLUMNS.map(([heading]) => heading)],
    cells.map((cell) => [
      sizeText(cell.size),
      String(cell.inFlight),
      cell.jobs.toLocaleString("en"),
      ...COLUMNS.map(([, name, ratio]) => besides(cell, rows, name)?.[ratio]?.toFixed(2) ?? "–"),
    ]),
  );
}

function peersTable(rows: readonly Row[]): string {
  const cells = rows.filter(({ name }) => name === "node");
  return table(
    ["scenario", "in flight", ...PEERS],
    cells.map((cell) => [
      cell.scenario,
      String(cell.inFlight),
      ...PEERS.map((name) => partOf(besides(cell, rows, name), cell)),
    ]),
  );
}

/** What somebody did in a cell, through the same server. */
function besides(cell: Row, rows: readonly Row[], name: ContestantName): Row | undefined {
  return rows.find((row) =>
    row.name === name && row.server === cell.server && row.scenario === cell.scenario &&
    row.size === cell.size && row.inFlight === cell.inFlight
  );
}

/** Some do a four-hundredth: they get as many digits as show it. */
function partOf(peer: Row | undefined, ours: Row): string {
  if (peer === undefined) return "–";
  const part = peer.jobsPerSecond / ours.jobsPerSecond;
  return part.toFixed(part < 0.01 ? 4 : 2);
}
