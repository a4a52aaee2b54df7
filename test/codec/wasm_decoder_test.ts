/** The decoder over the kernel under the suite that both decoders pass, and the seeds it gives its kernel. */
import {
  assertEquals,
  assertNotEquals,
  assertStrictEquals,
  joined,
  test,
} from "../_harness/mod.ts";
import type { Decoder, Packet } from "../../src/codec/mod.ts";
import { createDecoder } from "../../src/codec/load.ts";
import { Command, HEADER_BYTES, MAGIC_RES } from "../../src/protocol/mod.ts";
import { decoderSuite } from "./decoder_suite.ts";
import { feed, scribble } from "./feeding.ts";

decoderSuite("wasm", (options) => createDecoder("wasm", options));

test("every decoder seeds its kernel anew, and reset() as well", () => {
  // All of linear memory after the same calls: nothing but the seed makes a difference.
  const memoryOf = (decoder: Decoder) => {
    decoder.register(new TextEncoder().encode("H:host.example:17"));
    return new Uint8Array(decoder.space().buffer).slice();
  };
  const decoder = createDecoder("wasm");
  const first = memoryOf(decoder);
  assertNotEquals(memoryOf(createDecoder("wasm")), first);
  decoder.reset();
  assertNotEquals(memoryOf(decoder), first);
});

test("packets as long as the space before the landing zone come whole, whatever reads bring", () => {
  // Of the last two, the second does not fit there.
  const bodies = [65_536, 100_000, 126_964, 126_965].map((length, i) =>
    new Uint8Array(length).fill(i + 1)
  );
  const stream = joined(bodies.flatMap((body) => [packetOf(body), packetOf(body.slice(0, 9))]));
  for (const length of [1_448, 5_000, 65_536, 262_144]) {
    const decoder = createDecoder("wasm");
    const kept: Uint8Array[] = [];
    const sink = {
      packet: (packet: Packet) => kept.push(packet.keepData()),
      line: () => {},
      fault: (error: Error) => {
        throw error;
      },
    };
    for (let at = 0; at < stream.length; at += length) {
      feed(decoder, "filled", stream.subarray(at, at + length), sink);
    }
    scribble(decoder);
    assertEquals(kept, bodies.flatMap((body) => [body, body.slice(0, 9)]), `${length}`);
  }
});

test("a long packet is not moved for each read of a few of its bytes", () => {
  const decoder = createDecoder("wasm");
  const begun = packetOf(new Uint8Array(100_000)).subarray(0, 8_000);
  feed(decoder, "filled", begun, { packet: () => {}, line: () => {}, fault: () => {} });
  const before = decoder.space();
  decoder.filled(1_000, { packet: () => {}, line: () => {}, fault: () => {} });
  assertEquals(decoder.space().byteOffset, before.byteOffset + 1_000);
});

test("a pushed packet that its chunk cuts is copied once, into memory as long as it is", () => {
  const decoder = createDecoder("wasm");
  const packet = packetOf(new Uint8Array(20_000).fill(7));
  const buffers: ArrayBufferLike[] = [];
  const sink = {
    packet: (packet: Packet) => buffers.push(packet.keepData().buffer, packet.bytes.buffer),
    line: () => {},
    fault: () => {},
  };
  decoder.push(packet.slice(0, 15_000), sink);
  decoder.push(packet.slice(15_000), sink);
  assertStrictEquals(buffers[0], buffers[1]);
  assertEquals(buffers[0].byteLength, packet.length);
});

function packetOf(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC_RES);
  view.setUint32(4, Command.ECHO_RES);
  view.setUint32(8, body.length);
  bytes.set(body, HEADER_BYTES);
  return bytes;
}
