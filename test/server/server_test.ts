/** JobServer over memory sockets: what it adds to the engine, and that it leaves nothing open. */
import { LinkError } from "../../src/errors.ts";
import { JobServer, type JobServerOptions, VERSION } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import type { Socket } from "../../src/sockets/socket.ts";
import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { handClock } from "../_harness/hand_clock.ts";
import manifest from "../../package.json" with { type: "json" };
import { CLOSED, RawPeer, request } from "./raw_peer.ts";

/** A server on a network of its own, and a way to connect to it. */
async function serverFor(
  t: TestContext,
  options: Omit<JobServerOptions, "listen"> = {},
): Promise<{ server: JobServer; connect: (at?: number) => Promise<RawPeer> }> {
  const { dial, listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen, handlePrefix: "H:t", ...options }));
  const connect = async (at = 0) => t.use(new RawPeer(await dial(server.addresses[at])));
  return { server, connect };
}

test("JobServer carries a job between two connections", async (t) => {
  const { connect } = await serverFor(t);
  const worker = await connect();
  await worker.send(request("CAN_DO", "rev"));
  await worker.send(request("PRE_SLEEP"));
  assertEquals(await worker.settle(), []);
  const client = await connect();
  await client.send(request("SUBMIT_JOB", "rev", "u1", "abc"));
  assertEquals(await client.next(), "JOB_CREATED H:t:1");
  assertEquals(await worker.next(), "NOOP");
  await worker.send(request("GRAB_JOB_UNIQ"));
  assertEquals(await worker.next(), "JOB_ASSIGN_UNIQ H:t:1\\0rev\\0u1\\0abc");
  await worker.send(request("WORK_COMPLETE", "H:t:1", "cba"));
  assertEquals(await client.next(), "WORK_COMPLETE H:t:1\\0cba");
});

test("JobServer answers packets and lines of one connection in their order", async (t) => {
  const { connect } = await serverFor(t);
  const peer = await connect();
  await peer.send("version\r\n");
  await peer.send(request("ECHO_REQ", "x"));
  await peer.send("workers\nstatus\n");
  const heard = [];
  for (let i = 0; i < 5; i++) heard.push(await peer.next());
  assertEquals(heard, [
    `OK ${VERSION}+geartrain\\n`,
    "ECHO_RES x",
    "1 127.0.0.1 - :\\n",
    ".\\n",
    ".\\n",
  ]);
});

test("JobServer answers what came before a fault, then closes the connection", async (t) => {
  const { connect } = await serverFor(t);
  const peer = await connect();
  await peer.send(request("ECHO_REQ", "x"));
  await peer.send(Uint8Array.of(0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0));
  assertEquals(await peer.next(), "ECHO_RES x");
  assertEquals(await peer.next(), CLOSED);
});

test("JobServer says why it hangs up on a peer that announces more than maxPacketBytes, and reads to its end", async (t) => {
  const warnings: string[] = [];
  const { connect } = await serverFor(t, {
    maxPacketBytes: 10,
    warn: (message) => warnings.push(message),
  });
  const peer = await connect();
  await peer.send(request("ECHO_REQ", "0123456789"));
  assertEquals(await peer.next(), "ECHO_RES 0123456789");
  await peer.send(request("ECHO_REQ", "x".repeat(100_000)));
  const why = "Expected a body of at most 10 bytes, got one of 100000";
  assertEquals(await peer.next(), `ERROR ARGUMENT_TOO_LARGE\\0${why}`);
  assertEquals(await peer.next(), CLOSED);
  assertEquals(warnings.map((line) => line.replace(/on \S+:/, "on PEER:")), [
    `Hung up on PEER: ${why}`,
  ]);
});

test("JobServer sends no packet to who sends too long a line, and hangs up", async (t) => {
  const { connect } = await serverFor(t, { warn: () => {} });
  const peer = await connect();
  await peer.send("x".repeat(10_000));
  assertEquals(await peer.next(), CLOSED);
});

