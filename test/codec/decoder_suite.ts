/** What both decoders must do, as one suite: each has a test file that runs it. */
import { assertEquals, assertGreater, assertThrows, test } from "../_harness/mod.ts";
import type { Decoder, DecoderOptions } from "../../src/codec/mod.ts";
import { HEADER_BYTES } from "../../src/protocol/mod.ts";
import { feed, scribble, type Way, WAYS } from "./feeding.ts";
import { Recorder } from "./recorder.ts";
import { type Vector, VECTORS } from "./vectors.ts";

const utf8 = new TextEncoder();

/** Streams up to this length are cut at every position, longer ones around what decoders may treat apart. */
const CUT_EVERYWHERE = 1200;

/** Sizes of windows and carries. */
const EDGES = [0, 16_384, 65_536, 126_976, 262_144];

/** Streams up to this length are fed byte by byte. */
const BYTE_BY_BYTE = 20_000;

/** Registers the suite for the decoder that `create` makes. */
export function decoderSuite(codec: string, create: (options?: DecoderOptions) => Decoder): void {
  for (const vector of VECTORS) {
    test(`${codec} decoder, ${vector.title}`, () => {
      const decoder = create(vector.options);
      for (const way of WAYS) {
        check(decoder, way, vector, [vector.bytes.length]);
        for (const cut of cutsOf(vector.bytes.length)) {
          check(decoder, way, vector, [cut, vector.bytes.length - cut]);
        }
        if (vector.bytes.length <= BYTE_BY_BYTE) {
          check(decoder, way, vector, Array(vector.bytes.length).fill(1));
        }
        check(decoder, way, vector, Array(Math.ceil(vector.bytes.length / 1000)).fill(1000));
      }
    });
  }

  test(`${codec} decoder, a line that comes in pieces is looked through once`, () => {
    for (const way of WAYS) {
      const decoder = create({ text: true });
      const recorder = new Recorder(utf8.encode("status\n013456789\n"));
      feed(decoder, way, utf8.encode("status\n"), recorder);
      feed(decoder, way, utf8.encode("01"), recorder);
      for (const piece of ["34", "56", "789\n"]) {
        // A newline where the decoder has found none: whoever looks again ends the line there.
        const { buffer, byteOffset } = decoder.space();
        new Uint8Array(buffer)[byteOffset - 1] = 0x0a;
        feed(decoder, way, utf8.encode(piece), recorder);
      }
      assertEquals(recorder.events[1], '7 line "0\\x0a3\\x0a5\\x0a789"', way);
      const next = new Recorder(utf8.encode("ab\n"));
      feed(decoder, way, utf8.encode("a"), next);
      decoder.reset();
      feed(decoder, way, utf8.encode("\nb\n"), next);
      assertEquals(next.events.length, 2, "reset() forgets how far it has looked");
    }
  });

  test(`${codec} decoder, both ways of feeding in turn`, () => {
    for (const vector of VECTORS.filter(({ bytes }) => bytes.length < CUT_EVERYWHERE)) {
      const decoder = create(vector.options);
      register(decoder, vector);
      const recorder = new Recorder(vector.bytes);
      for (let at = 0; at < vector.bytes.length; at += 7) {
        feed(decoder, WAYS[at % 2], vector.bytes.slice(at, at + 7), recorder);
      }
      assertEquals(recorder.events, vector.events);
      scribble(decoder);
      recorder.assertKept();
    }
  });

  test(`${codec} decoder, a pushed chunk may be a part of other memory`, () => {
    const vector = VECTORS[0];
    const around = new Uint8Array(vector.bytes.length + 20).fill(0x61);
    around.set(vector.bytes, 11);
    const recorder = new Recorder(vector.bytes);
    feed(create(vector.options), "push", around.subarray(11, 11 + vector.bytes.length), recorder);
    assertEquals(recorder.events, vector.events);
    recorder.assertKept();
  });

  test(`${codec} decoder, lines keep every byte where that is asked for`, () => {
    const bytes = Uint8Array.from({ length: 253 }, (_, i) => i < 9 ? i + 1 : i + 3);
    const line = Uint8Array.of(...bytes, 0x0d, 0x0a);
    for (const way of WAYS) {
      const lines: string[] = [];
      const sink = { packet: () => {}, line: (text: string) => void lines.push(text), fault() {} };
      feed(create({ text: true, lines: "bytes" }), way, line, sink);
      assertEquals(lines, [String.fromCharCode(...bytes)]);
    }
  });

  test(`${codec} decoder, a size of 4 GiB takes no memory`, () => {
    for (const way of WAYS) {
      const decoder = create();
      const before = decoder.space();
      const recorder = new Recorder(hostileHeader(0xffffffff));
      feed(decoder, way, hostileHeader(0xffffffff), recorder);
      assertEquals(recorder.events, [
        "0 fault TOO_LARGE: Expected a body of at most 67108864 bytes, got one of 4294967295",
      ]);
      assertEquals(decoder.space().buffer.byteLength, before.buffer.byteLength);
    }
  });

  test(`${codec} decoder, a header alone buys no more than 1 MiB`, () => {
    for (const way of WAYS) {
      const decoder = create({ maxPacketBytes: 2 ** 30 });
      const idle = decoder.space().buffer.byteLength;
      feed(decoder, way, hostileHeader(2 ** 30), new Recorder(new Uint8Array(0)));
      assertGreater(Math.max(idle, 2 ** 20) + 1, decoder.space().buffer.byteLength);
    }
  });

  test(`${codec} decoder, memory for a packet is at most four times what has come of it, or eight at its last step`, () => {
    const mebibyte = 2 ** 20;
    const sizes = [[2 ** 30, 4], [8 * mebibyte, 4], [8 * mebibyte - HEADER_BYTES, 8]];
    for (const [size, times] of sizes) {
      const begun = new Uint8Array(4 * mebibyte + 1);
      begun.set(hostileHeader(size));
      for (const way of WAYS) {
        for (const first of [HEADER_BYTES, mebibyte + 1]) {
          const decoder = create({ maxPacketBytes: 2 ** 30 });
          let fed = 0;
          for (const end of [first, mebibyte + 1, begun.length]) {
            feed(decoder, way, begun.slice(fed, end), new Recorder(begun));
            fed = end;
            const most = Math.max(mebibyte, times * (fed - 1));
            assertGreater(most + 1, decoder.space().buffer.byteLength, `${way}, ${fed} of ${size}`);
          }
        }
      }
    }
  });

  test(`${codec} decoder, nothing is shown after a fault, whatever is fed`, () => {
    for (const way of WAYS) {
      const decoder = create();
      const bad = utf8.encode("GET /");
      const recorder = new Recorder(bad);
      feed(decoder, way, bad, recorder);
      for (const vector of VECTORS.slice(0, 20)) feed(decoder, way, vector.bytes, recorder);
      assertEquals(recorder.events, [
        '0 fault BAD_MAGIC: Expected the magic of a request or a response, got "GET "',
      ]);
    }
  });

  test(`${codec} decoder, register() counts references, and release() drops them`, () => {
    const decoder = create();
    const name = new Uint8Array(100);
    assertEquals(decoder.register(utf8.encode("reverse")), 0);
    assertEquals(decoder.register(utf8.encode("sum")), 1);
    assertEquals(decoder.register(utf8.encode("reverse")), 0);
    assertEquals(decoder.nameInto(0, name, 3), 7);
    assertEquals(new TextDecoder().decode(name.subarray(0, 12)), "\0\0\0reverse\0\0");
    decoder.release(0);
    assertEquals(decoder.nameInto(0, name, 0), 7);
    decoder.release(0);
    assertEquals(decoder.nameInto(0, name, 0), -1);
    for (const slot of [0, -1, 2, 8192, 1e9, NaN]) decoder.release(slot);
    for (const slot of [-1, 2, 8192, 1e9]) assertEquals(decoder.nameInto(slot, name, 0), -1);
    assertEquals(decoder.nameInto(1, name, 0), 3);
    assertEquals(decoder.register(utf8.encode("other")), 0);
  });

  test(`${codec} decoder, names of every length come back as they were`, () => {
    const decoder = create();
    const into = new Uint8Array(80);
    for (let length = 0; length <= 66; length++) {
      const name = Uint8Array.from({ length }, (_, i) => 200 + length + i);
      const slot = decoder.register(name);
      assertEquals(slot, length === 0 || length > 64 ? -1 : length - 1);
      if (slot === -1) continue;
      into.fill(0);
      assertEquals(decoder.nameInto(slot, into, 5), length);
      assertEquals(into.slice(5, 5 + length), name);
      assertEquals(into.subarray(5 + length), new Uint8Array(75 - length));
    }
  });

  test(`${codec} decoder, there are 8,192 slots`, () => {
    const decoder = create();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 8192; i++) {
        assertEquals(decoder.register(utf8.encode(`H:host:${i}`)), round === 0 ? i : 8191 - i);
      }
      assertEquals(decoder.register(utf8.encode("H:host:8192")), -1);
      assertEquals(decoder.register(utf8.encode("H:host:17")), round === 0 ? 17 : 8191 - 17);
      decoder.release(round === 0 ? 17 : 8191 - 17);
      for (let slot = 0; slot < 8192; slot++) decoder.release(slot);
      assertEquals(decoder.nameInto(4711, new Uint8Array(64), 0), -1);
    }
  });

  test(`${codec} decoder, reset() forgets the stream and every slot`, () => {
    const decoder = create();
    decoder.register(utf8.encode("reverse"));
    const { bytes } = VECTORS.find(({ title }) => title.endsWith("300,000 bytes"))!;
    for (const [way, end] of [["push", 5], ["filled", 200_000], ["push", 90_000]] as const) {
      feed(decoder, way, bytes.slice(0, end), new Recorder(bytes));
      decoder.reset();
      assertEquals(decoder.nameInto(0, new Uint8Array(64), 0), -1);
      const recorder = new Recorder(VECTORS[3].bytes);
      feed(decoder, way, VECTORS[3].bytes, recorder);
      assertEquals(recorder.events, VECTORS[3].events);
      decoder.reset();
    }
  });

  test(`${codec} decoder, without slots no name has one`, () => {
    const decoder = create({ slots: false });
    assertEquals(decoder.register(utf8.encode("reverse")), -1);
    assertEquals(decoder.nameInto(0, new Uint8Array(64), 0), -1);
    decoder.release(0);
  });

  test(`${codec} decoder, maxPacketBytes is a whole number up to 1 GiB`, () => {
    for (const maxPacketBytes of [-1, 0.5, NaN, 2 ** 30 + 1]) {
      assertThrows(() => create({ maxPacketBytes }), RangeError, "Expected maxPacketBytes");
    }
    create({ maxPacketBytes: 2 ** 30 });
  });
}

