/**
 * The decoder in plain TypeScript: the definition of what decoding means, the fallback where wasm
 * may not run, and the yardstick that the kernel is measured against.
 *
 * Packets are parsed where they stand, in the window or in a pushed chunk. Only an unfinished one
 * is carried to the front of the window; one that the window cannot hold is read into memory of
 * its own.
 *
 * @module
 */
import type { ProtocolError } from "../errors.ts";
import {
  ARITY,
  HEADER_BYTES,
  MAGIC_REQ,
  MAGIC_RES,
  packetLimit,
  TYPE_LIMIT,
} from "../protocol/mod.ts";
import { BigPacket } from "./big_packet.ts";
import { copyBytes } from "./copy.ts";
import type { Decoder, DecoderOptions, PacketSink } from "./decoder.ts";
import { describe, TABLE_WORDS } from "./describe.ts";
import {
  FAULT_ARGUMENTS,
  FAULT_COMMAND,
  FAULT_MAGIC,
  FAULT_SIZE,
  faultError,
  type FaultPlace,
  lineError,
  magicAt,
} from "./faults.ts";
import { Interner, NO_SLOT } from "./interner.ts";
import { Batch } from "./keeping.ts";
import { LINE_TOO_LONG, LineReader } from "./lines.ts";
import { Packet } from "./packet.ts";

/** Bytes of a window at first: a server has thousands of connections, most of them quiet. */
const QUIET_WINDOW_BYTES = 1024;

/** Bytes of a window after a read that filled the first, and the most that it grows to for a packet in pieces. */
const FIRST_WINDOW_BYTES = 16 * 1024;

/** Bytes of a window after a read that filled that one. */
const WINDOW_BYTES = 64 * 1024;

/** Chunks below this are copied to the window: a view to read their words through costs more. */
const SMALL_CHUNK_BYTES = 64;

/** The first byte of a message tells packets from lines. */
const FIRST_BYTE = 1;

/** Which word of the header a fault is about, by its number. */
const DETAIL_AT = [0, 0, 4, 8, 4];

const NO_BYTES: Uint8Array = new Uint8Array(0);
const NO_VIEW: DataView = new DataView(NO_BYTES.buffer);

/** {@linkcode Decoder} in plain TypeScript. */
export class TsDecoder implements Decoder {
  readonly codec = "ts";
  readonly #limit: number;
  readonly #takesText: boolean;
  readonly #lines: LineReader;
  readonly #interner: Interner | undefined;
  readonly #table = new Int32Array(TABLE_WORDS);
  readonly #batch = new Batch();
  readonly #packet = new Packet(NO_BYTES, this.#table, this.#batch);
  #window = NO_BYTES;
  #view = NO_VIEW;
  /** Bytes at the front of the window that are no whole packet yet. */
  #carried = 0;
  /** Bytes from the first one not consumed on before it is worth looking again. */
  #need = FIRST_BYTE;
  #big: BigPacket | undefined;
  /** The chunk that the window is given the next piece of, and where that piece ends in it. */
  #chunk: Uint8Array | undefined;
  #pieceEnd = 0;
  /** Bytes of the stream that were consumed. */
  #offset = 0;
  #windowWasFilled = false;
  #isAtFault = false;

  /** Throws a `RangeError` where `maxPacketBytes` is no whole number up to 1 GiB. */
  constructor(options: DecoderOptions = {}) {
    const { maxPacketBytes, text = false, slots = true } = options;
    this.#limit = packetLimit(maxPacketBytes);
    this.#takesText = text;
    this.#lines = new LineReader(options.maxLineBytes, options.lines);
    this.#interner = slots ? new Interner() : undefined;
  }

  get isWithin(): boolean {
    return this.#carried > 0 || this.#big !== undefined;
  }

