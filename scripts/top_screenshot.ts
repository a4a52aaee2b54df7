/**
 * Takes the picture of `geartrain top` for docs/: a server that is busy, the command in a tmux of
 * that size, and what stands on its screen.
 *
 *     node scripts/run.mjs scripts/top_screenshot.ts [--columns=80] [--rows=24] [--svg=docs/top.svg]
 *
 * Without `--svg` it prints the screen.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { option } from "../bench/options.ts";
import { Client, JobServer, Worker } from "../mod.ts";
import { svgOf } from "./ansi_svg.ts";
import { buildNpm } from "./npm_package.ts";

const COLUMNS = option("columns") ?? "80";
const ROWS = option("rows") ?? "24";

/** How many jobs of a function come in each tick, and in how many milliseconds one is done. */
const TRAFFIC: readonly (readonly [name: string, jobs: number, milliseconds: number])[] = [
  ["resize", 3, 350],
  ["thumbnail", 4, 60],
  ["mail.send", 2, 120],
  ["webhook", 3, 90],
  ["index.update", 1, 700],
  ["report.monthly", 1, Infinity],
  ["video.transcode", 0, 5_000],
  ["cache.warm", 0, 100],
];

/** A tmux of our own, so that nobody else's is touched. */
function tmux(...args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(
    "tmux",
    ["-L", `geartrain-${process.pid}`, ...args],
    {
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`Expected tmux to ${args[0]}, it said: ${stderr}`);
  return stdout;
}

await buildNpm();
const server = await JobServer.listen();
const worker = new Worker({ servers: server.address });
for (const [name, , milliseconds] of TRAFFIC) {
  if (milliseconds === Infinity) continue;
  worker.add(name, async ({ signal }) => {
    await setTimeout(milliseconds, undefined, { signal });
  }, { concurrency: 4 });
}
worker.start();
const client = new Client({ servers: server.address });
const { port } = server.address as { port: number };
const lanes = ["high", "normal", "low"] as const;
try {
  const command = `${process.execPath} dist/src/cli/main.js top -s 127.0.0.1:${port}`;
  tmux("new-session", "-d", "-s", "top", "-x", COLUMNS, "-y", ROWS, command);
  for (let tick = 0; tick < 50; tick++) {
    for (const [functionName, count] of TRAFFIC) {
      const jobs = Array.from({ length: count + (tick === 0 ? 2 : 0) }, (_, i) => ({
        functionName,
        priority: lanes[(tick + i) % lanes.length],
      }));
      await client.backgroundAll(jobs).all();
    }
    await setTimeout(100);
  }
  const screen = tmux("capture-pane", "-e", "-p", "-t", "top");
  const svg = option("svg");
  if (svg === undefined) console.log(screen);
  else writeFileSync(svg, svgOf(screen, Number(COLUMNS), "geartrain top, in a terminal"));
} finally {
  tmux("kill-server");
  await client.close();
  await worker.close();
  await server.close();
}
