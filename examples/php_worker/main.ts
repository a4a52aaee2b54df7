/**
 * A client in TypeScript for a worker in PHP, through any job server. Start a server and the worker,
 * and then this one with the server's address:
 *
 *     geartrain serve
 *     php examples/php_worker/worker.php 127.0.0.1 4730 2
 *     deno run -A examples/php_worker/main.ts 127.0.0.1:4730
 *
 * @module
 */
import process from "node:process";
import { Client } from "../../mod.ts";

/** Has two titles made by PHP. */
export async function main(servers: string): Promise<void> {
  const client = new Client({ servers });
  const task = client.submit("title", "the art of the job");
  for await (const event of task) {
    if (event.type === "status") console.log(`${event.numerator}/${event.denominator}`);
  }
  console.log(await task.text()); // The Art Of The Job
  console.log(await client.submit("title", "queues & workers").text()); // Queues & Workers
  await client.close();
}

const [, program, servers] = process.argv;
if (servers?.includes(":")) await main(servers);
else if (/php_worker.main\.m?[jt]s$/.test(program)) {
  console.error("Expected the address of a job server, for instance 127.0.0.1:4730");
}
