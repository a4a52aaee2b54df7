/** Ways of encoding, each to be loaded as a copy of its own (see copies.ts). */
import { type CodecChoice, createDecoder, Encoder } from "../../src/codec/mod.ts";
import { Command, HEADER_BYTES, MAGIC_REQ, MAGIC_RES } from "../../src/protocol/mod.ts";

const HANDLE = "H:worker-host-17:90210";

/** Our encoder, the handle by slot. Sums the bytes given out. */
export function ours(codec: CodecChoice, data: Uint8Array, packets: number): () => number {
  const decoder = createDecoder(codec);
  const encoder = new Encoder("req");
  const slot = slotOf(decoder, HANDLE);
  return () => {
    for (let i = 0; i < packets; i++) encoder.report(Command.WORK_COMPLETE, decoder, slot, data);
    let sum = 0;
    for (const chunk of encoder.take()) sum += chunk.length;
    encoder.recycle();
    return sum;
  };
}

/** One array a packet, the handle as a string. */
export function freshArrays(data: Uint8Array, packets: number): () => number {
  const utf8 = new TextEncoder();
  return () => {
    let sum = 0;
    for (let i = 0; i < packets; i++) sum += freshArray(utf8.encode(HANDLE), data).length;
    return sum;
  };
}

function freshArray(handle: Uint8Array, data: Uint8Array): Uint8Array {
  const size = handle.length + 1 + data.length;
  const bytes = new Uint8Array(HEADER_BYTES + size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC_REQ);
  view.setUint32(4, Command.WORK_COMPLETE);
  view.setUint32(8, size);
  bytes.set(handle, HEADER_BYTES);
  bytes.set(data, HEADER_BYTES + handle.length + 1);
  return bytes;
}

/** Lets a server introduce the handle. */
function slotOf(decoder: ReturnType<typeof createDecoder>, handle: string): number {
  const name = new TextEncoder().encode(handle);
  const bytes = new Uint8Array(HEADER_BYTES + name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC_RES);
  view.setUint32(4, Command.JOB_CREATED);
  view.setUint32(8, name.length);
  bytes.set(name, HEADER_BYTES);
  let slot = -1;
  decoder.push(bytes, {
    packet: (packet) => slot = packet.slot,
    line: () => {},
    fault: (error) => {
      throw error;
    },
  });
  return slot;
}
