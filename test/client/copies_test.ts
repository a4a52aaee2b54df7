/** Copies of small workloads share memory, and none is written over while it is needed. */
import { blockFor, type CopyBlock, copyInto, dropCopy } from "../../src/client/copies.ts";
import { assert, assertEquals, test } from "../_harness/mod.ts";

const LENGTH = 1000;

/** A copy, and where it is. */
interface Copy {
  readonly block: CopyBlock;
  readonly at: number;
  readonly value: number;
}

function copied(value: number): Copy {
  const block = blockFor(LENGTH);
  return { block, at: copyInto(block, new Uint8Array(LENGTH).fill(value)), value };
}

function isWhole({ block, at, value }: Copy): boolean {
  return block.bytes.subarray(at, at + LENGTH).every((byte) => byte === value);
}

test("blockFor() gives a block again once all copies in it are dropped, and not before", () => {
  const copies = Array.from({ length: 64 }, (_, i) => copied(i));
  const [needed, ...others] = copies;
  for (const { block } of others) dropCopy(block);
  const later = Array.from({ length: 200 }, (_, i) => copied(i));
  assert(isWhole(needed), "a needed copy was written over");
  assert(later.every(isWhole), "copies share a place");
  assert(later.every(({ block }) => block !== needed.block), "its block was given away");
  const served = new Set(others.map(({ block }) => block));
  served.delete(needed.block);
  assert(later.some(({ block }) => served.has(block)), "no block served again");
  dropCopy(needed.block);
  for (const { block } of later) dropCopy(block);
  assertEquals(copyInto(blockFor(16 * 1024), new Uint8Array(1)), 0);
});
