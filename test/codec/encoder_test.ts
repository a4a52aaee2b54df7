/** The encoder: exact bytes, what it refuses, and who owns which memory until when. */
import { assertEquals, assertStrictEquals, assertThrows, joined, test } from "../_harness/mod.ts";
import { createDecoder, type Decoder, Encoder, OWN_CHUNK_BYTES } from "../../src/codec/mod.ts";
import { ProtocolError } from "../../src/errors.ts";
import { ARITY, Command, TYPE_LIMIT } from "../../src/protocol/commands.ts";
import { VECTORS } from "./vectors.ts";

const utf8 = new TextEncoder();

/** A decoder whose slot 7 holds the given handle. */
function holding(handle: string): Decoder {
  const name = utf8.encode(handle);
  return {
    nameInto(slot: number, into: Uint8Array, at: number): number {
      if (slot !== 7) return -1;
      into.set(name, at);
      return name.length;
    },
  } as Partial<Decoder> as Decoder;
}

/** Everything that waits, as one copy. */
function takeAll(encoder: Encoder): Uint8Array {
  return joined(encoder.take());
}

function packetBytes(magic: string, type: number, body: string): Uint8Array {
  const rest = utf8.encode(body);
  const bytes = new Uint8Array(12 + rest.length);
  bytes.set(utf8.encode(`\0${magic}`));
  const view = new DataView(bytes.buffer);
  view.setUint32(4, type);
  view.setUint32(8, rest.length);
  bytes.set(rest, 12);
  return bytes;
}

test("the worker of the worked exchange sends what was captured", () => {
  const [sent, received] = VECTORS;
  const encoder = new Encoder("req");
  encoder.packet(Command.CAN_DO, ["rev"]);
  encoder.bare(Command.GRAB_JOB_UNIQ);
  encoder.bare(Command.PRE_SLEEP);
  encoder.bare(Command.GRAB_JOB_UNIQ);
  const decoder = createDecoder("auto");
  decoder.push(received.bytes, {
    packet({ slot }): void {
      if (slot === -1) return;
      encoder.status(decoder, slot, 1, 2);
      encoder.report(Command.WORK_COMPLETE, decoder, slot, "cba");
    },
    line(): void {},
    fault(): void {},
  });
  assertEquals(takeAll(encoder), sent.bytes);
});

test("every packet that a decoder shows is encoded to the same bytes again", () => {
  for (const { title, bytes, options, events } of VECTORS) {
    if (events.some((event) => / (fault|line) /.test(event))) continue;
    // Such a body is taken, and never sent.
    if (title.endsWith("A command without arguments with a body")) continue;
    const laid: Uint8Array[] = [];
    let size = 0;
    createDecoder("auto", options).push(bytes, {
      packet(packet): void {
        const args = Array.from({ length: packet.arity }, (_, i) => packet.borrow(i));
        const encoder = new Encoder(packet.isResponse ? "res" : "req");
        encoder.packet(packet.type, args);
        const once = takeAll(encoder);
        encoder.relay(packet.type, packet.keepBody());
        assertEquals(takeAll(encoder), once);
        laid.push(once);
        size += once.length;
      },
      line(): void {},
      fault(): void {},
    });
    // A vector may end with part of a packet.
    assertEquals(joined(laid), bytes.subarray(0, size));
  }
});

test("bare() writes a header with size 0", () => {
  const encoder = new Encoder("req");
  encoder.bare(Command.GRAB_JOB_UNIQ);
  assertEquals(encoder.size, 12);
  assertEquals(takeAll(encoder), packetBytes("REQ", 30, ""));
  assertEquals(encoder.size, 0);
});

test("packet() joins its arguments by NULs and counts the body in bytes", () => {
  const encoder = new Encoder("req");
  encoder.packet(Command.SUBMIT_JOB, ["größe", "u1", utf8.encode("a\0b")]);
  assertEquals(takeAll(encoder), packetBytes("REQ", 7, "größe\0u1\0a\0b"));
});

