/**
 * Memory of a job server that has much to hold and nothing to do, and how soon it wakes a worker
 * then: thousands of sleeping workers and a long queue, client and server in two processes.
 *
 *     node scripts/run.mjs bench/server/idle.ts [--server=gearmand,ours,ours-deno,ours-bun]
 *         [--workers=10000] [--jobs=100000]
 *
 * Each worker offers two functions: one that ten of them share, and one that all of them do. Memory
 * is what the system says is resident, once it has come to rest. A job's time is from its submission
 * to the first NOOP, and to its result. Linux only; `ulimit -n` must be 16,384 or more.
 */
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { Command } from "../../src/protocol/mod.ts";
import { prepare } from "../jobs/contestants.ts";
import { type ServerName, SERVERS } from "../jobs/server.ts";
import { countOption, listOption, onlyOptions } from "../options.ts";
import { median } from "../statistics.ts";
import { startProcess } from "./processes.ts";
import { Crowd, request, Submitter } from "./peers.ts";

onlyOptions("--server=", "--workers=", "--jobs=");
const WORKERS = countOption("workers") ?? 10_000;
const JOBS = countOption("jobs") ?? 100_000;

/** Workers that share a function. */
const SHARERS = 10;

/** Functions that the waiting jobs are of. */
const QUEUES = 100;

/** Bytes of a waiting job's workload. */
const WORKLOAD = "w".repeat(100);

/** Jobs that are timed for each figure. */
const TIMED = 21;

/** Servers that are measured unless others are asked for. */
const USUAL_SERVERS = ["gearmand", "ours", "ours-deno", "ours-bun"] as const;

/** Connections that are opened at once. */
const AT_ONCE = 100;

/** Milliseconds: the median and the longest. */
interface Times {
  readonly median: number;
  readonly most: number;
}

interface Waking {
  readonly noop: Times;
  readonly result: Times;
}

async function openCrowd(port: number): Promise<Crowd> {
  const crowd = new Crowd();
  for (let begun = 0; begun < WORKERS; begun += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, WORKERS - begun) }, (_, i) => begun + i);
    await Promise.all(
      some.map((worker) => crowd.add(port, ["everyone", `f${Math.floor(worker / SHARERS)}`])),
    );
  }
  return crowd;
}

function* queuedJobs(): Iterable<Uint8Array> {
  for (let i = 0; i < JOBS; i++) {
    yield request(Command.SUBMIT_JOB_BG, `queue${i % QUEUES}`, `unique-${i}`, WORKLOAD);
  }
}

function timesOf(milliseconds: readonly number[]): Times {
  return { median: median(milliseconds), most: Math.max(...milliseconds) };
}

async function waking(crowd: Crowd, client: Submitter, nameOf: (i: number) => string) {
  const noops: number[] = [];
  const results: number[] = [];
  for (let i = 0; i < TIMED; i++) {
    const started = performance.now();
    let first: number | undefined;
    crowd.onNoop = () => first ??= performance.now() - started;
    await client.run(nameOf(i));
    results.push(performance.now() - started);
    noops.push(first!);
    await crowd.asleep();
  }
  return { noop: timesOf(noops), result: timesOf(results) };
}

/** A queue that nobody works on: what it takes, and the seconds in which it was acknowledged. */
async function measureQueue(name: ServerName): Promise<string[]> {
  await using server = await startProcess(name);
  const empty = await server.memory();
  using client = await Submitter.open(server.port);
  const started = performance.now();
  await client.queue(queuedJobs(), JOBS);
  const queuing = performance.now() - started;
  const full = await server.memory();
  return [mebibytes(full), kibibytes((full - empty) / JOBS), (queuing / 1000).toFixed(1)];
}

/** Workers that sleep: what they take, and how soon they wake, without the queue and beside it. */
async function measureWorkers(name: ServerName): Promise<{ memory: string[]; times: string[] }> {
  await using server = await startProcess(name);
  const empty = await server.memory();
  using crowd = await openCrowd(server.port);
  const idle = await server.memory();
  using client = await Submitter.open(server.port);
  const functions = Math.floor(WORKERS / SHARERS);
  const shared = (i: number) => `f${(i * 47) % functions}`;
  const few = await waking(crowd, client, shared);
  await client.queue(queuedJobs(), JOBS);
  const full = await server.memory();
  const fewWhenFull = await waking(crowd, client, shared);
  const all = await waking(crowd, client, () => "everyone");
  return {
    memory: [
      mebibytes(empty),
      mebibytes(idle),
      kibibytes((idle - empty) / WORKERS),
      mebibytes(full),
    ],
    times: [text(few), text(fewWhenFull), text(all)],
  };
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

function kibibytes(bytes: number): string {
  return (bytes / 2 ** 10).toFixed(2);
}

function text({ noop, result }: Waking): string {
  const one = ({ median, most }: Times) => `${median.toFixed(2)} (${most.toFixed(1)})`;
  return `${one(noop)}, ${one(result)}`;
}

const MEMORY_HEADING = [
  "server",
  "empty, MiB",
  `${WORKERS} workers`,
  "KiB each",
  "and the jobs",
  `${JOBS} jobs alone`,
  "KiB each",
  "s to submit them",
];

const TIMES_HEADING = [
  "server",
  "ms to the first NOOP, to the result",
  "the same beside the queue",
  "the same, all woken",
];

function tableOf(rows: readonly (readonly string[])[]): string {
  const [heading, ...rest] = rows.map((row) => `| ${row.join(" | ")} |`);
  return ["", heading, rows[0].map(() => "| -").join(" ") + " |", ...rest].join("\n");
}

async function main(): Promise<void> {
  await prepare(["raw"]);
  console.log(
    `${cpus().length} x ${cpus()[0].model}, load ${loadavg()[0].toFixed(2)}; ` +
      `Node ${process.versions.node}; times: medians of ${TIMED} jobs (the longest)`,
  );
  const memory = [MEMORY_HEADING];
  const times = [TIMES_HEADING];
  for (const name of listOption("server", SERVERS, USUAL_SERVERS)) {
    const workers = await measureWorkers(name);
    memory.push([name, ...workers.memory, ...await measureQueue(name)]);
    times.push([name, ...workers.times]);
  }
  console.log(tableOf(memory));
  console.log(tableOf(times));
}

await main();
