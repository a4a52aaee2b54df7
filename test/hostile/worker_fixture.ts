/**
 * A worker of the server on the port it is given, for the function `work`, three jobs at once.
 * Prints each job that it is given, and then does with it what the next lines on its standard
 * input say: `data <text>` or `complete <text>`.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { Worker } from "../../mod.ts";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const worker = new Worker({
  servers: { host: "127.0.0.1", port: Number(process.argv[2]) },
  concurrency: 3,
});
worker.addEventListener("up", () => console.log("up"));
worker.add("work", async (job) => {
  console.log(`assigned ${job.text()}`);
  for (;;) {
    const [command, text] = (await lines.next()).value!.split(" ");
    if (command === "complete") return text;
    job.data(text);
  }
});
worker.start();