test("packet() writes text of any length as UTF-8", () => {
  const encoder = new Encoder("res");
  for (const length of [0, 1, 63, 64, 65, 300, OWN_CHUNK_BYTES - 1, OWN_CHUNK_BYTES]) {
    for (const letter of ["a", "é", "漢", "🙂", "\ud800"]) {
      const text = "x" + letter.repeat(length);
      encoder.packet(Command.ECHO_RES, [text]);
      assertEquals(takeAll(encoder), packetBytes("RES", 17, text));
      encoder.recycle();
    }
  }
});

test("report() takes the handle from the decoder's slot", () => {
  const encoder = new Encoder("req");
  const decoder = holding("H:srv:1");
  encoder.report(Command.WORK_COMPLETE, decoder, 7, utf8.encode("cba"));
  encoder.report(Command.WORK_DATA, decoder, 7, "text");
  encoder.report(Command.WORK_COMPLETE, decoder, 7);
  encoder.report(Command.WORK_FAIL, decoder, 7);
  encoder.status(decoder, 7, 1, 2);
  encoder.status(decoder, 7, 0, Number.MAX_SAFE_INTEGER);
  const expected = new Encoder("req");
  expected.packet(Command.WORK_COMPLETE, ["H:srv:1", "cba"]);
  expected.packet(Command.WORK_DATA, ["H:srv:1", "text"]);
  expected.packet(Command.WORK_COMPLETE, ["H:srv:1", ""]);
  expected.packet(Command.WORK_FAIL, ["H:srv:1"]);
  expected.packet(Command.WORK_STATUS, ["H:srv:1", "1", "2"]);
  expected.packet(Command.WORK_STATUS, ["H:srv:1", "0", "9007199254740991"]);
  assertEquals(takeAll(encoder), takeAll(expected));
});

test("report() and status() refuse a slot without a handle, and lay nothing", () => {
  const encoder = new Encoder("req");
  const decoder = holding("H:srv:1");
  assertThrows(() => encoder.report(Command.WORK_FAIL, decoder, 6), RangeError, "got 6");
  assertThrows(() => encoder.status(decoder, -1, 1, 2), RangeError, "got -1");
  assertThrows(() => encoder.status(decoder, 7, -1, 2), RangeError, "got -1");
  assertThrows(
    () => encoder.status(decoder, 7, 1, 0.5),
    RangeError,
    "a status of whole numbers from 0 to 2^53-1, got 0.5",
  );
  assertEquals(encoder.size, 0);
});

test("every command refuses a wrong number of arguments, and lays nothing", () => {
  const encoder = new Encoder("req");
  for (let type = -1; type <= TYPE_LIMIT; type++) {
    for (let count = 0; count <= 9; count++) {
      if (ARITY[type] === count) continue;
      assertThrows(() => encoder.packet(type, Array(count).fill("x")), TypeError);
      if (count === 0) assertThrows(() => encoder.bare(type), TypeError);
    }
  }
  assertThrows(() => encoder.report(Command.WORK_FAIL, holding("H"), 7, "x"), TypeError);
  assertThrows(() => encoder.report(Command.WORK_STATUS, holding("H"), 7, "x"), TypeError);
  assertThrows(() => encoder.relay(0, utf8.encode("x")), TypeError, "number of a command, got 0");
  assertThrows(() => encoder.relay(Command.NOOP, utf8.encode("x")), TypeError);
  assertEquals(encoder.size, 0);
});

test("packet() refuses a NUL before the last argument, as text and as bytes", () => {
  const encoder = new Encoder("req");
  for (const bad of ["a\0", utf8.encode("\0a")]) {
    assertThrows(
      () => encoder.packet(Command.SUBMIT_JOB, ["f", bad, ""]),
      TypeError,
      "Expected no NUL in argument 1 of SUBMIT_JOB",
    );
  }
  assertEquals(encoder.size, 0);
  encoder.packet(Command.SUBMIT_JOB, ["f", "u", "a\0"]);
  assertEquals(takeAll(encoder), packetBytes("REQ", 7, "f\0u\0a\0"));
});

