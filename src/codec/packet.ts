/**
 * The packet as a decoder shows it: getters over one descriptor, no objects behind them.
 *
 * A descriptor is eight 32-bit words, in the kernel's memory or in the TypeScript decoder's:
 *
 * | word   | holds                                                                                |
 * | ------ | ------------------------------------------------------------------------------------ |
 * | 0      | type, arity << 8, response << 16                                                     |
 * | 1 to 4 | start of the body; end of argument 0; start of the last argument; end of the body     |
 * | 5      | slot of the handle, or -1                                                            |
 * | 6      | end of argument 1 (arity 3 and more); of WORK_STATUS the numerator, or -1            |
 * | 7      | end of argument 2 (arity 4 and more); of WORK_STATUS the denominator, of JOB_ASSIGN   |
 * |        | and JOB_ASSIGN_UNIQ the function's slot, or -1                                       |
 *
 * Six arguments and more continue in a second descriptor whose word 0 is 0 and whose words 1 to 4
 * are the ends of arguments 3 to 6. Ends that are not in a word follow from word 3: arguments are
 * one NUL apart.
 *
 * @module
 */
import { decodeText } from "./text.ts";

/** Words of a descriptor. */
export const DESCRIPTOR_WORDS = 8;

/** Whoever owns the bytes that packets point into. */
export interface Keeper {
  /** A range of the current bytes that stays as it is, for as long as it is held. */
  keep(start: number, end: number): Uint8Array;
}

/**
 * One packet, valid until the sink it is shown to returns.
 *
 * @example
 * ```ts
 * import { Command, type Packet } from "geartrain/codec";
 *
 * export function show(packet: Packet): void {
 *   if (packet.type === Command.JOB_CREATED) console.log(packet.text(0)); // H:host:7
 * }
 * ```
 */
export class Packet {
  /** The bytes that the offsets count in. */
  bytes: Uint8Array;
  /** The descriptors. */
  table: Int32Array;
  /** Index of this packet's first word in the table. */
  at = 0;
  readonly #keeper: Keeper;

  constructor(bytes: Uint8Array, table: Int32Array, keeper: Keeper) {
    this.bytes = bytes;
    this.table = table;
    this.#keeper = keeper;
  }

  /** The command's number. */
  get type(): number {
    return this.table[this.at] & 0xff;
  }
  /** How many arguments there are, the data included. */
  get arity(): number {
    return this.table[this.at] >> 8 & 0xff;
  }
  /** Whether the magic was RES. */
  get isResponse(): boolean {
    return (this.table[this.at] & 0x10000) !== 0;
  }
  /** Bytes of the body. */
  get size(): number {
    return this.table[this.at + 4] - this.table[this.at + 1];
  }
  /** Bytes of the last argument. */
  get dataSize(): number {
    return this.table[this.at + 4] - this.table[this.at + 3];
  }
  /** The slot of the handle that is argument 0, or -1: then only its bytes tell. */
  get slot(): number {
    return this.table[this.at + 5];
  }
  /** Of WORK_STATUS: the numerator, or -1 when it is not a plain number below 2^31. */
  get numerator(): number {
    return this.table[this.at + 6];
  }
  /** Of WORK_STATUS: the denominator, or -1 as for the numerator. */
  get denominator(): number {
    return this.table[this.at + 7];
  }
  /** Of JOB_ASSIGN and JOB_ASSIGN_UNIQ: the slot that `register()` gave for the function, or -1. */
  get functionSlot(): number {
    return this.table[this.at + 7];
  }

  /** Where argument `index` starts in {@linkcode bytes}. */
  startOf(index: number): number {
    if (index === 0) return this.table[this.at + 1];
    if (index === this.arity - 1) return this.table[this.at + 3];
    return this.endOf(index - 1) + 1;
  }

  /** Where argument `index` ends in {@linkcode bytes}. */
  endOf(index: number): number {
    const { table, at } = this;
    if (index === 0) return table[at + 2];
    const { arity } = this;
    if (index === arity - 1) return table[at + 4];
    if (index === arity - 2) return table[at + 3] - 1;
    if (index <= 2) return table[at + 5 + index];
    return table[at + DESCRIPTOR_WORDS + index - 2];
  }

  /** Argument `index` as text. */
  text(index: number): string {
    return decodeText(this.bytes, this.startOf(index), this.endOf(index));
  }

  /** Argument `index` as a view that says nothing once the sink has returned. */
  borrow(index: number): Uint8Array {
    return this.bytes.subarray(this.startOf(index), this.endOf(index));
  }

  /** Argument `index`, to keep. */
  keep(index: number): Uint8Array {
    return this.#keeper.keep(this.startOf(index), this.endOf(index));
  }

  /** The last argument, to keep. */
  keepData(): Uint8Array {
    return this.#keeper.keep(this.table[this.at + 3], this.table[this.at + 4]);
  }

  /** The whole body, as a view that says nothing once the sink has returned. */
  borrowBody(): Uint8Array {
    return this.bytes.subarray(this.table[this.at + 1], this.table[this.at + 4]);
  }

  /** The whole body, to keep. */
  keepBody(): Uint8Array {
    return this.#keeper.keep(this.table[this.at + 1], this.table[this.at + 4]);
  }
}
