/**
 * Client, worker and server of one tree in one process, over memory sockets: the whole way of a job
 * without the kernel's part, whose CPU time hardly depends on what else the machine does.
 */
import process from "node:process";
import { Client, JobServer, memoryNetwork, Worker } from "../../mod.ts";
import { FUNCTION_NAME, Stopwatch, takeTurns } from "../jobs/programs/turns.ts";
import { type ScenarioName, SCENARIOS } from "./scenarios.ts";

const { size, inFlight, isForeground } = SCENARIOS[process.argv[2] as ScenarioName];
const { dial, listen } = memoryNetwork();
const server = await JobServer.listen({ listen });
const servers = server.address;
const client = new Client({ servers, dial });
const worker = new Worker({ servers, dial, concurrency: inFlight });
const workload = new Uint8Array(size).fill(0x77);

let left = 0;
let onEmpty = () => {};
worker.add(FUNCTION_NAME, (job) => {
  if (--left === 0) onEmpty();
  return job.workload;
});
worker.start();

const submit: () => Promise<unknown> = isForeground
  ? () => client.submit(FUNCTION_NAME, workload).result()
  : () => client.background(FUNCTION_NAME, workload);

await takeTurns(async (jobs) => {
  left = jobs;
  const emptied = new Promise<void>((resolve) => onEmpty = resolve);
  let begun = 0;
  const keepOne = async () => {
    while (begun++ < jobs) await submit();
  };
  const watch = new Stopwatch();
  await Promise.all(Array.from({ length: inFlight }, keepOne));
  await emptied;
  return watch.report(jobs);
});
process.exit();
