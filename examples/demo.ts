/**
 * A tour in one process: the embedded job server, a worker and a client, and the kinds of jobs
 * that go between them. `npm run demo` starts it; so do `deno run -A` and `bun run`.
 *
 * @module
 */
import process from "node:process";
import {
  Client,
  codecInfo,
  type Job,
  JobException,
  JobFailed,
  JobServer,
  type Task,
  Worker,
} from "../mod.ts";

/** How far the primes are counted, and in how many steps. */
const LIMIT = 1_000_000;
const STEPS = 40;

const isTerminal = process.stdout.isTTY === true;

function say(who: string, what: string): void {
  console.log(`${who.padEnd(11)} ${what}`);
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) {
    if (number % divisor === 0) return false;
  }
  return number > 1;
}

/** Counts primes: real work, told step by step. */
async function primes(job: Job): Promise<string> {
  const limit = Number(job.text());
  let found = 0;
  for (let step = 1; step <= STEPS; step++) {
    const from = (step - 1) * limit / STEPS;
    for (let number = from; number < from + limit / STEPS; number++) {
      if (isPrime(number)) found++;
    }
    if (step % 10 === 0) job.data(`${found} primes below ${from + limit / STEPS}\n`);
    job.status(step, STEPS);
    await job.flushed();
  }
  return "done\n";
}

/** Shows what a task tells on its way: a bar that grows, or a line for every quarter. */
async function show(task: Task): Promise<void> {
  const decoder = new TextDecoder();
  let last = "";
  for await (const event of task) {
    if (event.type === "data") last = decoder.decode(event.data).trim();
    if (event.type !== "status") continue;
    const { numerator, denominator } = event;
    const percent = Math.round(100 * numerator / denominator);
    const filled = Math.round(30 * numerator / denominator);
    const bar = `[${"#".repeat(filled).padEnd(30, ".")}] ${`${percent}`.padStart(3)} %  ${last}`;
    if (isTerminal) process.stdout.write(`\r${task.functionName.padEnd(11)} ${bar}`);
    else if (percent % 25 === 0) say(task.functionName, bar);
  }
  if (isTerminal) process.stdout.write("\n");
}

/** Awaits a job that ends badly, and says how. */
async function showFailure(task: Task): Promise<void> {
  try {
    await task.result();
    throw new Error(`Expected ${task.functionName} to fail, it did not`);
  } catch (error) {
    if (!(error instanceof JobFailed || error instanceof JobException)) throw error;
    say(task.functionName, `${error.name}, as it should: ${error.message}`);
  }
}

await using server = await JobServer.listen();
say("server", `listens on ${JSON.stringify(server.address)}`);
say("codec", `${codecInfo().codec}: ${codecInfo().reason}`);

await using worker = new Worker({ servers: server.address, concurrency: 4 });
worker.add("reverse", (job) => job.text().split("").reverse().join(""));
worker.add("primes", primes);
worker.add("invert", (job) => job.workload.map((byte) => byte ^ 0xff));
worker.add("refuse", () => {
  throw new JobFailed();
});
worker.add("divide", (job) => {
  const [dividend, divisor] = job.json() as number[];
  if (divisor === 0) throw new RangeError("Expected a divisor other than 0, got 0");
  return String(dividend / divisor);
});
const noted = new Promise<string>((resolve) => worker.add("note", (job) => resolve(job.text())));
worker.start();
say("worker", "offers reverse, primes, invert, refuse, divide and note");

await using client = new Client({ servers: server.address });

say(
  "reverse",
  `"Hello, Gearman!" -> "${await client.submit("reverse", "Hello, Gearman!").text()}"`,
);

await show(client.submit("primes", String(LIMIT)));

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const inverted = await client.submit("invert", everyByte).result();
const isInverted = inverted.length === 256 && inverted.every((byte, at) => byte === 255 - at);
if (!isInverted) throw new Error("Expected every byte inverted, got others");
say("invert", `256 bytes, one of each value, came back inverted: ${inverted.subarray(0, 4)} ...`);

await showFailure(client.submit("refuse"));
await showFailure(client.submit("divide", "[1, 0]"));

const receipt = await client.background("note", "nobody waited for this");
say("background", `${receipt.handle} was taken; the worker noted: "${await noted}"`);

const start = performance.now();
const tasks = Array.from({ length: 1000 }, (_, number) => client.submit("reverse", `${number}`));
await Promise.all(tasks.map((task) => task.result()));
say("1000 jobs", `at once: ${Math.round(performance.now() - start)} ms there and back`);
