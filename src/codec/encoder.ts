/**
 * Packets into bytes: everything sent in one turn is laid into one buffer, large payloads go as
 * chunks of their own.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import { wrongRange, wrongType } from "../misuse.ts";
import {
  ARITY,
  Command,
  commandName,
  HEADER_BYTES,
  MAGIC_REQ,
  MAGIC_RES,
} from "../protocol/mod.ts";
import type { Decoder } from "./decoder.ts";
import { mostBytes, Outgoing } from "./outgoing.ts";
import { encodeText } from "./text.ts";

export { OWN_CHUNK_BYTES } from "./outgoing.ts";

/** An argument: bytes, or text that is sent as UTF-8. */
export type Argument = string | Uint8Array;

/** The largest body that the header's 32 bits can announce. */
const MAX_BODY_BYTES = 2 ** 32 - 1;

/** Bytes of the longest name that has a slot. */
const SLOT_NAME_BYTES = 64;

/** Digits of the largest safe integer. */
const MAX_DIGITS = 16;

const NO_DATA: Uint8Array = new Uint8Array(0);

/**
 * Lays packets into outgoing memory. One for each connection.
 *
 * What breaks the rules of the wire is refused before any of it is laid: with a `TypeError` a
 * wrong number of arguments, or a NUL in an argument other than the last; with a `RangeError` a
 * body over 2^32-1 bytes, a slot that holds no handle, or a count that is no safe integer; with a
 * `ProtocolError` of code `TOO_LARGE` a body over `maxPacketBytes`, where there is such a limit.
 *
 * Payloads of {@linkcode OWN_CHUNK_BYTES} and more are not copied: they must not change until they
 * are written.
 *
 * @example
 * ```ts
 * import { Command, Encoder } from "geartrain/codec";
 *
 * const encoder = new Encoder("req");
 * encoder.packet(Command.CAN_DO, ["resize"]);
 * encoder.packet(Command.PRE_SLEEP, []);
 * for (const chunk of encoder.take()) console.log(chunk.length); // 30
 * encoder.recycle();
 * ```
 */
export class Encoder {
  readonly #magic: number;
  readonly #limit: number;
  readonly #out = new Outgoing();

  /**
   * @param magic `"req"` for what goes to a server, `"res"` for what a server sends.
   * @param maxPacketBytes The largest body that is laid. Default: what the header can announce.
   */
  constructor(magic: "req" | "res", maxPacketBytes: number = MAX_BODY_BYTES) {
    this.#magic = magic === "req" ? MAGIC_REQ : MAGIC_RES;
    this.#limit = Math.min(maxPacketBytes, MAX_BODY_BYTES);
  }

  /** Bytes that wait to be taken. */
  get size(): number {
    return this.#out.size;
  }

  /** A packet without a body. */
  bare(type: number): void {
    if (ARITY[type] !== 0) throw wrongArity(type, 0);
    this.#out.reserve(HEADER_BYTES);
    this.#header(type, 0);
  }

