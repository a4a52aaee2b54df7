/** Results as lines of text. */
import { median } from "../statistics.ts";
import type { Cell } from "./cells.ts";
import { type ContestantName, OWN_BOUNDS } from "./contestants.ts";
import type { Result } from "./rounds.ts";

/** The heading of the lines that {@linkcode linesOf} makes. */
export const HEADING: string = line([
  "",
  "jobs/s",
  "/ raw",
  "/ own",
  "/ unique",
  "/ c",
  "/ php",
  "/ first",
  "p50 ms",
  "p99 ms",
  "client us",
  "worker us",
  "client MiB",
]);

/** A cell's title, and a line for each contestant. */
export function linesOf(cell: Cell, results: readonly Result[]): string[] {
  const { scenario, size, inFlight, jobs, backlog } = cell;
  const of = scenario === "drain" ? ` of ${backlog.toLocaleString("en")}` : "";
  return [
    `${scenario}, ${sizeText(size)}, ${inFlight} in flight, ${jobs}${of} jobs a turn`,
    ...results.map((result) =>
      line([
        labelOf(result),
        Math.round(result.jobsPerSecond).toLocaleString("en"),
        ratioTo("raw", result, results)?.toFixed(2),
        ratioToOwn(result, results)?.toFixed(2),
        ratioTo("raw-unique", result, results)?.toFixed(2),
        ratioTo("c", result, results)?.toFixed(2),
        ratioTo("php", result, results)?.toFixed(2),
        ratioToFirst(result, results)?.toFixed(2),
        result.latency?.p50.toFixed(2),
        result.latency?.p99.toFixed(2),
        result.clientCpu?.toFixed(1),
        result.workerCpu?.toFixed(1),
        result.clientMemory === undefined ? "" : (result.clientMemory / 2 ** 20).toFixed(0),
      ])
    ),
  ];
}

/**
 * How many times another contestant's jobs a second these are, through the same server: the median
 * of the rounds' ratios.
 */
export function ratioTo(
  name: ContestantName,
  result: Result,
  results: readonly Result[],
): number | undefined {
  return ratio(result, results.find((one) => one.name === name && one.server === result.server));
}

/** The same to the bound by the runtime's own sockets. */
export function ratioToOwn(result: Result, results: readonly Result[]): number | undefined {
  const own = OWN_BOUNDS[result.name];
  return own && ratioTo(own, result, results);
}

/** Through another server than the first: how many times the same contestant's jobs a second through the first these are. */
export function ratioToFirst(
  result: Result,
  results: readonly Result[],
): number | undefined {
  const first = results.find(({ name }) => name === result.name);
  return first === result ? undefined : ratio(result, first);
}

function ratio(result: Result, other: Result | undefined): number | undefined {
  return other && median(result.rounds.map((rate, i) => rate / other.rounds[i]));
}

/** A contestant's name, and its server's where that is not gearmand. */
export function labelOf({ name, server }: Pick<Result, "name" | "server">): string {
  return server === "gearmand" ? name : `${name} @ ${server}`;
}

function line([name, ...cells]: readonly (string | undefined)[]): string {
  return `  ${name!.padEnd(19)}${cells.map((cell) => (cell ?? "").padStart(11)).join("")}`;
}

/** A size as people write it. */
export function sizeText(size: number): string {
  return size < 1024 ? `${size} B` : `${size / 1024} KiB`;
}