  space(): Uint8Array {
    if (this.#big !== undefined) return this.#big.space();
    const { length } = this.#window;
    if (length === 0) this.#resizeWindow(QUIET_WINDOW_BYTES);
    else if (this.#windowWasFilled && length < WINDOW_BYTES) {
      this.#resizeWindow(length < FIRST_WINDOW_BYTES ? FIRST_WINDOW_BYTES : WINDOW_BYTES);
    }
    return this.#window.subarray(this.#carried);
  }

  filled(count: number, sink: PacketSink): void {
    if (this.#isAtFault) return;
    if (this.#big !== undefined) {
      this.#big.filled(count);
      this.#showIfWhole(this.#big, sink);
      return;
    }
    const end = this.#carried + count;
    if (end === this.#window.length) this.#windowWasFilled = true;
    this.#parseWindow(end, sink);
  }

  push(chunk: Uint8Array, sink: PacketSink): void {
    let at = 0;
    while (at < chunk.length && !this.#isAtFault) {
      if (this.#big !== undefined) {
        at = this.#big.take(chunk, at);
        this.#showIfWhole(this.#big, sink);
      } else if (this.#carried > 0) {
        at = this.#append(chunk, at, Math.min(chunk.length, at + this.#wanted(chunk, at)), sink);
      } else if (chunk.length - at < SMALL_CHUNK_BYTES) {
        at = this.#append(chunk, at, chunk.length, sink);
      } else {
        const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
        const rest = this.#parse(chunk, view, at, chunk.length, true, sink);
        this.#carry(chunk, rest, chunk.length);
        at = chunk.length;
      }
    }
  }

  register(name: Uint8Array): number {
    const interner = this.#interner;
    if (interner === undefined) return NO_SLOT;
    interner.name.read(new DataView(name.buffer, name.byteOffset, name.length), 0, name.length);
    return interner.take(interner.name);
  }

  release(slot: number): void {
    this.#interner?.release(slot);
  }

  nameInto(slot: number, into: Uint8Array, at: number): number {
    return this.#interner === undefined ? -1 : this.#interner.nameInto(slot, into, at);
  }

  reset(): void {
    this.#carried = 0;
    this.#need = FIRST_BYTE;
    this.#big = undefined;
    this.#offset = 0;
    this.#isAtFault = false;
    this.#lines.forget();
    this.#interner?.clear();
  }

  /** How much of a chunk the carried beginning is to be given, at most: so that it ends with its end. */
  #wanted(chunk: Uint8Array, at: number): number {
    if (!this.#takesText || this.#window[0] === 0) return this.#need - this.#carried;
    const newline = chunk.indexOf(0x0a, at);
    const room = Math.min(this.#lines.most + 1, this.#window.length) - this.#carried;
    return newline < 0 ? room : Math.min(room, newline + 1 - at);
  }

  /** Copies a piece of a chunk behind what is carried, and parses that. Returns where the piece ends. */
  #append(chunk: Uint8Array, start: number, end: number, sink: PacketSink): number {
    this.#makeRoom(this.#carried + end - start);
    copyBytes(chunk, start, end, this.#window, this.#carried);
    this.#chunk = chunk;
    this.#pieceEnd = end;
    this.#parseWindow(this.#carried + end - start, sink);
    this.#chunk = undefined;
    return end;
  }

  #parseWindow(end: number, sink: PacketSink): void {
    if (end < this.#need) {
      this.#carried = end;
      return;
    }
    const rest = this.#parse(this.#window, this.#view, 0, end, false, sink);
    this.#carry(this.#window, rest, end);
  }

  /** Parses what is whole from `start` to `end`. Returns where it stopped. */
  #parse(
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    lasts: boolean,
    sink: PacketSink,
  ): number {
    const packet = this.#packet;
    packet.bytes = bytes;
    if (lasts) this.#batch.openLasting(bytes);
    else this.#batch.openWindow(bytes, end);
    let at = start;
    while (at < end) {
      if (bytes[at] !== 0) {
        const next = this.#takeLine(bytes, at, end, this.#offset + at - start, sink);
        if (next < 0) break;
        at = next;
        continue;
      }
      if (end - at < HEADER_BYTES) {
        this.#need = HEADER_BYTES;
        break;
      }
      const magic = view.getInt32(at);
      const type = view.getInt32(at + 4);
      const size = view.getInt32(at + 8);
      let fault = headerFault(magic, type, size, this.#limit);
      if (fault === 0) {
        const body = at + HEADER_BYTES;
        if (end - body < size) {
          this.#need = HEADER_BYTES + size;
          break;
        }
        const isResponse = magic === MAGIC_RES;
        if (describe(this.#table, type, isResponse, view, body, body + size, this.#interner)) {
          sink.packet(packet);
          at = body + size;
          continue;
        }
        fault = FAULT_ARGUMENTS;
      }
      const detail = view.getUint32(at + DETAIL_AT[fault]);
      const place = this.#place(bytes, at, end, this.#offset + at - start);
      this.#fail(faultError(fault, detail, this.#limit, place), sink);
      break;
    }
    this.#offset += at - start;
    if (at === end) this.#need = FIRST_BYTE;
    // What was shown must not outlive this: a chunk may be large.
    packet.bytes = NO_BYTES;
    this.#batch.close();
    return at;
  }

  /** The message at `start` in bytes that are being parsed, up to `end`. */
  #place(bytes: Uint8Array, start: number, end: number, offset: number): FaultPlace {
    return { offset, bytes, start, end, rest: this.#chunk?.subarray(this.#pieceEnd) };
  }

  /**
   * Shows the line at `at`, `offset` bytes into the stream. Returns where it ends, or -1: it is not
   * whole, or may not be there.
   */
  #takeLine(bytes: Uint8Array, at: number, end: number, offset: number, sink: PacketSink): number {
    if (!this.#takesText) {
      const place = this.#place(bytes, at, end, offset);
      this.#fail(faultError(FAULT_MAGIC, magicAt(place), this.#limit, place), sink);
      return -1;
    }
    const newline = this.#lines.newlineOf(bytes, at, end);
    if (newline >= 0) {
      sink.line(this.#lines.text(bytes, at, newline));
      return newline + 1;
    }
    if (newline === LINE_TOO_LONG) {
      this.#fail(lineError(this.#lines.most, this.#place(bytes, at, end, offset)), sink);
    }
    this.#need = end - at + 1;
    return -1;
  }

  #showIfWhole(big: BigPacket, sink: PacketSink): void {
    if (!big.isWhole) return;
    this.#big = undefined;
    const { bytes } = big;
    this.#parse(bytes, new DataView(bytes.buffer), 0, bytes.length, true, sink);
  }

  #fail(error: ProtocolError, sink: PacketSink): void {
    this.#isAtFault = true;
    sink.fault(error);
  }

  /** Sees to it that the unfinished packet from `start` to `end` can go on. */
  #carry(bytes: Uint8Array, start: number, end: number): void {
    this.#carried = 0;
    if (start === end || this.#isAtFault) return;
    if (bytes[start] !== 0) {
      this.#makeRoomForLine(end - start);
    } else if (this.#need > Math.max(this.#window.length, FIRST_WINDOW_BYTES)) {
      this.#big = new BigPacket(this.#need, bytes.subarray(start, end));
      return;
    }
    const length = end - start;
    if (bytes === this.#window) {
      if (start > 0) bytes.copyWithin(0, start, end);
      this.#carried = length;
      this.#makeRoom(this.#need);
    } else {
      this.#makeRoom(Math.max(this.#need, length));
      this.#window.set(bytes.subarray(start, end));
      this.#carried = length;
    }
  }

  /** Sees to it that the window has so many bytes, and keeps what is carried. */
  #makeRoom(size: number): void {
    if (size <= this.#window.length) return;
    this.#resizeWindow(size <= QUIET_WINDOW_BYTES ? QUIET_WINDOW_BYTES : FIRST_WINDOW_BYTES);
  }

  /** Sees to it that there is room behind a line that has not ended. Nothing is carried yet. */
  #makeRoomForLine(length: number): void {
    const bytes = this.#window;
    if (length < bytes.length) return;
    this.#carried = bytes.length;
    const isShort = 2 * length <= QUIET_WINDOW_BYTES;
    this.#resizeWindow(isShort ? QUIET_WINDOW_BYTES : Math.max(FIRST_WINDOW_BYTES, 2 * length));
    this.#carried = 0;
  }

  #resizeWindow(size: number): void {
    const window = new Uint8Array(size);
    window.set(this.#window.subarray(0, this.#carried));
    this.#windowWasFilled = false;
    this.#window = window;
    this.#view = new DataView(window.buffer);
  }
}

/** What is wrong with a header, or 0. Its words are signed: a negative one is larger than any limit. */
function headerFault(magic: number, type: number, size: number, limit: number): number {
  if (magic !== MAGIC_REQ && magic !== MAGIC_RES) return FAULT_MAGIC;
  if (type < 0 || type >= TYPE_LIMIT || ARITY[type] < 0) return FAULT_COMMAND;
  return size < 0 || size > limit ? FAULT_SIZE : 0;
}
