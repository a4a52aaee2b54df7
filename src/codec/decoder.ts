/**
 * What a decoder is: bytes in, packets out, as offsets. There are two, one over the AssemblyScript
 * kernel and one in TypeScript; they give the same packets for the same bytes.
 *
 * A packet is shown, not handed over: one {@linkcode Packet} is moved from descriptor to
 * descriptor, and says nothing once the sink has returned. What is to be kept is asked for.
 *
 * @module
 */
import type { ProtocolError } from "../errors.ts";
import type { LineEncoding } from "./lines.ts";
import type { Packet } from "./packet.ts";

/** Who is shown the packets. Its methods must not throw, and must not call the decoder's inputs. */
export interface PacketSink {
  /** One packet, in the order of the stream. Valid until this returns. */
  packet(packet: Packet): void;
  /** One line of the text protocol, without its line ending. Only where {@linkcode DecoderOptions.text} is set. */
  line(line: string): void;
  /** The stream makes no sense from here on. Called once, after the packets before it; nothing follows. */
  fault(error: ProtocolError): void;
}

/** What both decoders offer. One for each connection: handles mean something on one server only. */
export interface Decoder {
  /** Which of the two it is. */
  readonly codec: "wasm" | "ts";
  /** Whether part of a packet or a line has come, and not all of it. */
  readonly isWithin: boolean;
  /** Where the next bytes should go: never empty. Valid until the next call of any input. */
  space(): Uint8Array;
  /** `count` bytes were put at the start of the last {@linkcode space}. */
  filled(count: number, sink: PacketSink): void;
  /** A chunk that will not change any more. Payloads may be views of it. */
  push(chunk: Uint8Array, sink: PacketSink): void;
  /** The slot for a function's name: what {@linkcode Packet.functionSlot} will be for its jobs. -1: no room. */
  register(name: Uint8Array): number;
  /** Drops one reference to a slot: for handles whose end this side does not hear of. */
  release(slot: number): void;
  /** Copies a live slot's name to `into`, from `at` on. Returns its length, or -1 where the slot is not live. */
  nameInto(slot: number, into: Uint8Array, at: number): number;
  /** Forgets the stream and every slot. */
  reset(): void;
}

/** Options of both decoders. */
export interface DecoderOptions {
  /** The largest body taken, in bytes. Default 64 MiB, at most 1 GiB. */
  readonly maxPacketBytes?: number;
  /** Whether a first byte other than NUL begins a text line. Default false: it is a fault. */
  readonly text?: boolean;
  /**
   * How lines become text. Default `"utf8"`; with `"bytes"` every character of a line stands for one
   * byte, so that none is lost.
   */
  readonly lines?: LineEncoding;
  /** Bytes of the longest line taken. Default 8,191, as in gearmand; the kernel takes 126,975 at most. */
  readonly maxLineBytes?: number;
  /** Whether handles and functions get slots: for dialled links. Default true. */
  readonly slots?: boolean;
}