test("JobServer makes a long list as it is read, and sends what follows behind it", async (t) => {
  const clock = handClock();
  const { connect } = await serverFor(t, { clock, maxWaitingBytes: 300_000 });
  const [worker, admin] = [await connect(), await connect()];
  const names = Array.from({ length: 80 }, (_, i) => `${i}`.padEnd(5_000, "x"));
  for (const name of names) await worker.send(request("CAN_DO", name));
  await worker.settle();
  // 400 KB each, of which no more than 300 may wait.
  await admin.send("status\nworkers\n");
  await admin.send(request("SUBMIT_JOB", "f", "", ""));
  await admin.send(request("ECHO_REQ", "x"));
  await admin.send("version\n");
  const heard: string[] = [];
  const reading = (async () => {
    while (heard.at(-1) !== `OK ${VERSION}+geartrain\\n`) heard.push(await admin.next());
  })();
  // Each turn makes a part of it.
  for (let turn = 0; heard.at(-1) !== `OK ${VERSION}+geartrain\\n`; turn++) {
    for (let round = 0; round < 100; round++) await undefined;
    clock.turn(0);
    assertEquals(turn < 1_000, true);
  }
  await reading;
  assertEquals(heard.slice(0, 80), names.map((name) => `${name}\t0\t0\t1\\n`));
  assertEquals(heard.slice(80), [
    ".\\n",
    `1 127.0.0.1 - : ${names.toReversed().join(" ")}\\n`,
    "2 127.0.0.1 - :\\n",
    ".\\n",
    "JOB_CREATED H:t:1",
    "ECHO_RES x",
    `OK ${VERSION}+geartrain\\n`,
  ]);
});

for (const isRead of [true, false]) {
  const what = isRead
    ? "to its end to a peer that has said its last"
    : "to nobody who does not read";
  test(`JobServer sends a long list ${what}`, async (t) => {
    const clock = handClock();
    const { dial, listen } = memoryNetwork();
    const server = t.use(await JobServer.listen({ listen, clock }));
    const worker = t.use(new RawPeer(await dial(server.address)));
    for (let i = 0; i < 100; i++) await worker.send(request("CAN_DO", `${i}`.padEnd(5_000, "x")));
    await worker.settle();
    const socket = t.use(await dial(server.address));
    let bytes = 0;
    let hasEnded = false;
    if (isRead) {
      socket.pump({
        space: () => new Uint8Array(65_536),
        filled: (count) => (bytes += count) > 0,
        push: (chunk) => (bytes += chunk.length) > 0,
        ended: () => hasEnded = true,
      });
    }
    await socket.write(new TextEncoder().encode("status\n"));
    await socket.finish();
    for (let turn = 0; turn < 100 && !hasEnded; turn++) {
      for (let round = 0; round < 100; round++) await undefined;
      clock.turn(isRead ? 0 : 500);
    }
    assertEquals([bytes, hasEnded], isRead ? [100 * 5_007 + 2, true] : [0, false]);
    if (!isRead) assertEquals(clock.pending, 0);
  });
}

test("JobServer closes a connection that sends a line of six words", async (t) => {
  const { connect } = await serverFor(t);
  const peer = await connect();
  await peer.send("one two three four five six\n");
  assertEquals(await peer.next(), CLOSED);
});

test("JobServer gives the jobs of a lost connection to others", async (t) => {
  const { connect } = await serverFor(t);
  const lost = await connect();
  await lost.send(request("SUBMIT_JOB_BG", "f", "", "w"));
  await lost.send(request("CAN_DO", "f"));
  await lost.send(request("GRAB_JOB"));
  await lost.settle();
  const other = await connect();
  await other.send(request("CAN_DO", "f"));
  await other.send(request("PRE_SLEEP"));
  assertEquals(await other.settle(), []);
  await lost.close();
  assertEquals(await other.next(), "NOOP");
});