test("a body over 2^32-1 bytes is refused, and nothing is laid", () => {
  const encoder = new Encoder("req");
  const huge = Object.defineProperty(new Uint8Array(0), "length", { value: 2 ** 32 });
  const decoder = holding("H");
  assertThrows(() => encoder.packet(Command.ECHO_REQ, [huge]), RangeError, "4294967295");
  assertThrows(() => encoder.relay(Command.ECHO_REQ, huge), RangeError, "4294967295");
  assertThrows(
    () => encoder.report(Command.WORK_DATA, decoder, 7, huge),
    RangeError,
    "4294967295",
  );
  assertEquals(encoder.size, 0);
});

test("a body over maxPacketBytes is refused with its size, and nothing is laid; one of that size is laid", () => {
  const encoder = new Encoder("req", 10);
  const decoder = holding("H:1");
  const tries: readonly (readonly [(data: string) => void, fits: string, size: number])[] = [
    [(data) => encoder.packet(Command.SUBMIT_JOB, ["fn", "u", data]), "12345", 11],
    [(data) => encoder.packet(Command.ECHO_REQ, [data]), "ééééé", 12],
    [(data) => encoder.report(Command.WORK_COMPLETE, decoder, 7, data), "123456", 11],
    [(data) => encoder.begin(Command.SUBMIT_JOB, ["fn", "u"], data.length), "12345", 11],
    [(data) => encoder.relay(Command.WORK_DATA, utf8.encode(data)), "1234567890", 11],
  ];
  for (const [lay, fits, size] of tries) {
    lay(fits);
    takeAll(encoder);
    const error = assertThrows(() => lay(fits + fits[0]), ProtocolError, `got one of ${size}`);
    assertEquals([error.code, encoder.size], ["TOO_LARGE", 0]);
  }
  encoder.report(Command.WORK_FAIL, holding("H:123456789"), 7);
});

test("relay() sends a body as it is, under the encoder's own magic", () => {
  const encoder = new Encoder("res");
  encoder.relay(Command.WORK_DATA, utf8.encode("H:1\0a\0b"));
  encoder.relay(Command.NOOP, new Uint8Array(0));
  encoder.text("OK 1\n");
  assertEquals(
    takeAll(encoder),
    new Uint8Array([
      ...packetBytes("RES", 28, "H:1\0a\0b"),
      ...packetBytes("RES", 6, ""),
      ...utf8.encode("OK 1\n"),
    ]),
  );
});

test("begin() announces a last argument that follows bit by bit by raw()", () => {
  const encoder = new Encoder("req");
  encoder.begin(Command.SUBMIT_JOB, ["f", "é"], 5);
  encoder.raw(utf8.encode("ab"));
  encoder.raw(utf8.encode("cde"));
  assertEquals(takeAll(encoder), packetBytes("REQ", 7, "f\0é\0abcde"));
});

test("begin() refuses what packet() refuses, and lays nothing then", () => {
  const encoder = new Encoder("req");
  assertThrows(
    () => encoder.begin(Command.SUBMIT_JOB, ["f"], 5),
    TypeError,
    "Expected 3 arguments",
  );
  assertThrows(() => encoder.begin(Command.SUBMIT_JOB, ["f", "a\0"], 5), TypeError, "no NUL");
  assertEquals(encoder.size, 0);
});

test("a payload over 128 KiB is a chunk of its own, without a copy", () => {
  const encoder = new Encoder("req");
  const below = new Uint8Array(128 * 1024).fill(1);
  const large = new Uint8Array(128 * 1024 + 1).fill(2);
  encoder.packet(Command.ECHO_REQ, [below]);
  assertEquals(encoder.take().length, 1);
  encoder.recycle();

  encoder.bare(Command.PRE_SLEEP);
  encoder.packet(Command.SUBMIT_JOB, ["f", "u", large]);
  encoder.bare(Command.PRE_SLEEP);
  assertEquals(encoder.size, 12 + 12 + 4 + large.length + 12);
  const chunks = encoder.take();
  assertEquals(chunks.map((chunk) => chunk.length), [12 + 12 + 4, large.length, 12]);
  assertStrictEquals(chunks[1], large);
  const { buffer, byteOffset } = chunks[0];
  assertEquals(new DataView(buffer, byteOffset).getUint32(12 + 8), 4 + large.length);
});

