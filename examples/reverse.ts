/** A job server, a worker and a client in twenty lines: `deno run -A`, `bun run`, and on Node `npm run example`. */
import { Client, JobServer, Worker } from "../mod.ts";

const server = await JobServer.listen(); // 127.0.0.1, a free port; or a gearmand: "10.0.0.1:4730"

const worker = new Worker({ servers: server.address });
worker.add("reverse", (job) => {
  job.status(1, 1);
  return job.text().split("").reverse().join("");
});
worker.start();

const client = new Client({ servers: server.address });
const task = client.submit("reverse", "Hello!");
for await (const event of task) console.log(event); // { type: "status", numerator: 1, denominator: 1 }
console.log(await task.text()); // !olleH

await client.close();
await worker.drain();
await server.close();