test("JobServer does what the peer asked before it left", async (t) => {
  const { connect } = await serverFor(t);
  const worker = await connect();
  await worker.send(request("CAN_DO", "f"));
  await worker.send(request("PRE_SLEEP"));
  await worker.settle();
  const client = await connect();
  await client.send(request("SUBMIT_JOB_BG", "f", "", ""));
  await client.close();
  assertEquals(await worker.next(), "NOOP");
});

test("JobServer answers a peer that has finished sending", async (t) => {
  const { dial, listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen, handlePrefix: "H:t" }));
  const socket = await dial(server.address);
  const peer = t.use(new RawPeer(socket));
  await peer.send(request("SUBMIT_JOB_BG", "f", "", ""));
  await peer.send("status\n");
  await socket.finish();
  assertEquals(await peer.next(), "JOB_CREATED H:t:1");
  assertEquals(await peer.next(), "f\t1\t0\t0\\n");
  assertEquals(await peer.next(), ".\\n");
  assertEquals(await peer.next(), CLOSED);
});

test("JobServer ticks when the engine wants it, and arms no timer otherwise", async (t) => {
  const clock = handClock();
  const { connect } = await serverFor(t, { clock });
  const worker = await connect();
  await worker.send(request("CAN_DO", "f"));
  await worker.send(request("PRE_SLEEP"));
  await worker.settle();
  assertEquals(clock.pending, 0);
  await worker.send(request("SUBMIT_JOB_EPOCH", "f", "", "60", "later"));
  await worker.send(request("SUBMIT_JOB_EPOCH", "f", "", "30", "sooner"));
  assertEquals(await worker.settle(), ["JOB_CREATED H:t:1", "JOB_CREATED H:t:2"]);
  assertEquals(clock.pending, 1);
  clock.turn(30_000);
  assertEquals(await worker.next(), "NOOP");
  await worker.send(request("PRE_SLEEP"));
  await worker.send(request("GRAB_JOB"));
  await worker.send(request("PRE_SLEEP"));
  assertEquals(await worker.settle(), ["NOOP", "JOB_ASSIGN H:t:2\\0f\\0sooner"]);
  clock.turn(30_000);
  assertEquals(await worker.next(), "NOOP");
  assertEquals(clock.pending, 0);
});

test("JobServer waits for a time that no timer can hold", async (t) => {
  const clock = handClock();
  const { connect } = await serverFor(t, { clock });
  const worker = await connect();
  await worker.send(request("CAN_DO", "f"));
  await worker.send(request("PRE_SLEEP"));
  await worker.send(request("SUBMIT_JOB_EPOCH", "f", "", `${4 * 10 ** 6}`, ""));
  await worker.settle();
  clock.turn(4 * 10 ** 9 - 1);
  assertEquals(await worker.settle(), []);
  clock.turn(1);
  assertEquals(await worker.next(), "NOOP");
});

test("JobServer hangs up on a peer that does not read", async (t) => {
  const { dial, listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen, maxWaitingBytes: 100_000 }));
  const socket = t.use(await dial(server.address));
  const hungUp = new Promise<void>((resolve) => {
    socket.pump({
      space: () => new Uint8Array(1),
      filled: () => false,
      push: () => false,
      ended: () => resolve(),
    });
  });
  const echo = request("ECHO_REQ", "x".repeat(50_000));
  await untilRefused(socket, echo);
  await hungUp;
  const other = t.use(new RawPeer(await dial(server.address)));
  assertEquals(await other.settle(), []);
});

/** Writes until the far end has gone. */
async function untilRefused(socket: Socket, bytes: Uint8Array): Promise<void> {
  try {
    for (;;) await socket.write(bytes);
  } catch {
    // That is the end we wait for.
  }
}

