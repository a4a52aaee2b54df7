/**
 * A sink that writes down what it is shown, in the words of the vector documents, and keeps what
 * may be kept, to be compared when the decoder has gone on.
 *
 * @module
 */
import { assertEquals } from "../_harness/mod.ts";
import { FAULT_MAGIC, faultError, magicAt } from "../../src/codec/faults.ts";
import type { Packet } from "../../src/codec/mod.ts";
import type { ProtocolError } from "../../src/errors.ts";
import { Command, commandName, HEADER_BYTES } from "../../src/protocol/mod.ts";
import type { FedSink } from "./feeding.ts";

/** Bytes of the stream that an error shows, where as many have come. */
const SHOWN_BYTES = 16;

/** {@linkcode FedSink} for tests. */
export class Recorder implements FedSink {
  /** What was shown. */
  readonly events: string[] = [];
  readonly #stream: Uint8Array;
  readonly #kept: { readonly bytes: Uint8Array; readonly start: number; readonly end: number }[] =
    [];
  /** Where in the stream the next event should be. */
  #offset = 0;
  /** Bytes of the stream that the decoder was given. */
  #fed = 0;

  /** @param stream All that the decoder will be fed. */
  constructor(stream: Uint8Array) {
    this.#stream = stream;
  }

  fed(count: number): void {
    this.#fed += count;
  }

  packet(packet: Packet): void {
    this.events.push(`${this.#offset} ${describePacket(packet)}`);
    const body = this.#offset + HEADER_BYTES;
    this.#offset = body + packet.size;
    if (packet.arity === 0) return;
    // A different part of each packet, so that every way of keeping is mixed with the others.
    const index = this.events.length % (packet.arity + 2) - 2;
    if (index === -2) this.#keep(packet.keepBody(), body, this.#offset);
    else if (index === -1) this.#keepFrom(packet, packet.arity - 1, packet.keepData(), body);
    else this.#keepFrom(packet, index, packet.keep(index), body);
  }

  line(line: string): void {
    this.events.push(`${this.#offset} line ${quoted(new TextEncoder().encode(line))}`);
    this.#offset = this.#stream.indexOf(0x0a, this.#offset) + 1;
  }

  fault(error: ProtocolError): void {
    this.events.push(describeFault(error, this.#stream, this.#fed));
  }

  /** Whether all that was kept is still what it was. */
  assertKept(): void {
    for (const { bytes, start, end } of this.#kept) {
      assertEquals(bytes, this.#stream.subarray(start, end));
    }
  }

  #keepFrom(packet: Packet, index: number, bytes: Uint8Array, body: number): void {
    const start = body + packet.startOf(index) - packet.startOf(0);
    this.#keep(bytes, start, start + packet.endOf(index) - packet.startOf(index));
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    this.#kept.push({ bytes, start, end });
  }
}

/** A packet in the words of the vector documents. */
export function describePacket(packet: Packet): string {
  const { type } = packet;
  let words = `${packet.isResponse ? "res" : "req"} ${commandName(type)}`;
  for (let i = 0; i < packet.arity; i++) words += ` ${quoted(packet.borrow(i))}`;
  if (packet.slot !== -1) words += ` slot=${packet.slot}`;
  if (type === Command.WORK_STATUS) {
    words += ` numerator=${packet.numerator} denominator=${packet.denominator}`;
  }
  if (type === Command.JOB_ASSIGN || type === Command.JOB_ASSIGN_UNIQ) {
    words += ` function=${packet.functionSlot}`;
  }
  return words;
}

/**
 * A fault in the words of the vector documents, once `fed` bytes of the stream have come. A magic
 * of which too little has come is told as if all of it had: where a stream is cut must not matter.
 */
export function describeFault(error: ProtocolError, stream: Uint8Array, fed: number): string {
  const { code, offset, bytes } = error;
  let { message } = error;
  if (code === "BAD_MAGIC" && message === magicMessage(stream, offset, fed)) {
    message = magicMessage(stream, offset, stream.length);
  }
  const shown = stream.subarray(offset, Math.min(fed, offset + SHOWN_BYTES));
  const words = `${offset} fault ${code}: ${message}`;
  if (String(bytes) === String(shown)) return words;
  return `${words}, showing ${quoted(bytes)} in place of ${quoted(shown)}`;
}

function magicMessage(bytes: Uint8Array, start: number, end: number): string {
  const place = { offset: start, bytes, start, end };
  return faultError(FAULT_MAGIC, magicAt(place), 0, place).message;
}

/** Bytes from this length on that are all the same are written once, with their number. */
const RUN_BYTES = 41;

function quoted(bytes: Uint8Array): string {
  if (bytes.length >= RUN_BYTES && isRun(bytes)) {
    return `"${escaped(bytes.subarray(0, 1))}"*${bytes.length}`;
  }
  return `"${escaped(bytes)}"`;
}

/** A loop of its own: over megabytes, `every()` takes most of a test's time. */
function isRun(bytes: Uint8Array): boolean {
  const first = bytes[0];
  for (let i = 1; i < bytes.length; i++) if (bytes[i] !== first) return false;
  return true;
}

function escaped(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    // The documents stand in template strings, where a backtick would be the end.
    if (byte < 0x20 || byte > 0x7e || character === "`") {
      text += `\\x${byte.toString(16).padStart(2, "0")}`;
    } else text += character === '"' || character === "\\" ? `\\${character}` : character;
  }
  return text;
}
