/**
 * The decoder over the AssemblyScript kernel: bytes are read into linear memory where the runtime
 * allows it, one call scans all that a read brought, and packets are shown as the kernel's
 * descriptors, in place.
 *
 * An unfinished packet is moved to end where the landing zone starts, so that the next read lands
 * behind it; a long one stays where it is as long as there is room behind it. One that the space
 * before the zone cannot hold is read into memory of its own.
 *
 * @module
 */
import type { ProtocolError } from "../errors.ts";
import {
  ARITY,
  ASSIGNS,
  COMMAND_WORDS,
  HEADER_BYTES,
  MAGIC_REQ,
  MAGIC_RES,
  packetLimit,
} from "../protocol/mod.ts";
import { BigPacket } from "./big_packet.ts";
import { copyBytes } from "./copy.ts";
import type { Decoder, DecoderOptions, PacketSink } from "./decoder.ts";
import { describe, TABLE_WORDS } from "./describe.ts";
import {
  FAULT_ARGUMENTS,
  FAULT_MAGIC,
  faultError,
  type FaultPlace,
  lineError,
  magicAt,
} from "./faults.ts";
import { NO_SLOT } from "./interner.ts";
import { Batch } from "./keeping.ts";
import {
  INTERN_FIND,
  INTERN_TAKE,
  type Kernel,
  SLOT_LENGTH,
  SLOT_NAME,
  SLOT_REFERENCES,
  startKernel,
  STATE_DETAIL,
  STATE_FAULT,
  STATE_NEED,
  STATE_NEXT,
  STATE_USED_SLOTS,
} from "./kernel.ts";
import { LINE_OPEN, LineReader, MAX_LINE_BYTES } from "./lines.ts";
import { MAX_NAME_BYTES } from "./name_hash.ts";
import { DESCRIPTOR_WORDS, Packet } from "./packet.ts";

/** Bodies of a pushed chunk from which on copying them to the kernel costs more than it saves. */
const IN_PLACE_BYTES = 2048;

/** The same where there are no slots to save. */
const IN_PLACE_BYTES_WITHOUT_SLOTS = 512;

/** Bytes of a packet from which on it gets memory of its own where a pushed chunk ends in it. */
const OWN_MEMORY_BYTES = 16 * 1024;

/**
 * So many bytes of a packet stay where they are while there is so much room behind them. Moved for
 * each read, a packet that comes in small pieces would be moved as often as it has pieces.
 */
const LONG_CARRY = 4096;
const ROOM_BEHIND = 128 * 1024;

/** More than a chunk ever holds. */
const ALL = 0x7fffffff;

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** {@linkcode Decoder} over a kernel of its own. */
export class WasmDecoder implements Decoder {
  readonly codec = "wasm";
  readonly #kernel: Kernel;
  readonly #limit: number;
  readonly #takesText: boolean;
  readonly #lines: LineReader;
  readonly #withSlots: number;
  readonly #inPlaceBytes: number;

  /** All of linear memory, which never grows: addresses are indices. */
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #landing: Uint8Array;
  readonly #landingAt: number;
  readonly #landingEnd: number;
  readonly #carryBytes: number;
  /** Index of the first word of the state, of the descriptors, of the slots; words of a slot. */
  readonly #state: number;
  readonly #descriptors: number;
  readonly #slots: number;
  readonly #slotWords: number;
  readonly #nameAt: number;

  readonly #batch = new Batch();
  /** Shows what the kernel has described. */
  readonly #packet: Packet;
  /** Shows what lies outside linear memory. */
  readonly #apart: Packet;

  /** What has come and is not consumed. */
  #from: number;
  #to: number;
  /** Bytes from `#from` on before it is worth calling the kernel. */
  #need = HEADER_BYTES;
  #big: BigPacket | undefined;
  /** The chunk whose copy ends at `#to`, while it is pushed; where that starts, and how far it is ahead. */
  #chunk: Uint8Array | undefined;
  #chunkFrom = 0;
  #chunkShift = 0;
  /** Bytes of the stream before `#from`. */
  #offset = 0;
  #isAtFault = false;

