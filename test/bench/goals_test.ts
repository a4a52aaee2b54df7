/** The tables of the goals and of all cells, of made-up figures: a real run takes minutes before it fills them. */
import { assert, assertEquals, leftToCurrentNode, test } from "../_harness/mod.ts";
import { type Figures, goalTables } from "../../bench/goals.ts";
import { cellTables } from "../../bench/jobs/cell_tables.ts";
import { cellOf, goalCells, type Scenario } from "../../bench/jobs/cells.ts";
import type { ContestantName } from "../../bench/jobs/contestants.ts";
import type { Row } from "../../bench/jobs/rows.ts";
import type { ServerName } from "../../bench/jobs/server.ts";

export const notOnWorkerd = "it is about programs that are started";

/** Where the bounds by other runtimes' sockets say something. */
const OWN: readonly Scenario[] = ["pair", "foreground", "background"];

/** Where the bound with uniques does. */
const UNIQUE: readonly Scenario[] = ["background", "bulk"];

/** Rows as a run of the goals has them, through these servers. */
function rows(servers: readonly ServerName[], scenarios: readonly Scenario[]): Row[] {
  const cells = goalCells().filter(({ scenario }) => scenarios.includes(scenario));
  return cells.flatMap((cell) => {
    const bounds: ContestantName[] = OWN.includes(cell.scenario) ? ["raw-deno", "raw-bun"] : [];
    if (UNIQUE.includes(cell.scenario)) bounds.push("raw-unique");
    const names: ContestantName[] = ["raw", ...bounds, "c", "node", "deno", "bun"];
    return servers.flatMap((server) =>
      names.map((name) => ({ ...cell, name, server, ...FIGURES }))
    );
  });
}

const FIGURES = {
  jobsPerSecond: 100,
  rounds: [],
  clientCpu: 3,
  clientMemory: 80 * 2 ** 20,
  toRaw: 0.8,
  toOwn: 0.85,
  toUnique: 0.9,
  toC: 2.5,
  toFirst: 6,
};

test("every goal has a row, with its figures and whether they meet it", {
  skip: leftToCurrentNode,
  on: ["node"],
}, () => {
  const figures: Figures = {
    awaited: rows(["gearmand"], ["pair", "foreground"]),
    waiting: rows(["gearmand", "roomy"], ["background", "bulk", "drain"]),
    servers: rows(["gearmand", "ours"], ["pair"]),
    backlog: rows(["gearmand", "ours"], ["drain"]),
    store: rows(["unstored", "stored"], ["background"]),
    queued: { gearmand: 956, ours: 619 },
    tasks: [{ count: 1, time: 9, bytes: 1_000 }, { count: 100_000, time: 5, bytes: 930 }],
  };
  const lines = goalTables(figures).split("\n");
  assertEquals(lines.filter((line) => /undefined|NaN|–/.test(line)), []);
  const first = (begin: string) => lines.find((line) => line.startsWith(begin))?.split(" | ");
  assertEquals(first("| pair, 1 KiB, 64 "), [
    "| pair, 1 KiB, 64",
    "**0.80**, **0.80**, **0.80** (0.8)",
    "",
    "0.85, 0.85",
    "2.50, 2.50, 2.50 (6)",
    "",
    "3.0, 3.0, 3.0",
    "3.0, 3.0",
    "2.50 (8) |",
  ]);
  assert(
    lines.includes("| a queued job of 16 B, bytes: gearmand, ours | 956, **619** | at most 830 |"),
  );
  assertEquals(first("| bulk, 16 B, 512 ")?.[2], "0.90, 0.90, 0.90");
  assertEquals(lines.filter((line) => line.startsWith("| drain, 16 B, ")).length, 6);
});

test("every cell has a row of its server's figures, and a dash for whoever was not in it", {
  skip: leftToCurrentNode,
  on: ["node"],
}, () => {
  const cell = cellOf("pair", 1024, 64);
  const row = (server: ServerName, name: ContestantName, jobsPerSecond: number, toRaw: number) => ({
    ...cell,
    ...FIGURES,
    server,
    name,
    jobsPerSecond,
    toRaw,
    toOwn: undefined,
  });
  const lines = cellTables([
    row("gearmand", "raw", 1000, 1),
    row("gearmand", "node", 800, 0.8),
    row("roomy", "raw", 2000, 1),
    row("roomy", "node", 1000, 0.5),
    row("roomy", "gearman", 3, 0.0015),
  ]).split("\n").filter((line) => line.startsWith("| 1 KiB ") || line.startsWith("| pair "));
  assertEquals(lines, [
    "| 1 KiB | 64 | 20,000 | 0.80 | – | – | – | – | 2.50 | 2.50 | – | – |",
    "| 1 KiB | 64 | 20,000 | 0.50 | – | – | – | – | 2.50 | 2.50 | – | – |",
    "| pair | 64 | – | – | – | – | – |",
    "| pair | 64 | – | – | – | 0.0030 | – |",
  ]);
});