test("payloads from 16 KiB on are copied until 2 MiB wait", () => {
  const payload = new Uint8Array(OWN_CHUNK_BYTES).fill(3);
  const encoder = new Encoder("req");
  for (let i = 0; i < 140; i++) encoder.packet(Command.ECHO_REQ, [payload]);
  const chunks = encoder.take();
  // 127 are 2 MiB, and four more fit into the last block.
  assertEquals(chunks.filter((chunk) => chunk === payload).length, 9);
  const one = new Encoder("req");
  one.packet(Command.ECHO_REQ, [payload]);
  const packet = joined(one.take());
  assertEquals(joined(chunks), joined(Array(140).fill(packet)));
});

test("four payloads of 64 KiB are one chunk with their heads", () => {
  const encoder = new Encoder("req");
  const payload = new Uint8Array(64 * 1024);
  for (let i = 0; i < 4; i++) encoder.packet(Command.SUBMIT_JOB, ["f".repeat(512), "", payload]);
  assertEquals(encoder.take().length, 1);
});

test("an argument before the last may be as long as it likes, wherever in a block it falls", () => {
  const [name, key, payload] = ["n".repeat(140_000), "k".repeat(14_000), "p".repeat(70_000)];
  const packet = packetBytes("REQ", Command.SUBMIT_JOB, `${name}\0${key}\0${payload}`);
  for (let before = 0; before < 300_000; before += 5_000) {
    const encoder = new Encoder("req");
    for (let laid = 0; laid < before; laid += 5_000) encoder.text("-".repeat(5_000));
    encoder.packet(Command.SUBMIT_JOB, [utf8.encode(name), key, utf8.encode(payload)]);
    const sent = takeAll(encoder).subarray(before);
    assertStrictEquals(sent.length, packet.length, `after ${before} bytes`);
    assertStrictEquals(
      sent.findIndex((byte, i) => byte !== packet[i]),
      -1,
      `after ${before} bytes`,
    );
  }
});

test("take() gives nothing where nothing waits", () => {
  const encoder = new Encoder("req");
  assertEquals(encoder.take(), []);
  encoder.bare(Command.PRE_SLEEP);
  encoder.take();
  assertEquals(encoder.take(), []);
});

test("what was taken stays as it is until recycle(), however much is laid meanwhile", () => {
  const encoder = new Encoder("req");
  const others = [new Encoder("res"), new Encoder("res")];
  for (const amount of [1, 30, 500, 9000]) {
    for (let i = 0; i < amount; i++) encoder.packet(Command.CAN_DO, ["taken"]);
    const taken = encoder.take();
    const before = taken.map((chunk) => chunk.slice());
    for (const other of [encoder, ...others]) {
      for (let i = 0; i < 9000; i++) other.packet(Command.ECHO_REQ, ["meanwhile"]);
    }
    assertEquals(taken, before);
    encoder.recycle();
    for (const other of [encoder, ...others]) {
      const expected = new Uint8Array(9000 * 21);
      const one = packetBytes(other === encoder ? "REQ" : "RES", 16, "meanwhile");
      for (let i = 0; i < 9000; i++) expected.set(one, i * 21);
      assertEquals(takeAll(other), expected);
      other.recycle();
      other.recycle();
    }
  }
});

test("one turn's small packets are one chunk, up to the size of a block", () => {
  const encoder = new Encoder("req");
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 2000; i++) encoder.packet(Command.CAN_DO, ["reverse"]);
    const chunks = encoder.take();
    assertEquals(chunks.length, 1);
    assertEquals(chunks[0].length, 2000 * 19);
    encoder.recycle();
  }
});

test("what fills a block in one turn goes on in larger ones", () => {
  const encoder = new Encoder("req");
  for (let i = 0; i < 512; i++) encoder.packet(Command.ECHO_REQ, [new Uint8Array(1024)]);
  assertEquals(encoder.take().length, 3);
});

test("a burst leaves an encoder with its small block only", () => {
  const encoder = new Encoder("req");
  for (let i = 0; i < 100_000; i++) encoder.packet(Command.CAN_DO, ["reverse"]);
  encoder.take();
  encoder.recycle();
  encoder.bare(Command.PRE_SLEEP);
  assertEquals(encoder.take()[0].buffer.byteLength, 1024);
});
