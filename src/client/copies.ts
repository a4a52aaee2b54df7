/**
 * Copies of small workloads. They share blocks, and a block serves again once none of its copies is
 * needed: what is left to the collector, Bun's allocator has given back to the system by the time
 * that it is wanted, and V8's has to clear it.
 *
 * @module
 */
import { copyBytes } from "../codec/mod.ts";

/** Memory that copies share. */
export interface CopyBlock {
  readonly bytes: Uint8Array;
  /** Bytes that are taken. */
  used: number;
  /** Copies that are needed, and one more while it is filled. */
  users: number;
}

/** Bytes of a block, and of the largest workload that is given a part of one. */
const BLOCK_BYTES = 16 * 1024;
export const SHARED_BYTES: number = 2 * 1024;

/** Blocks that wait to serve again, at most: half a MiB. */
const SPARE_BLOCKS = 32;

const spare: CopyBlock[] = [];
let filling: CopyBlock = { bytes: new Uint8Array(0), used: 0, users: 1 };

/** The block that the next copy of so many bytes goes into, by {@linkcode copyInto}. */
export function blockFor(length: number): CopyBlock {
  if (filling.used + length > filling.bytes.length) {
    dropCopy(filling);
    filling = spare.pop() ?? { bytes: new Uint8Array(BLOCK_BYTES), used: 0, users: 0 };
    filling.users = 1;
  }
  return filling;
}

/** Puts a copy into a block. Returns where: a view for each would be larger than what it shows. */
export function copyInto(block: CopyBlock, workload: Uint8Array): number {
  const { bytes, used: at } = block;
  const { length } = workload;
  copyBytes(workload, 0, length, bytes, at);
  block.used = at + length;
  block.users++;
  return at;
}

/** One of its copies is not needed any more. */
export function dropCopy(block: CopyBlock): void {
  if (--block.users > 0 || block.bytes.length === 0) return;
  block.used = 0;
  if (spare.length < SPARE_BLOCKS) spare.push(block);
}
