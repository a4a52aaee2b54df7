/**
 * What a background job costs that nobody works on yet: resident memory of a server with many of
 * them, less that of an empty one. In a server's own process.
 *
 *     node scripts/run.mjs bench/server/queued.ts [--server=gearmand,ours,ours-deno,ours-bun]
 *         [--jobs=300000] [--bytes=16] [--json=file]
 */
import { writeFileSync } from "node:fs";
import { Command } from "../../src/protocol/mod.ts";
import { prepare } from "../jobs/contestants.ts";
import { SERVERS } from "../jobs/server.ts";
import { countOption, listOption, onlyOptions, option } from "../options.ts";
import { request, Submitter } from "./peers.ts";
import { startProcess } from "./processes.ts";

onlyOptions("--server=", "--jobs=", "--bytes=", "--json=");
const JOBS = countOption("jobs") ?? 300_000;
const WORKLOAD = "w".repeat(countOption("bytes") ?? 16);

function* jobs(): Iterable<Uint8Array> {
  for (let i = 0; i < JOBS; i++) yield request(Command.SUBMIT_JOB_BG, "bench", "", WORKLOAD);
}

await prepare(["raw"]);
const names = listOption("server", SERVERS, ["gearmand", "ours", "ours-deno", "ours-bun"]);
console.log(`${JOBS} jobs of ${WORKLOAD.length} B each`);
const bytes: Record<string, number> = {};
for (const name of names) {
  await using server = await startProcess(name);
  using client = await Submitter.open(server.port);
  const empty = await server.memory();
  await client.queue(jobs(), JOBS);
  const full = await server.memory();
  bytes[name] = (full - empty) / JOBS;
  console.log(`  ${name.padEnd(12)}${bytes[name].toFixed(0).padStart(8)} B each`);
}
const json = option("json");
if (json !== undefined) writeFileSync(json, `${JSON.stringify(bytes, undefined, 2)}\n`);
