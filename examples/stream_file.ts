/** A large file there and a large result back, piece by piece: neither is ever whole in the client's memory. */
import { createReadStream, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, JobServer, Worker } from "../mod.ts";

const folder = mkdtempSync(join(tmpdir(), "geartrain-"));
const file = join(folder, "large.bin");
writeFileSync(file, new Uint8Array(2 * 1024 * 1024).fill(0x61));

const server = await JobServer.listen();
const worker = new Worker({ servers: server.address });
worker.add("upper", async (job) => {
  // A worker has its workload whole; the result leaves in parts, as fast as they are taken.
  const PART = 256 * 1024;
  for (let at = 0; at < job.workload.length; at += PART) {
    job.data(job.workload.slice(at, at + PART).map((byte) => byte - 0x20));
    await job.flushed();
  }
});
worker.start();

const client = new Client({ servers: server.address });
// The size is sent first. A stream that gives more or less fails, and nothing is submitted.
const task = client.submit("upper", { size: statSync(file).size, stream: createReadStream(file) });
let bytes = 0;
let pieces = 0;
let isUpper = true;
for await (const piece of task.stream() as AsyncIterable<Uint8Array>) {
  bytes += piece.length;
  pieces++;
  isUpper &&= piece.every((byte) => byte === 0x41);
}
console.log(`${bytes} bytes in pieces: ${pieces > 1}, all of them upper case: ${isUpper}`);

await client.close();
await worker.drain();
await server.close();
rmSync(folder, { recursive: true });
