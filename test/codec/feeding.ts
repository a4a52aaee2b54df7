/** Ways of feeding a stream to a decoder. None of them may make a difference. */
import type { Decoder, PacketSink } from "../../src/codec/mod.ts";

/** Which of a decoder's two inputs is used. */
export type Way = "filled" | "push";

/** Both of them. */
export const WAYS: readonly Way[] = ["filled", "push"];

/** A sink that wants to know what has come by the time it is shown something. */
export interface FedSink extends PacketSink {
  /** The decoder is given `count` bytes more. */
  fed?(count: number): void;
}

/** Feeds one piece of a stream, in as many reads as the decoder makes room for. */
export function feed(decoder: Decoder, way: Way, piece: Uint8Array, sink: FedSink): void {
  if (way === "push") {
    sink.fed?.(piece.length);
    decoder.push(piece, sink);
    return;
  }
  for (let at = 0; at < piece.length;) {
    const space = decoder.space();
    if (space.length === 0) throw new Error("Expected room for the next read, got none");
    const count = Math.min(space.length, piece.length - at);
    space.set(piece.subarray(at, at + count));
    sink.fed?.(count);
    decoder.filled(count, sink);
    at += count;
  }
}

/** Writes over all that the decoder has offered for reading: nothing kept may change by it. */
export function scribble(decoder: Decoder): void {
  decoder.space().fill(0xee);
}
