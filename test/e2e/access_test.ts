/** What clients, workers and administrators hear of a server that lets them do some things, and not all. */
import { assertEquals, assertRejects, codecUnderTest, test } from "../_harness/mod.ts";
import { Admin } from "../../src/admin/mod.ts";
import { Client } from "../../src/client/mod.ts";
import { ServerError } from "../../src/errors.ts";
import type { ServerEvent } from "../../src/link/mod.ts";
import { JobServer, VERSION } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { Worker } from "../../src/worker/mod.ts";

test("a server that lets us do some things tells of the others", async (t) => {
  const { dial, listen } = memoryNetwork();
  const authorize = [{ submit: ["a", "b", "c"], work: "a", administer: "read" }] as const;
  const server = t.use(await JobServer.listen({ listen, authorize, warn: () => {} }));
  const shared = { dial, codec: codecUnderTest };
  const worker = new Worker({ servers: server.address, ...shared });
  t.use({ close: () => worker.close() });
  const refused = new Promise<ServerEvent>((resolve) =>
    worker.addEventListener("refused", resolve)
  );
  worker.add("b", () => "never").add("a", (job) => job.text().toUpperCase()).start();

  const client = t.use(new Client({ servers: server.address, ...shared }));
  const error = await assertRejects(() => client.submit("d", "x").result(), ServerError);
  assertEquals(
    [error.serverCode, error.serverText, error.outcome, error.retriable],
    ["ACCESS_DENIED", 'This connection may not submit jobs of "d"', "unsent", false],
  );
  // Others on the same link, and the worker's other function, go on.
  assertEquals(await client.submit("a", "x").text(), "X");
  const { server: where, reason } = await refused;
  assertEquals(where, server.address);
  assertEquals(
    reason?.message,
    'Server answered "ACCESS_DENIED": "This connection may not work on "b""',
  );

  const admin = t.use(new Admin({ server: server.address, ...shared }));
  assertEquals((await admin.status()).map((row) => [row.functionName, row.workers]), [["a", 1]]);
  const denied = await assertRejects(() => admin.createFunction("new"), ServerError);
  assertEquals(
    [denied.serverCode, denied.serverText],
    ["ACCESS_DENIED", "This connection may not give the command create"],
  );
  assertEquals(await admin.version(), `${VERSION}+geartrain`);
});

test("a worker that our server lets do nothing is told, and does not wait", async (t) => {
  const { dial, listen } = memoryNetwork();
  const authorize = [{ work: "a" }] as const;
  const server = t.use(await JobServer.listen({ listen, authorize, warn: () => {} }));
  // Names as they come: with a quote, a slash, and letters of more than one byte.
  const names = ['b"', "wörk/ß"];
  for (const call of ["take", "runUntilIdle"] as const) {
    const worker = new Worker({ servers: server.address, dial, codec: codecUnderTest });
    t.use({ close: () => worker.close() });
    // One has a limit of its own, of which our server is told.
    worker.add(names[0], () => {}).add(names[1], () => {}, { timeout: 5_000 });
    const error = await assertRejects(() => worker[call](), ServerError);
    assertEquals(error.serverText, `This connection may not work on "${names[1]}"`);
    assertEquals(worker.refusal, call === "take" ? error : undefined);
  }
});
