/** The worker that serves the clients of a pair, as pair_server_side.php does: HOST PORT. */
import process from "node:process";
import { GearmanWorker } from "../../../src/compat/php/mod.ts";

const [host, port] = process.argv.slice(2);
const worker = new GearmanWorker();
await worker.addServer(host, Number(port));
worker.addFunction("reverse", (job) => job.workload().split("").reverse().join(""));
worker.addFunction("echo", (job) => job.workload());
worker.addFunction("stream", async (job) => {
  await job.sendData("d1");
  await job.sendStatus(1, 2);
  await job.sendWarning("w");
  await job.sendData("d2");
  return "end";
});
worker.addFunction("fail", (job) => job.sendFail());
worker.addFunction("throw", (job) => job.sendException("boom"));
worker.addFunction("complete", async (job) => {
  await job.sendComplete("c");
  return "r";
});
while (await worker.work());