  /** A packet of arguments, joined by NULs. */
  packet(type: number, args: readonly Argument[]): void {
    const out = this.#out;
    const last = args.length - 1;
    if (ARITY[type] !== args.length) throw wrongArity(type, args.length);
    let room = HEADER_BYTES + args.length;
    let bound = last;
    for (let i = 0; i <= last; i++) {
      const argument = args[i];
      if (i < last && hasNul(argument)) throw nulInside(type, i);
      room += i < last ? mostBytes(argument) : out.roomFor(argument);
      bound += boundOf(argument);
    }
    if (bound > this.#limit) this.#checkSize(args, last);
    out.reserve(room);
    const { block, at } = out;
    const before = out.size;
    this.#header(type, 0);
    for (let i = 0; i <= last; i++) {
      out.lay(args[i]);
      if (i < last) block.bytes[out.at++] = 0;
    }
    block.view.setUint32(at + 8, out.size - before - HEADER_BYTES);
  }

  /**
   * A packet about the job whose handle stands in a live slot of `decoder`: WORK_DATA,
   * WORK_WARNING, WORK_COMPLETE and WORK_EXCEPTION with their data, WORK_FAIL without.
   */
  report(type: number, decoder: Decoder, slot: number, data?: Argument): void {
    const out = this.#out;
    const arity = ARITY[type];
    if (arity !== 2 && (arity !== 1 || data !== undefined)) {
      throw wrongArity(type, data === undefined ? 1 : 2);
    }
    const payload = data ?? NO_DATA;
    if (arity === 2 && SLOT_NAME_BYTES + 1 + boundOf(payload) > this.#limit) {
      const name = decoder.nameInto(slot, new Uint8Array(SLOT_NAME_BYTES), 0);
      this.#checkSize([payload], name + 1);
    }
    out.reserve(HEADER_BYTES + SLOT_NAME_BYTES + 1 + out.roomFor(payload));
    const { block, at } = out;
    const before = out.size;
    this.#headerAndName(type, decoder, slot);
    if (arity === 2) {
      block.bytes[out.at++] = 0;
      out.lay(payload);
    }
    block.view.setUint32(at + 8, out.size - before - HEADER_BYTES);
  }

  /** A WORK_STATUS about the job whose handle stands in a live slot of `decoder`. */
  status(decoder: Decoder, slot: number, numerator: number, denominator: number): void {
    const out = this.#out;
    checkCount(numerator);
    checkCount(denominator);
    out.reserve(HEADER_BYTES + SLOT_NAME_BYTES + 2 * (1 + MAX_DIGITS));
    const { block, at } = out;
    this.#headerAndName(Command.WORK_STATUS, decoder, slot);
    block.bytes[out.at++] = 0;
    out.at = writeDecimal(numerator, block.bytes, out.at);
    block.bytes[out.at++] = 0;
    out.at = writeDecimal(denominator, block.bytes, out.at);
    block.view.setUint32(at + 8, out.at - at - HEADER_BYTES);
  }

  /** A packet with a ready-made body, such as another connection's decoder kept. Its separators are not looked at. */
  relay(type: number, body: Uint8Array): void {
    const out = this.#out;
    if (commandName(type) === undefined || (ARITY[type] === 0 && body.length > 0)) {
      throw wrongArity(type, 1);
    }
    if (body.length > this.#limit) throw this.#tooLarge(body.length);
    out.reserve(HEADER_BYTES + out.roomFor(body));
    this.#header(type, body.length);
    out.lay(body);
  }

  /**
   * The head of a packet whose last argument, of `size` bytes, follows by {@linkcode raw}; nothing
   * else may be laid before the last of them.
   */
  begin(type: number, args: readonly Argument[], size: number): void {
    const out = this.#out;
    if (ARITY[type] !== args.length + 1) throw wrongArity(type, args.length + 1);
    let room = HEADER_BYTES;
    this.#checkSize(args, args.length + size);
    for (const [i, argument] of args.entries()) {
      if (hasNul(argument)) throw nulInside(type, i);
      room += mostBytes(argument) + 1;
    }
    out.reserve(room);
    const { block, at } = out;
    const before = out.size;
    this.#header(type, 0);
    for (const argument of args) {
      out.lay(argument);
      block.bytes[out.at++] = 0;
    }
    block.view.setUint32(at + 8, out.size - before - HEADER_BYTES + size);
  }

  /** Bytes as they are: what {@linkcode begin} announced. */
  raw(bytes: Uint8Array): void {
    this.#lay(bytes);
  }

  /** A line or more of the text protocol, as it is. */
  text(text: Argument): void {
    this.#lay(text);
  }

  /**
   * What waits, in order; an empty list where nothing does. The encoder leaves that memory alone
   * until {@linkcode recycle}, and packets may be laid meanwhile.
   */
  take(): readonly Uint8Array[] {
    return this.#out.take();
  }

  /** What was taken last has been written: its memory may serve again. */
  recycle(): void {
    this.#out.recycle();
  }

  /** Throws where arguments, and so many bytes more, are too large a body. */
  #checkSize(args: readonly Argument[], more: number): void {
    const size = args.reduce((sum, argument) => sum + sizeOf(argument), more);
    if (size > this.#limit) throw this.#tooLarge(size);
  }

  #tooLarge(size: number): RangeError | ProtocolError {
    const limit = this.#limit;
    if (limit === MAX_BODY_BYTES) {
      return new RangeError(`Expected a body of at most ${limit} bytes, got ${size}`);
    }
    return new ProtocolError(
      "TOO_LARGE",
      `Expected a packet of at most ${limit} bytes to send, got one of ${size}: send less at a ` +
        "time, or raise maxPacketBytes, here and at whoever is to take it",
    );
  }

  #lay(piece: Argument): void {
    this.#out.reserve(this.#out.roomFor(piece));
    this.#out.lay(piece);
  }

  #header(type: number, size: number): void {
    const out = this.#out;
    const { view } = out.block;
    const { at } = out;
    view.setUint32(at, this.#magic);
    view.setUint32(at + 4, type);
    view.setUint32(at + 8, size);
    out.at = at + HEADER_BYTES;
  }

  /** The name goes first: where there is none, nothing has been laid yet. */
  #headerAndName(type: number, decoder: Decoder, slot: number): void {
    const out = this.#out;
    const length = decoder.nameInto(slot, out.block.bytes, out.at + HEADER_BYTES);
    if (length < 0) throw wrongRange("a slot that holds a handle", slot);
    this.#header(type, 0);
    out.at += length;
  }
}

/** The most bytes that an argument takes in a body. */
function boundOf(argument: Argument): number {
  return typeof argument === "string" ? 3 * argument.length : argument.length;
}

/** The bytes that an argument takes in a body. */
function sizeOf(argument: Argument): number {
  return typeof argument === "string" ? encodeText(argument).length : argument.length;
}

function hasNul(argument: Argument): boolean {
  return typeof argument === "string" ? argument.includes("\0") : argument.includes(0);
}

function writeDecimal(count: number, into: Uint8Array, at: number): number {
  let digits = 1;
  for (let limit = 10; limit <= count; limit *= 10) digits++;
  const end = at + digits;
  let rest = count;
  for (let i = end - 1; i >= at; i--) {
    const next = Math.floor(rest / 10);
    into[i] = 0x30 + (rest - next * 10);
    rest = next;
  }
  return end;
}

function checkCount(count: number): void {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw wrongRange("a status of whole numbers from 0 to 2^53-1", count);
  }
}

function wrongArity(type: number, count: number): TypeError {
  if (commandName(type) === undefined) {
    return wrongType("the number of a command", type);
  }
  return new TypeError(`Expected ${ARITY[type]} arguments for ${commandName(type)}, got ${count}`);
}

function nulInside(type: number, index: number): TypeError {
  return new TypeError(
    `Expected no NUL in argument ${index} of ${
      commandName(type)
    }, got one: only the last may hold NULs`,
  );
}
