/**
 * A worker under a process manager: systemd, Docker and Kubernetes send SIGTERM, and kill what is
 * still there some time later. What runs ends, nothing new begins, and no job is lost.
 *
 * @module
 */
import process from "node:process";
import { Client, JobServer, Worker } from "../mod.ts";

const server = await JobServer.listen();
const worker = new Worker({ servers: server.address });

// Less than the manager waits: TimeoutStopSec of systemd is 90 s, Docker's is 10 s.
const DRAIN_TIMEOUT = 8_000;

process.once("SIGTERM", () => {
  console.log("SIGTERM: no more jobs");
  void worker.drain({ timeout: DRAIN_TIMEOUT });
});

let finish = () => {};
const begun = new Promise<void>((begin) => {
  worker.add("slow", (job) => {
    begin();
    return new Promise<string>((resolve) => finish = () => resolve(`${job.text()}, done`));
  });
});
worker.start();

const client = new Client({ servers: server.address });
const running = client.submit("slow", "the job that runs");
const waiting = await client.background("slow", "the job that waits");
await begun;

process.kill(process.pid, "SIGTERM"); // what the manager would do
await new Promise<void>((resolve) => process.once("SIGTERM", () => resolve()));
finish();
console.log(await running.text());
await worker.closed;

const { isKnown, isRunning } = await client.status(waiting);
console.log(`the other one is kept: ${isKnown}, and runs: ${isRunning}`);

await client.close();
await server.close();
