/**
 * Packets into bytes: everything sent in one turn is laid into one buffer, large payloads go as
 * chunks of their own.
 *
 * @module
 */
import type { Decoder } from "./decoder.ts";

/** An argument: bytes, or text that is sent as UTF-8. */
export type Argument = string | Uint8Array;

/** Payloads of this many bytes and more are sent as chunks of their own, without a copy. */
export const OWN_CHUNK_BYTES: number = 16 * 1024;

/** Lays packets into an outgoing buffer. One for each connection. */
export class Encoder {
  constructor(_magic: "req" | "res") {
    throw new Error("skeleton: the codec room fills this in");
  }
  /** Bytes that wait to be taken. */
  readonly size: number = 0;
  /** A packet without a body. */
  bare(_type: number): void {}
  /** A packet of arguments, joined by NULs. */
  packet(_type: number, _args: readonly Argument[]): void {}
  /** A packet whose first argument is the handle in a live slot of `decoder`, and whose last is `data`, if given. */
  report(_type: number, _decoder: Decoder, _slot: number, _data?: Uint8Array): void {}
  /** A packet with a ready-made body. */
  relay(_type: number, _body: Uint8Array): void {}
  /** A line or more of the text protocol, as it is. */
  text(_text: string): void {}
  /** What waits, in order, at least one chunk. The encoder leaves that memory alone until `recycle()`. */
  take(): readonly Uint8Array[] {
    return [];
  }
  /** What was taken last has been written: its memory may serve again. */
  recycle(): void {}
}
