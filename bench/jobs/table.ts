/** Results as lines of text. */
import { median } from "../statistics.ts";
import type { Cell } from "./cells.ts";
import type { ContestantName } from "./contestants.ts";
import type { Result } from "./rounds.ts";

/** The heading of the lines that {@linkcode linesOf} makes. */
export const HEADING: string = line([
  "",
  "jobs/s",
  "/ raw",
  "/ c",
  "/ php",
  "/ gearmand",
  "p50 ms",
  "p99 ms",
  "client us",
  "worker us",
]);

/** A cell's title, and a line for each contestant. */
export function linesOf(cell: Cell, results: readonly Result[]): string[] {
  return [
    `${cell.scenario}, ${
      sizeText(cell.size)
    }, ${cell.inFlight} in flight, ${cell.jobs} jobs a turn`,
    ...results.map((result) =>
      line([
        labelOf(result),
        Math.round(result.jobsPerSecond).toLocaleString("en"),
        ratioTo("raw", result, results)?.toFixed(2),
        ratioTo("c", result, results)?.toFixed(2),
        ratioTo("php", result, results)?.toFixed(2),
        ratioToGearmand(result, results)?.toFixed(2),
        result.latency?.p50.toFixed(2),
        result.latency?.p99.toFixed(2),
        result.clientCpu?.toFixed(1),
        result.workerCpu?.toFixed(1),
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

/** Through our server: how many times the same contestant's jobs a second through gearmand these are. */
function ratioToGearmand(result: Result, results: readonly Result[]): number | undefined {
  if (result.server === "gearmand") return undefined;
  const { name } = result;
  return ratio(result, results.find((one) => one.name === name && one.server === "gearmand"));
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