test("JobServer listens in several places, with one engine behind them", async (t) => {
  const { server, connect } = await serverFor(t, {
    addresses: [{ host: "127.0.0.1", port: 4730 }, { path: "/run/gear.sock" }],
  });
  assertStrictEquals(server.address, server.addresses[0]);
  const tcp = await connect(0);
  const unix = await connect(1);
  await tcp.send(request("SUBMIT_JOB_BG", "f", "", ""));
  await tcp.settle();
  await unix.send("status\nworkers\n");
  assertEquals(await unix.settle(), [
    "f\\t1\\t0\\t0\\n".replaceAll("\\t", "\t"),
    ".\\n",
    "1 127.0.0.1 - :\\n",
    "2 unix - :\\n",
    ".\\n",
  ]);
});

test("JobServer.listen() warns where everybody may come, and only there", async () => {
  const heard: string[] = [];
  for (const host of ["127.0.0.1", "localhost", "::1", "0.0.0.0", "10.0.0.1"]) {
    const { listen } = memoryNetwork();
    const warn = (message: string) => heard.push(message);
    await (await JobServer.listen({ listen, host, port: 1, warn })).close();
  }
  const what = "without TLS or rules: whoever reaches it may submit, work and administer";
  const { warn } = console;
  console.warn = (message) => heard.push(message);
  try {
    const { listen } = memoryNetwork();
    await (await JobServer.listen({ listen, host: "0.0.0.0", port: 1 })).close();
  } finally {
    console.warn = warn;
  }
  assertEquals(heard, [
    `Listening on 0.0.0.0:1 ${what}`,
    `Listening on 10.0.0.1:1 ${what}`,
    `geartrain: Listening on 0.0.0.0:1 ${what}`,
  ]);
});

test("JobServer.listen() on a free port says which", async (t) => {
  const { server } = await serverFor(t);
  assertEquals("port" in server.address && server.address.port > 0, true);
});

test("JobServer.listen() gives back the places it had when one is taken", async () => {
  const { dial, listen } = memoryNetwork();
  const taken = { host: "127.0.0.1", port: 2 };
  const other = await JobServer.listen({ listen, addresses: [taken] });
  const free = { host: "127.0.0.1", port: 1 };
  await assertRejects(() => JobServer.listen({ listen, addresses: [free, taken] }), LinkError);
  await assertRejects(() => dial(free), LinkError);
  await other.close();
});

test("JobServer.listen() refuses options out of range", async () => {
  const { listen } = memoryNetwork();
  await assertRejects(() => JobServer.listen({ listen, addresses: [] }), RangeError, "got none");
  await assertRejects(() => JobServer.listen({ listen, maxPacketBytes: -1 }), RangeError, "got -1");
  await assertRejects(
    () => JobServer.listen({ listen, handlePrefix: "x".repeat(53) }),
    RangeError,
    "1 to 52 ASCII characters",
  );
});

test("JobServer.close() closes every connection and accepts no more, twice as well as once", async () => {
  const { dial, listen } = memoryNetwork();
  const clock = handClock();
  const server = await JobServer.listen({ listen, clock });
  const { address } = server;
  const peer = new RawPeer(await dial(address));
  await peer.send(request("SUBMIT_JOB_EPOCH", "f", "", "60", ""));
  await peer.settle();
  await Promise.all([server.close(), server.close()]);
  assertEquals(await peer.next(), CLOSED);
  assertEquals(clock.pending, 0);
  await assertRejects(() => dial(address), LinkError);
  await peer.close();
});

test("JobServer.close() does not wait for ever for a peer that does not read", async (t) => {
  const { dial, listen } = memoryNetwork();
  const clock = handClock();
  const server = await JobServer.listen({ listen, clock });
  const socket = t.use(await dial(server.address));
  await socket.write(request("ECHO_REQ", "x".repeat(200_000)));
  await new RawPeer(await dial(server.address)).settle();
  const closed = server.close();
  while (clock.pending === 0) await undefined;
  clock.turn(2000);
  await closed;
});

test("VERSION is that of the package", () => {
  assertEquals(VERSION, manifest.version);
});