/** Where to cut a stream in two. */
function cutsOf(length: number): number[] {
  const all = Array.from({ length: length - 1 }, (_, i) => i + 1);
  if (length <= CUT_EVERYWHERE) return all;
  return all.filter((cut) => [...EDGES, length].some((edge) => Math.abs(cut - edge) < 16));
}

/** Feeds a vector in pieces of the given sizes, to a decoder that may have been used before. */
function check(decoder: Decoder, way: Way, vector: Vector, sizes: readonly number[]): void {
  decoder.reset();
  register(decoder, vector);
  const recorder = new Recorder(vector.bytes);
  let at = 0;
  for (const size of sizes) {
    feed(decoder, way, vector.bytes.slice(at, at + size), recorder);
    at += size;
  }
  const how = `fed by ${way} in ${sizes.length} pieces, the first of ${sizes[0]}`;
  assertEquals(recorder.events, vector.events, how);
  scribble(decoder);
  recorder.assertKept();
}

function register(decoder: Decoder, vector: Vector): void {
  vector.registers.forEach((name, slot) => assertEquals(decoder.register(utf8.encode(name)), slot));
}

function hostileHeader(size: number): Uint8Array {
  const header = utf8.encode("\0RES\0\0\0\x11????");
  new DataView(header.buffer).setUint32(8, size);
  return header;
}
