/** What is kept holds on to little more than itself, however it came. */
import fc from "fast-check";
import { assertEquals, assertGreater, assertStrictEquals, joined, test } from "../_harness/mod.ts";
import {
  type Argument,
  createDecoder,
  Encoder,
  type Packet,
  type PacketSink,
} from "../../src/codec/mod.ts";
import { Command } from "../../src/protocol/mod.ts";
import { feed, scribble, WAYS } from "./feeding.ts";

const CODECS = ["ts", "wasm"] as const;

/** Bytes that what is kept may hold on to, for each byte of it. */
const MOST = 24;

/** Bytes that one payload may hold on to, however small it is. */
const PIECE = 8192;

function streamOf(packets: readonly (readonly [number, readonly Argument[]])[]): Uint8Array {
  const encoder = new Encoder("req");
  for (const [type, args] of packets) encoder.packet(type, args);
  return joined(encoder.take());
}

/** A sink that keeps the last arguments of the packets that are wanted. */
function keeping(wanted: (packet: Packet) => boolean): PacketSink & { kept: Uint8Array[] } {
  const kept: Uint8Array[] = [];
  return {
    kept,
    packet: (packet) => {
      if (wanted(packet)) kept.push(packet.keepData());
    },
    line: () => {},
    fault: (error) => {
      throw error;
    },
  };
}

/** Bytes of all the memory that arrays hold on to. */
function heldBy(arrays: readonly Uint8Array[]): number {
  return [...new Set(arrays.map(({ buffer }) => buffer))]
    .reduce((sum, { byteLength }) => sum + byteLength, 0);
}

const job = [Command.SUBMIT_JOB_BG, ["f", "", "0123456789"]] as const;
const pingOf = (length: number) => [Command.ECHO_REQ, [new Uint8Array(length)]] as const;

for (const codec of CODECS) {
  test(`${codec} decoder, a small workload holds on to nothing of what came with it`, () => {
    const company = {
      "a large packet": [job, pingOf(60_000)],
      "small packets": [job, ...Array(1000).fill(pingOf(50))],
      "packets before it": [...Array(1000).fill(pingOf(50)), job],
    };
    for (const way of WAYS) {
      for (const [others, packets] of Object.entries(company)) {
        const sink = keeping(({ type }) => type === Command.SUBMIT_JOB_BG);
        const decoder = createDecoder(codec, { slots: false });
        feed(decoder, way, streamOf(packets), sink);
        scribble(decoder);
        assertEquals(new TextDecoder().decode(sink.kept[0]), "0123456789");
        assertGreater(41, heldBy(sink.kept), `${way}, ${others}`);
      }
    }
  });

  test(`${codec} decoder, a small part of a chunk's memory is copied, an eighth of it is a view`, () => {
    const stream = streamOf([pingOf(1250), pingOf(8686)]);
    for (const [memory, views] of [[10_000, 2], [10_001, 1], [80_000, 0]]) {
      const chunk = new Uint8Array(new ArrayBuffer(memory), 0, stream.length);
      chunk.set(stream);
      const sink = keeping(() => true);
      createDecoder(codec).push(chunk, sink);
      assertEquals(sink.kept.map(({ length }) => length), [1250, 8686]);
      assertEquals(sink.kept.filter(({ buffer }) => buffer === chunk.buffer).length, views);
    }
  });

  test(`${codec} decoder, what is kept of a read holds on to ${MOST} times as much at most`, () => {
    const aPacket = fc.tuple(fc.boolean(), fc.oneof(fc.nat(60), fc.nat(3000), fc.nat(30_000)));
    fc.assert(
      fc.property(
        fc.constantFrom(...WAYS),
        fc.array(aPacket, { maxLength: 300 }),
        (way, packets) => {
          const sink = keeping(({ type }) => type === Command.ECHO_REQ);
          const stream = streamOf(packets.map(([isKept, length]) => [
            isKept ? Command.ECHO_REQ : Command.ECHO_RES,
            [new Uint8Array(length).fill(length)],
          ]));
          const decoder = createDecoder(codec);
          for (let at = 0; at < stream.length; at += 16_000) {
            const before = sink.kept.length;
            feed(decoder, way, stream.slice(at, at + 16_000), sink);
            const kept = sink.kept.slice(before);
            for (const { buffer, length } of kept) {
              assertGreater(Math.max(PIECE, 8 * length) + 1, buffer.byteLength);
            }
            const bytes = kept.reduce((sum, { length }) => sum + length, 0);
            assertGreater(MOST * bytes + 1, heldBy(kept));
          }
          const lengths = packets.filter(([isKept]) => isKept).map(([, length]) => length);
          scribble(decoder);
          assertEquals(
            sink.kept.map((
              kept,
            ) => [kept.length, kept.every((byte) => byte === (kept.length & 0xff))]),
            lengths.map((length) => [length, true]),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test(`${codec} decoder, workloads that are far from one another hold on to little as well`, () => {
    const packets = Array(30).fill([job, ...Array(40).fill(pingOf(200))]).flat();
    for (const way of WAYS) {
      const sink = keeping(({ type }) => type === Command.SUBMIT_JOB_BG);
      feed(createDecoder(codec), way, streamOf(packets), sink);
      assertGreater(MOST * 10 * sink.kept.length + 1, heldBy(sink.kept), way);
    }
  });

  test(`${codec} decoder, payloads that are all kept share their memory`, () => {
    const packets = Array(500).fill(pingOf(64));
    for (const way of WAYS) {
      const sink = keeping(() => true);
      feed(createDecoder(codec), way, streamOf(packets), sink);
      assertGreater(40, new Set(sink.kept.map(({ buffer }) => buffer)).size, way);
    }
  });
}

test("a payload that fills its chunk is a view of it", () => {
  const chunk = streamOf([pingOf(60_000)]);
  for (const codec of CODECS) {
    const sink = keeping(() => true);
    createDecoder(codec).push(chunk, sink);
    assertStrictEquals(sink.kept[0].buffer, chunk.buffer);
  }
});
