/** A link: one write a turn, back-pressure, and the ends it can come to. */
import { assert, assertEquals, assertInstanceOf, codecUnderTest, test } from "../_harness/mod.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { LinkError, ProtocolError } from "../../src/errors.ts";
import { Link, type LinkSink, together } from "../../src/link/mod.ts";
import { Command } from "../../src/protocol/mod.ts";
import type { Sink, Socket } from "../../src/sockets/socket.ts";

/** A socket in the test's hands: keeps what was written, takes it when told. */
class HandSocket implements Socket {
  readonly remote = { host: "10.0.0.1", port: 4730 };
  readonly written: Uint8Array[] = [];
  sink!: Sink;
  /** Whether writes are taken at once. */
  isFast = true;
  isDestroyed = false;
  isFinished = false;
  isClosed = false;
  resumed = 0;
  #pending: { resolve(): void; reject(error: unknown): void } | undefined;

  pump(sink: Sink): void {
    this.sink = sink;
  }
  resume(): void {
    this.resumed++;
  }
  write(bytes: Uint8Array): Promise<void> | undefined {
    assert(this.#pending === undefined, "Expected no second write while one is pending");
    this.written.push(bytes.slice());
    if (this.isFast) return undefined;
    return new Promise((resolve, reject) => this.#pending = { resolve, reject });
  }
  /** Takes the pending write. */
  take(): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.resolve();
  }
  /** Fails it. */
  fail(error: unknown): void {
    this.#pending?.reject(error);
  }
  finish(): Promise<void> {
    this.isFinished = true;
    return Promise.resolve();
  }
  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
  destroy(): void {
    this.isDestroyed = true;
  }
}

interface Heard extends LinkSink {
  readonly packets: number[];
  readonly ends: unknown[];
}

function open(role: "peer" | "server" = "peer") {
  const socket = new HandSocket();
  const link = new Link(socket, { role, codec: codecUnderTest, text: role === "server" });
  const heard: Heard = {
    packets: [],
    ends: [],
    packet: (packet) => void heard.packets.push(packet.type),
    line: (line) => link.text(`${line}!\n`),
    closed: (reason) => void heard.ends.push(reason),
  };
  link.receive(heard);
  return { socket, link, heard };
}

const NO_JOB = Uint8Array.of(0, 0x52, 0x45, 0x53, 0, 0, 0, 10, 0, 0, 0, 0);

/** Lets every microtask that follows from this turn run. */
async function turn(): Promise<void> {
  for (let i = 0; i < 20; i++) await undefined;
}

test("what is sent in one turn leaves in one write", async () => {
  const { socket, link } = open();
  link.bare(Command.GRAB_JOB);
  link.bare(Command.PRE_SLEEP);
  await Promise.resolve().then(() => link.bare(Command.GRAB_JOB));
  assertEquals(socket.written.length, 0);
  await link.flushed();
  assertEquals(socket.written.map((bytes) => bytes.length), [36]);
});

test("of many packets some leave before the turn is over", async () => {
  const { socket, link } = open();
  for (let i = 0; i < 300; i++) link.bare(Command.GRAB_JOB);
  const lengths = () => socket.written.map((bytes) => bytes.length / 12);
  assertEquals(lengths(), [128, 128]);
  await link.flushed();
  assertEquals(lengths(), [128, 128, 44]);
});

test("what is laid together leaves in one write, however many packets it is", async () => {
  const { socket, link } = open();
  together(() => {
    for (let i = 0; i < 300; i++) link.bare(Command.GRAB_JOB);
  });
  assertEquals(socket.written.length, 0);
  await link.flushed();
  assertEquals(socket.written.map((bytes) => bytes.length / 12), [300]);
});

test("what is sent while a write is pending waits for it, and then leaves in one", async () => {
  const { socket, link } = open();
  socket.isFast = false;
  link.bare(Command.GRAB_JOB);
  await turn();
  assertEquals(socket.written.length, 1);
  for (let i = 0; i < 5; i++) {
    link.bare(Command.GRAB_JOB);
    await turn();
  }
  assertEquals([socket.written.length, link.waiting], [1, 72]);
  socket.take();
  await turn();
  assertEquals(socket.written.map((bytes) => bytes.length), [12, 60]);
  const flushed = link.flushed();
  socket.take();
  await flushed;
  assertEquals(link.waiting, 0);
});

test("large payloads follow their header as a chunk of their own, in order", async () => {
  const { socket, link } = open();
  const large = new Uint8Array(200_000).fill(7);
  link.send(Command.ECHO_REQ, [large]);
  link.bare(Command.GRAB_JOB);
  await link.flushed();
  assertEquals(socket.written.map((bytes) => bytes.length), [12, 200_000, 12]);
});

test("a turn's number tells what has left", async () => {
  const { socket, link } = open();
  const before = link.turn;
  link.bare(Command.GRAB_JOB);
  assertEquals(link.turn, before);
  await link.flushed();
  assertEquals([link.turn, socket.written.length], [before + 1, 1]);
});

test("a write that fails ends the link with its error", async () => {
  const { socket, link, heard } = open();
  socket.isFast = false;
  link.bare(Command.GRAB_JOB);
  const flushed = link.flushed();
  await turn();
  const error = new LinkError("RESET", "gone");
  socket.fail(error);
  await flushed;
  assertEquals(heard.ends, [error]);
  assertEquals([socket.isDestroyed, link.isOpen], [true, false]);
});

test("close() writes what waits, then ends without a reason", async () => {
  const { socket, link, heard } = open();
  link.bare(Command.GRAB_JOB);
  const closed = link.close();
  link.bare(Command.GRAB_JOB);
  await closed;
  await link.close();
  assertEquals(socket.written.map((bytes) => bytes.length), [12]);
  assertEquals([heard.ends.length, heard.ends[0], socket.isClosed], [1, undefined, true]);
});

test("a peer's clean end is CLOSED for a client; a server first answers", async () => {
  const client = open();
  client.socket.sink.ended();
  assertInstanceOf(client.heard.ends[0], LinkError);
  assertEquals((client.heard.ends[0] as LinkError).code, "CLOSED");

  const server = open("server");
  server.socket.sink.push(new TextEncoder().encode("version\r\n"));
  server.socket.sink.ended();
  assertEquals(new TextDecoder().decode(server.socket.written[0]), "version!\n");
  await server.link.close();
  assertEquals(server.heard.ends, [undefined]);
});

test("bytes that are no packet end the link, after the packets before them", () => {
  const { socket, heard } = open();
  const bytes = new Uint8Array(24);
  bytes.set(NO_JOB);
  bytes.fill(0xff, 12);
  socket.sink.push(bytes);
  assertEquals(heard.packets, [Command.NO_JOB]);
  assertInstanceOf(heard.ends[0], ProtocolError);
  assertEquals((heard.ends[0] as ProtocolError).offset, 12);
  socket.sink.push(NO_JOB.slice());
  assertEquals([heard.packets.length, heard.ends.length], [1, 1]);
});

test("a sink that throws ends its link, and nothing else", () => {
  const { socket, heard } = open();
  heard.packet = () => {
    throw new RangeError("a bug");
  };
  socket.sink.push(NO_JOB.slice());
  const error = heard.ends[0] as LinkError;
  assertEquals([error.code, (error.cause as Error).message], ["IO", "a bug"]);
});

test("pause() stops the socket at the next read, resume() goes on", () => {
  const { socket, link } = open();
  link.pause();
  assertEquals(socket.sink.push(NO_JOB.slice()), false);
  link.resume();
  assertEquals(socket.resumed, 1);
  assertEquals(socket.sink.push(NO_JOB.slice()), true);
  link.resume();
  assertEquals(socket.resumed, 1);
});

test("flushed() does not hang on a link that is gone", async () => {
  const { socket, link } = open();
  socket.isFast = false;
  link.bare(Command.GRAB_JOB);
  const flushed = link.flushed();
  await turn();
  link.destroy();
  await flushed;
  await link.flushed();
});

test("receive() on a link that has ended tells so at once", () => {
  const { link } = open();
  const reason = new LinkError("RESET", "gone");
  link.destroy(reason);
  const ends: unknown[] = [];
  link.receive({ packet: () => {}, line: () => {}, closed: (why) => void ends.push(why) });
  assertEquals(ends, [reason]);
});

test("close() waits for a peer that takes bytes, and not for one that takes none", async () => {
  const clock = handClock();
  const socket = new HandSocket();
  const link = new Link(socket, { role: "peer", codec: codecUnderTest, clock });
  link.receive({ packet: () => {}, line: () => {}, closed: () => {} });
  socket.isFast = false;
  link.send(Command.ECHO_REQ, [new Uint8Array(200_000)]);
  const closed = link.close();
  socket.take();
  await turn();
  clock.turn(2_000);
  assertEquals([socket.isDestroyed, clock.pending], [false, 1]);
  clock.turn(2_000);
  await closed;
  assertEquals([socket.isDestroyed, clock.pending], [true, 0]);
});

/** When a peer that sent too much ends, whether there is an end to wait for, and how long that is. */
const HEARD_OUT = {
  "before it is told": { lingers: false, closesAt: 0 },
  "once it is told": { lingers: true, closesAt: 0 },
  "never": { lingers: true, closesAt: 2_000 },
} as const;

for (const [ends, { lingers, closesAt }] of Object.entries(HEARD_OUT)) {
  test(`a server hears out who sends too much, and ends ${ends}`, async () => {
    const clock = handClock();
    const socket = new HandSocket();
    let settle!: () => void;
    const settled = () => new Promise<void>((resolve) => settle = resolve);
    const link = new Link(socket, {
      role: "server",
      codec: codecUnderTest,
      maxPacketBytes: 10,
      clock,
      settled,
    });
    const reasons: unknown[] = [];
    link.receive({
      packet: () => {},
      line: () => {},
      fault: ({ code }) => link.send(Command.ERROR, [code, "11 bytes"]),
      closed: (reason) => void reasons.push(reason),
    });
    socket.isFast = false;
    socket.sink.push(Uint8Array.of(0, 0x52, 0x45, 0x51, 0, 0, 0, 16, 0, 0, 0, 11));
    if (ends === "before it is told") socket.sink.ended();
    settle();
    await turn();
    // What it is told waits for a while, and its own time begins afterwards.
    clock.turn(1_999);
    socket.take();
    await turn();
    assertEquals([socket.written.length, socket.isFinished], [1, lingers]);
    if (ends === "once it is told") socket.sink.ended();
    if (closesAt > 0) {
      clock.turn(closesAt - 1);
      assertEquals(reasons, []);
      clock.turn(1);
    }
    await link.close();
    assertEquals([reasons.length, clock.pending], [1, 0]);
  });
}
