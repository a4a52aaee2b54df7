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
    assertEquals([error.code, error.outcome], ["UNEXPECTED", "unacknowledged"]);
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

test("a command that was given up keeps its place: the late reply goes to nobody", async (t) => {
  const clock = handClock();
  const { dial, address } = t.use(
    await fakeServer([async (peer) => {
      await peer.expect("line");
      clock.turn(500);
      await peer.expect("line");
      await peer.text("late\t1\t2\t3\n.\nOK 2\n");
    }]),
  );
  const admin = t.use(new Admin({ server: address, dial, clock }));
  const error = await assertRejects(() => admin.status({ timeout: 500 }), JobTimeout);
  assertEquals(error.outcome, "unacknowledged");
  assertEquals(await admin.version(), "2");
});

/** What each command sends, for which reply it gives what. */
const COMMANDS: readonly {
  readonly ask: (admin: Admin) => Promise<unknown>;
  readonly line: string;
  readonly reply: string;
  readonly gives: unknown;
}[] = [
  {
    ask: (admin) => admin.status(),
    line: "status",
    reply: "f1\t4\t1\t3\nf 2\t0\t0\t1\n.\n",
    gives: [
      { functionName: "f1", total: 4, running: 1, workers: 3 },
      { functionName: "f 2", total: 0, running: 0, workers: 1 },
    ],
  },
  { ask: (admin) => admin.status(), line: "status", reply: ".\n", gives: [] },
  {
    ask: (admin) => admin.priorityStatus(),
    line: "prioritystatus",
    reply: "prio\t1\t2\t3\t0\n.\n",
    gives: [{ functionName: "prio", high: 1, normal: 2, low: 3, workers: 0 }],
  },
  {
    ask: (admin) => admin.workers(),
    line: "workers",
    reply: "38 127.0.0.1 worker-1 : f1 f3\n44 ::1 - :\n37 127.0.0.1 id with spaces : f1\n.\n",
    gives: [
      { fd: 38, ip: "127.0.0.1", clientId: "worker-1", functionNames: ["f1", "f3"] },
      { fd: 44, ip: "::1", clientId: "-", functionNames: [] },
      { fd: 37, ip: "127.0.0.1", clientId: "id with spaces", functionNames: ["f1"] },
    ],
  },
  {
    ask: (admin) => admin.showJobs(),
    line: "show jobs",
    reply: "H:a:2\t0\t0\t1\nH:x:17\t3\t1\t0\n.\n",
    gives: [
      { handle: "H:a:2", retries: 0, ignored: false, queued: true },
      { handle: "H:x:17", retries: 3, ignored: true, queued: false },
    ],
  },
  {
    ask: (admin) => admin.showUniqueJobs(),
    line: "show unique jobs",
    reply: "\nuq0\nümlaut\n.\n",
    gives: ["", "uq0", "ümlaut"],
  },
  {
    ask: (admin) => admin.cancelJob("H:a:2"),
    line: "cancel job H:a:2",
    reply: "OK\r\n",
    gives: undefined,
  },
  { ask: (admin) => admin.maxQueue("f"), line: "maxqueue f", reply: "OK\r\n", gives: undefined },
  {
    ask: (admin) => admin.maxQueue("f", 7),
    line: "maxqueue f 7",
    reply: "OK\r\n",
    gives: undefined,
  },
  {
    ask: (admin) => admin.maxQueue("f", { high: 1, low: 3 }),
    line: "maxqueue f 1 0 3",
    reply: "OK\r\n",
    gives: undefined,
  },
  {
    ask: (admin) => admin.createFunction("f"),
    line: "create function f",
    reply: "OK\r\n",
    gives: undefined,
  },
  {
    ask: (admin) => admin.dropFunction("f"),
    line: "drop function f",
    reply: "OK\r\n",
    gives: undefined,
  },
  { ask: (admin) => admin.pid(), line: "getpid", reply: "OK 24926\n", gives: 24926 },
  { ask: (admin) => admin.verbose(), line: "verbose", reply: "OK DEBUG\n", gives: "DEBUG" },
  { ask: (admin) => admin.version(), line: "version", reply: "OK 1.1.20+ds\n", gives: "1.1.20+ds" },
  { ask: (admin) => admin.shutdown(), line: "shutdown", reply: "OK\r\n", gives: undefined },
  {
    ask: (admin) => admin.shutdown({ graceful: true }),
    line: "shutdown graceful",
    reply: "OK\n",
    gives: undefined,
  },
];

for (const { ask, line, reply, gives } of COMMANDS) {
  test(`the reply to "${line}" may come in any number of reads`, async (t) => {
    const bytes = new TextEncoder().encode(reply);
    const reads = [1, 2, 5, bytes.length];
    const { dial, address, done } = t.use(
      await fakeServer([async (peer) => {
        for (const size of reads) {
          assertEquals(await peer.expect("line"), [line]);
          for (let at = 0; at < bytes.length; at += size) {
            await peer.text(bytes.subarray(at, at + size));
          }
        }
      }]),
    );
    const admin = t.use(new Admin({ server: address, dial }));
    for (const _ of reads) assertEquals(await ask(admin), gives);
    await done;
  });
}

test("commands need not wait for each other's replies", async (t) => {
  const { dial, address } = t.use(
    await fakeServer([async (peer) => {
      for (const line of ["status", "getpid", "version"]) {
        assertEquals(await peer.expect("line"), [line]);
      }
      await peer.text("f\t1\t1\t1\n.\nOK 7\nOK 1\n");
    }]),
  );
  const admin = t.use(new Admin({ server: address, dial }));
  const replies = await Promise.all([admin.status(), admin.pid(), admin.version()]);
  assertEquals(replies, [[{ functionName: "f", total: 1, running: 1, workers: 1 }], 7, "1"]);
});

test("shutdown() takes a server that leaves for one that obeyed, and a reset for a loss", async (t) => {
  const { dial, address } = t.use(
    await fakeServer([async (peer) => {
      await peer.expect("line");
      await peer.leave();
    }, async (peer) => {
      await peer.expect("line");
      peer.hangUp();
    }]),
  );
  const admin = t.use(new Admin({ server: address, dial }));
  await admin.shutdown();
  const error = await assertRejects(() => admin.shutdown(), LinkError);
  assertEquals([error.code, error.outcome], ["RESET", "unacknowledged"]);
});

test("names that no line can carry, and limits that are none, are refused before the wire", async () => {
  const admin = new Admin({
    server: "127.0.0.1",
    dial: () => Promise.reject(new Error("dialled")),
  });
  for (const name of ["", "two words", "a\nshutdown", "a\rb", "tab\tbed", "nul\0", "\x7f"]) {
    await assertRejects(() => admin.createFunction(name), TypeError);
    await assertRejects(() => admin.dropFunction(name), TypeError);
    await assertRejects(() => admin.maxQueue(name, 1), TypeError);
    await assertRejects(() => admin.cancelJob(name), TypeError);
  }
  await assertRejects(() => admin.createFunction("x".repeat(513)), RangeError);
  for (const limit of [0, -1, 1.5, NaN, 2 ** 31]) {
    await assertRejects(() => admin.maxQueue("f", limit), RangeError, "limit");
    await assertRejects(() => admin.maxQueue("f", { low: limit }), RangeError, "limit");
  }
  await assertRejects(() => admin.status({ timeout: -1 }), RangeError, "timeout");
});

test("new Admin() wants one server", () => {
  const { dial } = memoryNetwork();
  assertThrows(() => new Admin({ server: "a,b", dial }), TypeError, "Expected one server, got 2");
});