  /** Throws a `RangeError` where `maxPacketBytes` is no whole number up to 1 GiB. */
  constructor(module: WebAssembly.Module, options: DecoderOptions = {}) {
    const { maxPacketBytes, text = false, slots = true } = options;
    this.#limit = packetLimit(maxPacketBytes);
    this.#takesText = text;
    this.#withSlots = slots ? 1 : 0;
    this.#inPlaceBytes = slots ? IN_PLACE_BYTES : IN_PLACE_BYTES_WITHOUT_SLOTS;

    const kernel = startKernel(module);
    this.#kernel = kernel;
    this.#bytes = new Uint8Array(kernel.memory.buffer);
    this.#words = new Int32Array(kernel.memory.buffer);
    this.#landingAt = kernel.landingAt.value;
    this.#landingEnd = kernel.landingAt.value + kernel.landingBytes.value;
    this.#landing = this.#bytes.subarray(this.#landingAt, this.#landingEnd);
    this.#carryBytes = kernel.carryBytes.value;
    const { maxLineBytes = MAX_LINE_BYTES, lines } = options;
    this.#lines = new LineReader(Math.min(maxLineBytes, this.#carryBytes - 1), lines);
    this.#state = kernel.stateAt.value >> 2;
    this.#descriptors = kernel.descriptorsAt.value >> 2;
    this.#slots = kernel.slotsAt.value >> 2;
    this.#slotWords = kernel.slotBytes.value >> 2;
    this.#nameAt = kernel.nameAt.value;

    this.#packet = new Packet(this.#bytes, this.#words, this.#batch);
    this.#apart = new Packet(NO_BYTES, new Int32Array(TABLE_WORDS), this.#batch);
    this.#from = this.#to = this.#landingAt;
    this.#startKernel();
  }

  get isWithin(): boolean {
    return this.#from < this.#to || this.#big !== undefined;
  }

