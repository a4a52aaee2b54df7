/**
 * Every figure for which there is a goal, in one run of under ten minutes: jobs, servers, memory.
 *
 *     node scripts/run.mjs bench/main.ts [--loaded] [--json=folder]
 *
 * With `--json` the figures of each part of bench/jobs are written into that folder.
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { flag, option } from "./options.ts";

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
      "--runtimes=node",
      "--peers=c",
    ],
  },
  {
    name: "backlog",
    title: "300,000 waiting jobs handed out, by our server against gearmand as it comes",
    program: JOBS,
    args: [
      "--server=gearmand,ours",
      "--scenario=drain",
      "--sizes=16",
      "--in-flight=64",
      "--jobs=300000",
      "--runtimes=",
      "--peers=",
      "--rounds=3",
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

const folder = option("json");
const started = performance.now();
for (const { name, title, program, args } of PARTS) {
  console.log(`\n${title}\n`);
  // The parts before it are over: what is left of their load is ours.
  const isLoaded = flag("loaded") || name !== PARTS[0].name;
  const all = [...args, ...isLoaded ? ["--loaded"] : []];
  if (folder !== undefined && program === JOBS) all.push(`--json=${folder}/${name}.json`);
  const { status } = spawnSync(process.execPath, ["scripts/run.mjs", program, ...all], {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}
console.log(`\n${Math.round((performance.now() - started) / 1000)} s`);
