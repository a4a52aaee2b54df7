/** An HTTP server in front of gearman, and the requests of a browser: `deno run -A`, `bun run`, Node. */
import { Client, JobServer, Worker } from "../../mod.ts";
import { handlerOf } from "./handler.ts";
import { serve } from "./serve.ts";

const server = await JobServer.listen();
const worker = new Worker({ servers: server.address });
worker.add("reverse", (job) => job.text().split("").reverse().join(""));
worker.add("broken", () => {
  throw new Error("out of paper");
});
worker.start();

const client = new Client({ servers: server.address });
const http = await serve(handlerOf(client));

async function post(path: string, body: string): Promise<void> {
  const response = await fetch(`${http.url}${path}`, { method: "POST", body });
  console.log(response.status, (await response.text()).trim());
}

await post("/reverse", "Hello!"); // 200 !olleH
await post("/broken", ""); // 500 EXCEPTION
await post("/", ""); // 400 Expected a function name ...
const later = await fetch(`${http.url}/reverse?background`, { method: "POST", body: "later" });
console.log(later.status, Object.keys(await later.json()).join(" and ")); // 202 handle and unique

await http.close();
await client.close();
await worker.drain();
await server.close();
