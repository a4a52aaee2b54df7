/** Plays memory_play.ts on the runtime that runs this file: `HOST PORT JOBS FIRST`. Prints its result as JSON. */
import process from "node:process";
import { Client, Worker } from "../../mod.ts";
import { leaveNothing, type Memory } from "./memory_play.ts";

const [host, port, jobs, first] = process.argv.slice(2);
const servers = { host, port: Number(port) };
const { Bun: bun, gc } = globalThis as { Bun?: { gc(force: boolean): void }; gc?: () => void };

/** A collection with fewer than this much to free, or to give back, found nothing to speak of. */
const NOTHING = 0.999;

/** So many of them in a row, and it is done. */
const COLLECTIONS = 5;

/**
 * Collects until memory stays. Finalizers run in between, and allocators give pages back late: Bun's
 * resident memory still falls by a quarter in the second after its heap has reached its level.
 */
async function measure(): Promise<Memory> {
  let least: Memory = { heap: Infinity, rss: Infinity };
  for (let idle = 0; idle < COLLECTIONS;) {
    if (bun !== undefined) bun.gc(true);
    else if (gc !== undefined) gc();
    else throw new Error("Expected a runtime that collects garbage on request (--expose-gc)");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { heapUsed: heap, rss } = process.memoryUsage();
    idle = heap < least.heap * NOTHING || rss < least.rss * NOTHING ? 0 : idle + 1;
    least = { heap: Math.min(heap, least.heap), rss: Math.min(rss, least.rss) };
  }
  return least;
}

const client = new Client({ servers });
const worker = new Worker({ servers, concurrency: 64 });
const result = await leaveNothing({
  jobs: Number(jobs),
  first: Number(first),
  client,
  worker,
  measure,
  tell: (progress) => console.error(progress),
});
await client.close();
await worker.close();
console.log(JSON.stringify(result));
process.exit();