  space(): Uint8Array {
    if (this.#big !== undefined) return this.#big.space();
    if (this.#to - this.#from >= LONG_CARRY && this.#landingEnd - this.#to >= ROOM_BEHIND) {
      return this.#bytes.subarray(this.#to, this.#landingEnd);
    }
    this.#settle();
    return this.#landing;
  }

  filled(count: number, sink: PacketSink): void {
    if (this.#isAtFault) return;
    if (this.#big === undefined) {
      this.#to += count;
      this.#drain(sink);
    } else {
      this.#big.filled(count);
      this.#showIfWhole(this.#big, sink);
    }
  }

  push(chunk: Uint8Array, sink: PacketSink): void {
    let at = 0;
    while (at < chunk.length && !this.#isAtFault) {
      if (this.#big !== undefined) {
        at = this.#big.take(chunk, at);
        this.#showIfWhole(this.#big, sink);
      } else if (this.#from < this.#to) {
        at = this.#append(chunk, at, this.#wanted(), sink);
      } else {
        if (chunk.length - at >= this.#inPlaceBytes) at = this.#pushLarge(chunk, at, sink);
        if (at < chunk.length) at = this.#append(chunk, at, ALL, sink);
      }
    }
  }

  register(name: Uint8Array): number {
    if (this.#withSlots === 0 || name.length > MAX_NAME_BYTES) return NO_SLOT;
    this.#bytes.set(name, this.#nameAt);
    return this.#kernel.intern(this.#nameAt, name.length, INTERN_TAKE);
  }

  release(slot: number): void {
    // NaN would become 0 on the way into the kernel.
    if (slot >= 0) this.#kernel.release(slot);
  }

  nameInto(slot: number, into: Uint8Array, at: number): number {
    const words = this.#words;
    if (!(slot >= 0 && slot < words[this.#state + STATE_USED_SLOTS])) return -1;
    const record = this.#slots + slot * this.#slotWords;
    if (words[record + SLOT_REFERENCES] === 0) return -1;
    const length = words[record + SLOT_LENGTH];
    const end = at + length;
    let from = record + SLOT_NAME;
    let to = at;
    // Four bytes a load: this is most of what a small report costs.
    for (; to + 4 <= end; to += 4) {
      const word = words[from++];
      into[to] = word;
      into[to + 1] = word >> 8;
      into[to + 2] = word >> 16;
      into[to + 3] = word >> 24;
    }
    for (let rest = words[from]; to < end; rest >>= 8) into[to++] = rest;
    return length;
  }

  reset(): void {
    this.#from = this.#to = this.#landingAt;
    this.#need = HEADER_BYTES;
    this.#big = undefined;
    this.#offset = 0;
    this.#isAtFault = false;
    this.#lines.forget();
    this.#startKernel();
  }

  #startKernel(): void {
    this.#kernel.init(this.#limit, crypto.getRandomValues(new Uint32Array(1))[0]);
  }

  /** Moves what is not consumed to end where the landing zone starts. */
  #settle(): void {
    const from = this.#from;
    const to = this.#to;
    const landingAt = this.#landingAt;
    if (to === landingAt) return;
    const moved = landingAt - (to - from);
    copyBytes(this.#bytes, from, to, this.#bytes, moved);
    this.#from = moved;
    this.#to = landingAt;
  }

  /** Consumes what is whole. */
  #drain(sink: PacketSink): void {
    while (this.#from < this.#to) {
      if (this.#bytes[this.#from] !== 0) {
        if (!this.#takesText) return this.#endAtText(sink);
        if (!this.#takeLine(sink)) return;
      } else {
        if (this.#to - this.#from < this.#need) return;
        this.#scan(sink);
      }
    }
  }

  #scan(sink: PacketSink): void {
    const words = this.#words;
    const state = this.#state;
    const from = this.#from;
    const to = this.#to;
    const count = this.#kernel.scan(from, to, this.#withSlots);
    const next = words[state + STATE_NEXT];
    const fault = words[state + STATE_FAULT];
    const need = words[state + STATE_NEED];
    // Before the packets are shown: none may be scanned twice, whatever a sink does.
    this.#from = next;
    this.#offset += next - from;
    this.#need = need;
    if (count > 0) {
      const chunk = this.#chunk;
      if (chunk === undefined) this.#batch.openWindow(this.#bytes, next);
      else this.#batch.openCopy(this.#bytes, next, chunk, this.#chunkFrom, this.#chunkShift);
      this.#show(count, sink);
      this.#batch.close();
    }
    if (fault !== 0) {
      // Text is the drain's to judge.
      if (fault === FAULT_MAGIC && this.#bytes[next] !== 0) return;
      const detail = words[state + STATE_DETAIL];
      this.#end(faultError(fault, detail, this.#limit, this.#place()), sink);
    } else if (need > this.#carryBytes) {
      this.#beginBig(need, this.#bytes.subarray(next, to));
      this.#from = this.#to = this.#landingAt;
    }
  }

  #show(count: number, sink: PacketSink): void {
    const words = this.#words;
    const packet = this.#packet;
    const end = this.#descriptors + count;
    for (let at = this.#descriptors; at < end; at += DESCRIPTOR_WORDS) {
      // Continuations belong to the descriptor before them.
      if (words[at] === 0) continue;
      packet.at = at;
      sink.packet(packet);
    }
  }

  /** Consumes a line of text. False: it is not whole, or may not be there. */
  #takeLine(sink: PacketSink): boolean {
    const newline = this.#lines.newlineOf(this.#bytes, this.#from, this.#to);
    if (newline === LINE_OPEN) return false;
    if (newline < 0) {
      this.#end(lineError(this.#lines.most, this.#place()), sink);
      return false;
    }
    const line = this.#lines.text(this.#bytes, this.#from, newline);
    this.#offset += newline + 1 - this.#from;
    this.#from = newline + 1;
    this.#need = HEADER_BYTES;
    sink.line(line);
    return true;
  }

  #endAtText(sink: PacketSink): void {
    const place = this.#place();
    this.#end(faultError(FAULT_MAGIC, magicAt(place), this.#limit, place), sink);
  }

  /** How much of a chunk to put behind what is there: the rest of a large packet, or all. */
  #wanted(): number {
    return this.#need >= this.#inPlaceBytes ? this.#need - (this.#to - this.#from) : ALL;
  }

  /** Copies up to `most` bytes of a chunk behind what is there, and consumes. Returns where it stopped. */
  #append(chunk: Uint8Array, at: number, most: number, sink: PacketSink): number {
    const rest = Math.min(chunk.length - at, most);
    if (this.#to + rest > this.#landingEnd || this.#from === this.#to) this.#settle();
    const to = this.#to;
    const count = Math.min(rest, this.#landingEnd - to);
    copyBytes(chunk, at, at + count, this.#bytes, to);
    this.#to = to + count;
    // Worth asking first: chunks may be single bytes.
    if (this.#to - this.#from < this.#need && this.#bytes[this.#from] === 0) return at + count;
    this.#chunk = chunk;
    this.#chunkFrom = to;
    this.#chunkShift = to - at;
    this.#drain(sink);
    this.#chunk = undefined;
    return at + count;
  }

  /** Shows the large packets at `start` where they stand. Returns where the first other one starts. */
  #pushLarge(chunk: Uint8Array, start: number, sink: PacketSink): number {
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
    let at = start;
    this.#openApart(chunk);
    while (chunk.length - at >= this.#inPlaceBytes && this.#isLarge(view, at)) {
      const size = HEADER_BYTES + view.getUint32(at + 8);
      if (at + size > chunk.length) {
        if (size < OWN_MEMORY_BYTES) break;
        this.#beginBig(size, chunk.subarray(at));
        at = chunk.length;
      } else if (this.#showApart(view, at, size, sink)) at += size;
      else at = chunk.length;
    }
    this.#closeApart();
    return at;
  }

  /** Whether a packet starts here that is large, and has nothing wrong with its header. */
  #isLarge(view: DataView, at: number): boolean {
    const size = view.getUint32(at + 8);
    if (size < this.#inPlaceBytes || size > this.#limit) return false;
    const magic = view.getUint32(at);
    return (magic === MAGIC_REQ || magic === MAGIC_RES) && ARITY[view.getUint32(at + 4)] >= 0;
  }

  #beginBig(size: number, begun: Uint8Array): void {
    this.#big = new BigPacket(size, begun);
    this.#need = HEADER_BYTES;
  }

  #showIfWhole(big: BigPacket, sink: PacketSink): void {
    if (!big.isWhole) return;
    this.#big = undefined;
    const { bytes, size } = big;
    this.#openApart(bytes);
    this.#showApart(new DataView(bytes.buffer, 0, size), 0, size, sink);
    this.#closeApart();
  }

  /** Packets will be shown from bytes outside linear memory that will not change. */
  #openApart(bytes: Uint8Array): void {
    this.#batch.openLasting(bytes);
    this.#apart.bytes = bytes;
  }

  #closeApart(): void {
    this.#batch.close();
    this.#apart.bytes = NO_BYTES;
  }

  /** Shows the packet of `size` bytes at `at`. False: it is at fault. */
  #showApart(view: DataView, at: number, size: number, sink: PacketSink): boolean {
    const { bytes, table } = this.#apart;
    const type = view.getUint32(at + 4);
    const isResponse = view.getUint32(at) === MAGIC_RES;
    const end = at + size;
    if (!describe(table, type, isResponse, view, at + HEADER_BYTES, end, undefined)) {
      const place = { offset: this.#offset, bytes, start: at, end };
      this.#end(faultError(FAULT_ARGUMENTS, type, this.#limit, place), sink);
      return false;
    }
    if (this.#withSlots !== 0) this.#resolve(type, view, table);
    this.#offset += size;
    sink.packet(this.#apart);
    return true;
  }

  /** Puts the slots of handle and function into a descriptor that the kernel has not made. */
  #resolve(type: number, view: DataView, table: Int32Array): void {
    const start = table[1];
    const end0 = table[2];
    if ((COMMAND_WORDS[type] & ASSIGNS) !== 0) {
      const length = this.#putName(view, end0 + 1, table[6]);
      table[7] = this.#kernel.intern(this.#nameAt, length, INTERN_FIND);
    }
    table[5] = this.#kernel.follow(type, this.#nameAt, this.#putName(view, start, end0));
  }

  /**
   * Puts a name where the kernel can see it. Returns its length; 0, which has no slot, where it is
   * too long for one.
   */
  #putName(view: DataView, start: number, end: number): number {
    if (end - start > MAX_NAME_BYTES) return 0;
    let at = start;
    let to = this.#nameAt;
    for (; at + 4 <= end; at += 4, to += 4) this.#words[to >> 2] = view.getInt32(at, true);
    for (; at < end; at++, to++) this.#bytes[to] = view.getUint8(at);
    return end - start;
  }

  /** Shows the fault and ignores all that follows. */
  #end(error: ProtocolError, sink: PacketSink): void {
    this.#isAtFault = true;
    this.#from = this.#to = this.#landingAt;
    sink.fault(error);
  }

  #place(): FaultPlace {
    const rest = this.#chunk?.subarray(this.#to - this.#chunkShift);
    return { offset: this.#offset, bytes: this.#bytes, start: this.#from, end: this.#to, rest };
  }
}
