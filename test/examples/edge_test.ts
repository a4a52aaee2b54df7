/** The handler for workerd hands a job over, and says so; on workerd, and wherever requests are known. */
import edge from "../../examples/edge/worker.ts";
import { Client } from "../../mod.ts";
import { assertEquals, test } from "../_harness/mod.ts";
import { openJobServer, startJobServer } from "../_harness/job_server.ts";

function post(path: string, body: string): Request {
  return new Request(`http://edge.example${path}`, { method: "POST", body });
}

test("examples/edge/worker.ts hands a mail over, and answers at once", async (t) => {
  const { address } = t.use(await openJobServer());
  const environment = { GEARMAN: `${address.host}:${address.port}` };
  const response = await edge.fetch(post("/sign-up", "ada@example.org"), environment);
  assertEquals(response.status, 202);
  const client = t.use(new Client({ servers: address }));
  const { handle } = await response.json();
  assertEquals((await client.status({ handle })).isKnown, true);
  assertEquals((await edge.fetch(post("/", ""), environment)).status, 404);
});

test("examples/edge/worker.ts says 503 when no job server can be reached", async (t) => {
  const { address, program } = t.use(await startJobServer());
  await program.kill("SIGKILL");
  await program.exit();
  const environment = { GEARMAN: `${address.host}:${address.port}` };
  const response = await edge.fetch(post("/sign-up", "ada@example.org"), environment);
  assertEquals(response.status, 503);
  await response.body?.cancel();
});
