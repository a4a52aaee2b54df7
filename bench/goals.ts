/** The goals as tables in Markdown, filled with the figures of one run. */
import { table } from "./document.ts";
import type { Cost } from "./growth/costs.ts";
import type { Scenario } from "./jobs/cells.ts";
import type { ContestantName } from "./jobs/contestants.ts";
import type { Row } from "./jobs/rows.ts";
import type { ServerName } from "./jobs/server.ts";
import { sizeText } from "./jobs/table.ts";

/** What the parts of a run have found. */
export interface Figures {
  readonly awaited: readonly Row[];
  readonly waiting: readonly Row[];
  readonly servers: readonly Row[];
  readonly backlog: readonly Row[];
  readonly store: readonly Row[];
  /** Bytes of a queued job, by server. */
  readonly queued: Readonly<Record<string, number>>;
  /** What a client's tasks cost, from one to the most. */
  readonly tasks: readonly Cost[];
}

/** What is wanted of a cell, at least: parts of the bound, multiples of libgearman and of its loop. */
interface Goal {
  readonly scenario: Scenario;
  readonly size: number;
  readonly inFlight: number;
  readonly bound?: number;
  readonly c?: number;
  /** Of libgearman with one job in flight. */
  readonly loop?: number;
}

const AWAITED: readonly Goal[] = [
  { scenario: "pair", size: 1024, inFlight: 64, bound: 0.8, c: 6 },
  { scenario: "foreground", size: 16, inFlight: 1, bound: 0.95 },
  { scenario: "foreground", size: 1024, inFlight: 1, bound: 0.95 },
  { scenario: "foreground", size: 16, inFlight: 64, bound: 0.9, c: 1 },
  { scenario: "foreground", size: 1024, inFlight: 64, bound: 0.9, c: 1 },
  { scenario: "foreground", size: 16, inFlight: 512, bound: 0.9, c: 1 },
  { scenario: "foreground", size: 1024, inFlight: 512, bound: 0.9, c: 1 },
  { scenario: "foreground", size: 65536, inFlight: 64, bound: 0.9 },
];

const WAITING: readonly Goal[] = [
  { scenario: "background", size: 16, inFlight: 64, bound: 0.8, c: 3, loop: 10 },
  { scenario: "background", size: 16, inFlight: 512, bound: 0.8, c: 3, loop: 10 },
  { scenario: "bulk", size: 16, inFlight: 512, bound: 0.8, c: 3, loop: 10 },
  { scenario: "drain", size: 16, inFlight: 1, c: 1 },
  { scenario: "drain", size: 16, inFlight: 16 },
  { scenario: "drain", size: 16, inFlight: 64, bound: 0.75, c: 12 },
];

const OURS: readonly ContestantName[] = ["node", "deno", "bun"];

/** The bound's pair by libgearman's: below that the bound itself is wanting. */
const BOUND_OF_PAIR = 8;

/** MiB of a client with 512 in flight on Node. */
const MOST_CLIENT = 70;

/** Bytes of a queued job. */
const MOST_QUEUED = 830;

/** All tables. */
export function goalTables(figures: Figures): string {
  return [
    "Ratios are of Node, Deno, Bun; goals are in brackets, and bold is what meets them.",
    jobsTable(AWAITED, figures.awaited, "gearmand"),
    "Through gearmand as it comes:",
    jobsTable(WAITING, figures.waiting, "gearmand"),
    "Through gearmand with room for what waits:",
    jobsTable(WAITING, figures.waiting, "roomy"),
    otherTable(figures),
  ].join("\n\n");
}

function jobsTable(goals: readonly Goal[], rows: readonly Row[], server: ServerName): string {
  const through = rows.filter((row) => row.server === server);
  return table(
    [
      "scenario",
      "of the bound",
      "of the one with uniques",
      "Deno, Bun: of their own",
      "of libgearman",
      "of its loop",
      "CPU, µs",
      "bound's, C's",
      "bound / C",
    ],
    goals.map((goal) => jobsRow(goal, through)),
  );
}

