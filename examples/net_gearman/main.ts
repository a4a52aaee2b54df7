/**
 * A program for PEAR's Net_Gearman, moved line by line: a client that hands a job over, job classes
 * that check their arguments, a worker, and a call that waits for its result. Here all of it is in
 * one process; in PHP the worker is a script of its own.
 *
 *     deno run -A examples/net_gearman/main.ts      bun run examples/net_gearman/main.ts
 *     node scripts/run.mjs scripts/run_example.ts examples/net_gearman/main.ts
 *
 * @module
 */
import { JobServer } from "../../mod.ts";
import {
  Net_Gearman_Client,
  Net_Gearman_Job,
  Net_Gearman_Task,
  Net_Gearman_Worker,
} from "../../src/compat/net_gearman/mod.ts";
import { Net_Gearman_Job_someBackgroundJob, Net_Gearman_Job_stringReverse } from "./jobs.ts";

const server = await JobServer.listen(); // or a gearmand that runs: ["10.0.0.1:4730"]

// The worker. With a file for each class, define("NET_GEARMAN_JOB_PATH", "./jobs") finds them.
Net_Gearman_Job.register(Net_Gearman_Job_someBackgroundJob, "Net_Gearman_Job_someBackgroundJob");
Net_Gearman_Job.register(Net_Gearman_Job_stringReverse, "Net_Gearman_Job_stringReverse");
const worker = new Net_Gearman_Worker([server.address]);
worker.addAbility("stringReverse");
worker.addAbility("someBackgroundJob"); // what was added last is asked for first
worker.attachCallback((_handle, job, error) => {
  console.log(`${job} failed: ${error.message}`);
}, Net_Gearman_Worker.JOB_FAIL);
const work = worker.beginWork();

// The client: a job in the background is handed over, and what comes back is its handle.
const client = new Net_Gearman_Client([server.address]);
const handle = await client.someBackgroundJob({ userid: 5555 });
console.log(handle.startsWith("H:"));
await client.someBackgroundJob({ userid: "nobody" });

// With a type that is waited for, the result comes back.
const { result } = await client.stringReverse("Hello World!", Net_Gearman_Task.JOB_NORMAL);
console.log(result); // !dlroW olleH

await client.disconnect();
await worker.endWork();
await work;
await server.close();
