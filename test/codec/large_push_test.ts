/** Large packets in pushed chunks: the decoder over the kernel shows them where they stand. */
import { assertEquals, assertStrictEquals, joined, test } from "../_harness/mod.ts";
import { createDecoder, type Packet, type PacketSink } from "../../src/codec/mod.ts";
import {
  arityOf,
  Command,
  type CommandRow,
  COMMANDS,
  HEADER_BYTES,
  MAGIC_RES,
} from "../../src/protocol/mod.ts";
import { feed } from "./feeding.ts";
import { Recorder } from "./recorder.ts";

const utf8 = new TextEncoder();

function packet(type: number, body: string): Uint8Array {
  const bytes = utf8.encode("\0".repeat(HEADER_BYTES) + body);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC_RES);
  view.setUint32(4, type);
  view.setUint32(8, bytes.length - HEADER_BYTES);
  return bytes;
}

function sinkOf(show: (packet: Packet) => void, faults: string[] = []): PacketSink {
  return {
    packet: show,
    line: () => {},
    fault: ({ code, offset }) => faults.push(`${offset} ${code}`),
  };
}

test("push() shows a large packet where it stands, and keeps views of the chunk", () => {
  const decoder = createDecoder("wasm");
  const chunk = packet(Command.WORK_DATA, "H:host:1\0" + "d".repeat(3000));
  decoder.push(
    chunk,
    sinkOf((shown) => {
      assertStrictEquals(shown.bytes, chunk);
      assertStrictEquals(shown.keepData().buffer, chunk.buffer);
      assertEquals(shown.dataSize, 3000);
    }),
  );
});

test("push() gives large packets and small ones the same slots", () => {
  const decoder = createDecoder("wasm");
  const large = "w".repeat(2500);
  const chunk = joined([
    packet(Command.JOB_ASSIGN, `H:host:1\0reverse\0${large}`),
    packet(Command.JOB_ASSIGN, "H:host:2\0reverse\0small"),
    packet(Command.WORK_DATA, `H:host:2\0${large}`),
    packet(Command.WORK_DATA, `H:host:1\0${large}`),
    packet(Command.WORK_COMPLETE, `H:host:1\0${large}`),
    packet(Command.WORK_DATA, `H:host:1\0${large}`),
    packet(Command.WORK_FAIL, "H:host:2"),
  ]);
  const name = decoder.register(utf8.encode("reverse"));
  const slots: string[] = [];
  const sink = sinkOf(({ type, slot, functionSlot }) => {
    slots.push(type === Command.JOB_ASSIGN ? `${slot}, ${functionSlot === name}` : `${slot}`);
  });
  decoder.push(chunk, sink);
  assertEquals(slots, ["1, true", "2, true", "2", "1", "1", "-1", "2"]);
});

test("push() gives every command the slots that it has where it is small", () => {
  for (const [name, row] of Object.entries<CommandRow>(COMMANDS)) {
    const args = Array.from({ length: arityOf(row) }, (_, i) => ["H:host:1", "reverse"][i] ?? "0");
    const [small, large, big] = ["", "d".repeat(3000), "d".repeat(70_000)].map((data) => {
      const decoder = createDecoder("wasm");
      decoder.register(utf8.encode("reverse"));
      const shown: number[] = [];
      const sink = sinkOf(({ slot, functionSlot, arity }) => {
        shown.push(slot);
        if (row.assigns === true && arity < 5) shown.push(functionSlot);
      });
      decoder.push(packet(Command.JOB_CREATED, "H:host:1"), sink);
      const body = row.data === undefined ? args.join("\0") : `${args.join("\0")}${data}`;
      decoder.push(packet(row.type, body), sink);
      decoder.push(packet(Command.WORK_DATA, "H:host:1\0"), sink);
      return shown;
    });
    assertEquals(large, small, name);
    assertEquals(big, small, name);
    if (row.assigns === true && arityOf(row) < 5) assertEquals(small.includes(0), true, name);
  }
});

test("push() finds a function's name of any length at the very end of a large packet", () => {
  for (let length = 1; length <= 65; length++) {
    const decoder = createDecoder("wasm");
    const name = "f".repeat(length);
    const slot = decoder.register(utf8.encode(name));
    assertEquals(slot, length > 64 ? -1 : 0);
    const found: number[] = [];
    decoder.push(
      packet(Command.JOB_ASSIGN, `${"h".repeat(3000)}\0${name}\0`),
      sinkOf((shown) => found.push(shown.slot, shown.functionSlot)),
    );
    assertEquals(found, [-1, slot]);
  }
});

test("push() shows no large packet after one at fault, and says where that was", () => {
  const decoder = createDecoder("wasm");
  const good = packet(Command.WORK_DATA, "H:host:1\0" + "d".repeat(3000));
  const bad = packet(Command.WORK_DATA, "d".repeat(3000));
  const faults: string[] = [];
  let shown = 0;
  const sink = sinkOf(() => shown++, faults);
  decoder.push(joined([good, good, bad, good]), sink);
  decoder.push(good, sink);
  assertEquals(shown, 2);
  assertEquals(faults, [`${2 * good.length} MISSING_ARGUMENT`]);
});

test("push() tells a fault in full, wherever the kernel's memory ends in it", () => {
  const magic = "BAD_MAGIC: Expected the magic of a request or a response, got";
  const faults: [string, string][] = [
    ["\0REQ", "UNKNOWN_COMMAND: Expected a command of the protocol, got number 99"],
    ["\0RE?", `${magic} 0x0052453f`],
    ["GET ", `${magic} "GET "`],
  ];
  const landing = 256 * 1024;
  for (const [beginning, words] of faults) {
    const bad = packet(99, "somebody");
    bad.set(utf8.encode(beginning));
    for (let within = 1; within <= bad.length; within++) {
      const chunk = joined([smallPackets(landing - within), bad, smallPackets(100)]);
      const recorder = new Recorder(chunk);
      feed(createDecoder("wasm"), "push", chunk, recorder);
      assertEquals(recorder.events.at(-1), `${landing - within} fault ${words}`);
    }
  }
});

/** Packets of a few bytes each, and in all of a length. */
function smallPackets(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const noop = packet(Command.NOOP, "");
  let at = 0;
  for (; at + 2 * HEADER_BYTES <= length; at += HEADER_BYTES) bytes.set(noop, at);
  bytes.set(packet(Command.ECHO_RES, "x".repeat(length - at - HEADER_BYTES)), at);
  return bytes;
}
