/**
 * A program's side of its talk with the benchmark: for each line that comes in, with a number of
 * jobs, it takes a turn and prints a report. A worker prints `ready` before that.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import type { Report } from "../report.ts";

/** What a program does in its turns. */
export type Role = "foreground" | "background" | "bulk" | "worker";

/** A program's arguments, in the order of the command line. */
export interface Part {
  readonly role: Role;
  readonly host: string;
  readonly port: number;
  /** Bytes of each workload, and of each result. */
  readonly size: number;
  readonly inFlight: number;
}

/** The function that all jobs are for. */
export const FUNCTION_NAME = "bench";

/** Reads the command line. */
export function partOf([role, host, port, size, inFlight]: readonly string[]): Part {
  return {
    role: role as Role,
    host,
    port: Number(port),
    size: Number(size),
    inFlight: Number(inFlight),
  };
}

/** Takes turns until standard input ends. */
export async function takeTurns(turn: (jobs: number) => Promise<Report>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await turn(Number(line))));
  }
}

/** Says that this worker can be given jobs. */
export function ready(): void {
  console.log("ready");
}

/** Measures one turn, from its making on. */
export class Stopwatch {
  readonly #start: number = performance.now();
  readonly #cpu: NodeJS.CpuUsage = process.cpuUsage();

  /** The turn is over. `latencies` are in milliseconds, and get sorted. */
  report(jobs: number, latencies?: Float64Array): Report {
    const seconds = (performance.now() - this.#start) / 1e3;
    const { user, system } = process.cpuUsage(this.#cpu);
    const cpu = (user + system) / 1e6;
    if (latencies === undefined) return { jobs, seconds, cpu };
    latencies.sort();
    const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)];
    return { jobs, seconds, cpu, latency: { p50: at(0.5), p99: at(0.99) } };
  }
}
