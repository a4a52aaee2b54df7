/** Plays memory_play.ts on the runtime that runs this file: `HOST PORT JOBS FIRST`. Prints its result as JSON. */
import process from "node:process";
import { Client, Worker } from "../../mod.ts";
import { leaveNothing, type Memory } from "./memory_play.ts";

const [host, port, jobs, first] = process.argv.slice(2);
const servers = { host, port: Number(port) };
const { Bun: bun, gc } = globalThis as { Bun?: { gc(force: boolean): void }; gc?: () => void };

/** Collects until a collection frees no more to speak of: finalizers run in between. */
async function measure(): Promise<Memory> {
  let heap = Infinity;
  for (let i = 0; i < 10; i++) {
    if (bun !== undefined) bun.gc(true);
    else if (gc !== undefined) gc();
    else throw new Error("Expected a runtime that collects garbage on request (--expose-gc)");
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { heapUsed } = process.memoryUsage();
    if (heapUsed > heap * 0.999) break;
    heap = heapUsed;
  }
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, rss };
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
