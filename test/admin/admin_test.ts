/** The admin client against our own server, and against one that answers nonsense. */
import { assertEquals, assertRejects, assertThrows, test } from "../_harness/mod.ts";
import { fakeServer, type Script } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Admin } from "../../src/admin/mod.ts";
import { Client } from "../../src/client/mod.ts";
import { JobTimeout, LinkError, ProtocolError, ServerError } from "../../src/errors.ts";
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { Worker } from "../../src/worker/mod.ts";

/** Answers the first command with that text. */
function answering(reply: string): Script {
  return async (peer) => {
    await peer.expect("line");
    await peer.text(reply);
  };
}

test("status(), workers() and version() read our server", async (t) => {
  const { dial, listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen, version: "9.9" }));
  const client = t.use(new Client({ servers: server.address, dial }));
  const worker = new Worker({ servers: server.address, dial, id: "me" });
  t.use({ close: () => worker.close() });
  worker.add("known", () => {}).add("other", () => {}).start();
  await client.background("waiting");
  await client.submit("known").result();
  const admin = t.use(new Admin({ server: server.address, dial }));
  const [rows, workers, version] = await Promise.all([
    admin.status(),
    admin.workers(),
    admin.version(),
  ]);
  assertEquals(
    rows.toSorted((a, b) => a.functionName < b.functionName ? -1 : 1),
    [
      { functionName: "known", total: 0, running: 0, workers: 1 },
      { functionName: "other", total: 0, running: 0, workers: 1 },
      { functionName: "waiting", total: 1, running: 0, workers: 0 },
    ],
  );
  assertEquals(workers.find((row) => row.clientId === "me")?.functionNames, ["other", "known"]);
  assertEquals(workers.length, 3);
  assertEquals(version, "9.9");
});

test("workers() reads a worker with a great many functions", async (t) => {
  const { dial, listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen }));
  const worker = new Worker({ servers: server.address, dial, id: "many" });
  t.use({ close: () => worker.close() });
  for (let i = 0; i < 5_000; i++) worker.add(`function-number-${i}`, () => {});
  worker.start();
  const client = t.use(new Client({ servers: server.address, dial }));
  await client.submit("function-number-7").result();
  const admin = t.use(new Admin({ server: server.address, dial }));
  const row = (await admin.workers()).find(({ clientId }) => clientId === "many");
  assertEquals(row?.functionNames.length, 5_000);
});

test("version() rejects with the server's ERR line", async (t) => {
  const { dial, address } = t.use(
    await fakeServer([
      (peer) => peer.text("ERR UNKNOWN_COMMAND Unknown+server+commandversion\r\n"),
    ]),
  );
  const admin = t.use(new Admin({ server: address, dial }));
  const error = await assertRejects(() => admin.version(), ServerError);
  assertEquals(error.serverCode, "UNKNOWN_COMMAND");
  assertEquals(error.serverText, "Unknown server commandversion");
});

test("a packet for a reply, and a row that is none, are ProtocolErrors", async (t) => {
  for (const reply of ["\0RES\0\0\0\x06\0\0\0\0", "a\tb\n.\n"]) {
    const { dial, address } = t.use(await fakeServer([answering(reply)]));
    const admin = t.use(new Admin({ server: address, dial }));
    const error = await assertRejects(() => admin.status(), ProtocolError);
    assertEquals(error.code, "UNEXPECTED");
  }
});

test("a line that nobody asked for ends the link, and the next command dials again", async (t) => {
  const { dial, address } = t.use(
    await fakeServer([answering(".\nOK unasked\n"), answering("OK asked\n")]),
  );
  const admin = t.use(new Admin({ server: address, dial }));
  assertEquals(await admin.status(), []);
  assertEquals(await admin.version(), "asked");
});

test("a lost link rejects what waits, and the next command dials again", async (t) => {
  const { dial, address } = t.use(
    await fakeServer([(peer) => peer.hangUp(), answering("OK 2\n")]),
  );
  const admin = t.use(new Admin({ server: address, dial }));
  await assertRejects(() => admin.version(), LinkError);
  assertEquals(await admin.version(), "2");
});

test("a command without a reply is given up at the deadline", async (t) => {
  const clock = handClock();
  const { dial, address } = t.use(await fakeServer([() => {}]));
  const admin = t.use(new Admin({ server: address, dial, clock, answerTimeout: 1_000 }));
  const waiting = assertRejects(() => admin.version(), JobTimeout);
  while (clock.pending === 0) await undefined;
  clock.turn(1_000);
  assertEquals((await waiting).outcome, "unacknowledged");
});

test("new Admin() wants one server", () => {
  const { dial } = memoryNetwork();
  assertThrows(() => new Admin({ server: "a,b", dial }), TypeError, "Expected one server, got 2");
});
