/** Jobs for later: after a while, at a time, and again and again by a timetable. */
import { Client, JobServer, Worker } from "../mod.ts";

const server = await JobServer.listen();
const client = new Client({ servers: server.address });

const ran: string[] = [];
let allRan = () => {};
const done = new Promise<void>((resolve) => allRan = resolve);
const worker = new Worker({ servers: server.address });
worker.add("remind", (job) => {
  ran.push(job.text());
  if (ran.length === 3) allRan();
});
worker.start();

await client.background("remind", "now");
await client.background("remind", "at a time", { at: new Date(Date.now() - 1_000) }); // past: now
// Whole seconds, rounded up: that is what the protocol can say.
await client.background("remind", "in a second", { delay: 1_000 });

// By a timetable of cron's: at 6 on weekdays. The server submits it, again and again.
const series = await client.background("remind", "get up", {
  schedule: "0 6 * * mon-fri",
  unique: "wake-up",
});
console.log(`a series: ${series.unique}`);

await done;
console.log(`last: ${ran.at(-1)}`);

await client.close();
await worker.drain();
await server.close();