function jobsRow({ bound, c, loop, ...cell }: Goal, rows: readonly Row[]): string[] {
  const of = (name: ContestantName) => rowOf(rows, name, cell);
  const looping = loop && rowOf(rows, "c", { ...cell, scenario: "background", inFlight: 1 });
  const ours = OURS.map((name) => of(name)!);
  const cpu = (row: Row | undefined) => (row?.clientCpu ?? row?.workerCpu)?.toFixed(1);
  return [
    `${cell.scenario}, ${sizeText(cell.size)}, ${cell.inFlight}`,
    ratios(ours.map(({ toRaw }) => toRaw), bound),
    of("raw-unique") ? ratios(ours.map(({ toUnique }) => toUnique)) : "",
    of("raw-deno") ? ratios([ours[1].toOwn, ours[2].toOwn]) : "",
    ratios(ours.map(({ toC }) => toC), c),
    looping ? ratios(ours.map((row) => row.jobsPerSecond / looping.jobsPerSecond), loop) : "",
    ours.map(cpu).join(", "),
    [of("raw"), of("c")].map(cpu).join(", "),
    ratios([of("raw")!.toC], cell.scenario === "pair" ? BOUND_OF_PAIR : undefined),
  ];
}

function rowOf(
  rows: readonly Row[],
  name: ContestantName,
  { scenario, size, inFlight }: Pick<Goal, "scenario" | "size" | "inFlight">,
): Row | undefined {
  return rows.find((row) =>
    row.name === name && row.scenario === scenario && row.size === size && row.inFlight === inFlight
  );
}

function otherTable({ awaited, servers, backlog, store, queued, tasks }: Figures): string {
  const toFirst = (rows: readonly Row[], server: ServerName) =>
    rows.filter((row) => row.server === server).map((row) => row.toFirst);
  const handedOut = backlog.find(({ server }) => server === "ours")!;
  const memory = (size: number) =>
    OURS.map((name) => {
      const row = rowOf(awaited, name, { scenario: "foreground", size, inFlight: 512 });
      return (row?.clientMemory ?? NaN) / 2 ** 20;
    });
  const task = tasks.at(-1)!;
  return table(["server and memory", "", "goal"], [
    [
      "our server by gearmand, pair of 1 KiB, 64: " +
      servers.filter(({ server }) => server === "ours").map(({ name }) => name).join(", "),
      ratios(toFirst(servers, "ours"), 1),
      "at least 1",
    ],
    [
      "jobs handed out of 300,000 that wait, by gearmand",
      `${ratios(toFirst(backlog, "ours"), 5)}, ${whole(handedOut.jobsPerSecond)} a second`,
      "at least 5",
    ],
    ["background into a store by none, 64, 512", ratios(toFirst(store, "stored")), "stated"],
    [
      `a queued job of 16 B, bytes: ${Object.keys(queued).join(", ")}`,
      atMost(Object.values(queued), MOST_QUEUED),
      "at most 830",
    ],
    ["an outstanding task, bytes", whole(task.bytes), "stated"],
    [
      "client of 512 jobs of 16 B, MiB: Node, Deno, Bun",
      atMost(memory(16), MOST_CLIENT),
      "at most 70 on Node",
    ],
    [
      "client of 512 jobs of 1 KiB, MiB: Node, Deno, Bun",
      atMost(memory(1024), MOST_CLIENT),
      "at most 70 on Node",
    ],
  ]);
}

function ratios(values: readonly (number | undefined)[], goal?: number): string {
  const texts = values.map((value) => {
    const text = value?.toFixed(2) ?? "–";
    return goal !== undefined && Number(text) >= goal ? `**${text}**` : text;
  });
  return texts.join(", ") + (goal === undefined ? "" : ` (${goal})`);
}

function atMost(values: readonly number[], goal: number): string {
  return values.map((value) => value <= goal ? `**${whole(value)}**` : whole(value)).join(", ");
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}
