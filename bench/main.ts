/**
 * Every figure for which there is a goal, in one run of under ten minutes: jobs, servers, memory.
 *
 *     node scripts/run.mjs bench/main.ts [--loaded] [--json=folder] [--write]
 *
 * Ends with tables of the goals; `--write` puts them into docs/benchmarks.md. With `--json` the figures
 * of each part are written into that folder.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import process from "node:process";
import { RUN_FOLDER } from "../scripts/suite/bundle.ts";
import { runOf, writeInto } from "./document.ts";
import { goalTables } from "./goals.ts";
import { flag, onlyOptions, option } from "./options.ts";

const JOBS = "bench/jobs/main.ts";

/** One program, and what its figures are for. */
interface Part {
  readonly name: string;
  readonly title: string;
  readonly program: string;
  readonly args: readonly string[];
}

const PARTS: readonly Part[] = [
  {
    name: "awaited",
    title: "Jobs whose results are awaited, against the raw bound and libgearman",
    program: JOBS,
    args: ["--goals", "--scenario=pair,foreground", "--peers=c"],
  },
  {
    name: "waiting",
    title: "Jobs that wait, through gearmand as it comes and with room for them",
    program: JOBS,
    args: [
      "--goals",
      "--scenario=background,bulk,drain",
      "--server=gearmand,roomy",
      "--peers=c",
    ],
  },
  {
    name: "servers",
    title: "Our server against gearmand, with the same clients",
    program: JOBS,
    args: [
      "--server=gearmand,ours",
      "--scenario=pair",
      "--sizes=1024",
      "--in-flight=64",
      "--bounds=",
      "--runtimes=node",
      "--peers=c",
    ],
  },
  {
    name: "backlog",
    title: "Jobs handed out of 300,000 that wait, by our server against gearmand as it comes",
    program: JOBS,
    args: [
      "--server=gearmand,ours",
      "--scenario=drain",
      "--sizes=16",
      "--in-flight=64",
      "--jobs=24000",
      "--backlog=300000",
      "--bounds=",
      "--runtimes=",
      "--peers=",
    ],
  },
  {
    name: "store",
    title: "Our server with a store against itself without",
    program: JOBS,
    args: [
      "--server=unstored,stored",
      "--scenario=background",
      "--sizes=16",
      "--in-flight=64,512",
      "--bounds=",
      "--runtimes=",
      "--peers=",
    ],
  },
  {
    name: "queued",
    title: "Memory of a queued job of 16 B",
    program: "bench/server/queued.ts",
    args: [],
  },
  {
    name: "tasks",
    title: "Memory of an outstanding task",
    program: "bench/growth/main.ts",
    args: ["--subject=tasks of a client", "--most=100000"],
  },
];

onlyOptions("--loaded", "--json=", "--write");
const started = performance.now();
const [load] = loadavg();
const folder = option("json") ?? RUN_FOLDER;
mkdirSync(folder, { recursive: true });
for (const { name, title, program, args } of PARTS) {
  console.log(`\n${title}\n`);
  // The parts before it are over: what is left of their load is ours. Only one program asks for it.
  const isLoaded = program === JOBS && (flag("loaded") || name !== PARTS[0].name);
  const all = [...args, `--json=${fileOf(name)}`, ...isLoaded ? ["--loaded"] : []];
  const { status } = spawnSync(process.execPath, ["scripts/run.mjs", program, ...all], {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}
const tables = goalTables({
  awaited: read("awaited").rows,
  waiting: read("waiting").rows,
  servers: read("servers").rows,
  backlog: read("backlog").rows,
  store: read("store").rows,
  queued: read("queued"),
  tasks: read("tasks")[0].costs,
});
const run = runOf(load, started);
console.log(`\n${run}\n\n${tables}`);
if (flag("write")) writeInto("goals", `${run}\n\n${tables}`);

function fileOf(part: string): string {
  return `${folder}/${part}.json`;
}

// deno-lint-ignore no-explicit-any
function read(part: string): any {
  return JSON.parse(readFileSync(fileOf(part), "utf8"));
}
