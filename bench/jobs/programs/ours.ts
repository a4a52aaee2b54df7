/** Our client and our worker, through the public interface. On Node over the built package. */
import process from "node:process";
import { Client, Worker } from "../../../mod.ts";
import type { Report } from "../report.ts";
import { keepBatches, keepInFlight } from "./in_flight.ts";
import { FUNCTION_NAME, type Part, partOf, ready, Stopwatch, takeTurns } from "./turns.ts";

function clientTurns(
  { role, host, port, size, inFlight }: Part,
): (jobs: number) => Promise<Report> {
  const client = new Client({ servers: { host, port } });
  const workload = new Uint8Array(size).fill(0x77);
  const foreground = async () => {
    const result = await client.submit(FUNCTION_NAME, workload).result();
    if (result.length !== size) throw new Error(`Expected ${size} bytes, got ${result.length}`);
  };
  const background = () => client.background(FUNCTION_NAME, workload);
  if (role === "bulk") {
    const submitAll = (count: number) =>
      client.backgroundAll(Array(count).fill({ functionName: FUNCTION_NAME, workload })).all();
    return (jobs) => keepBatches(submitAll, jobs, inFlight);
  }
  const submit: () => Promise<unknown> = role === "foreground" ? foreground : background;
  return (jobs) => keepInFlight(submit, jobs, inFlight);
}

async function work({ host, port, inFlight }: Part, jobs: number): Promise<Report> {
  const worker = new Worker({ servers: { host, port }, concurrency: inFlight });
  worker.addEventListener("up", ready);
  const report = await new Promise<Report>((resolve) => {
    let watch: Stopwatch;
    let done = 0;
    worker.add(FUNCTION_NAME, (job) => {
      if (done === 0) watch = new Stopwatch();
      if (++done === jobs) resolve(watch.report(jobs));
      return job.workload;
    });
    worker.start();
  });
  await worker.drain();
  return report;
}

const part = partOf(process.argv.slice(2));
await takeTurns(part.role === "worker" ? (jobs) => work(part, jobs) : clientTurns(part));
process.exit();
