/**
 * Memory that packets are laid into before they are written. Busy encoders borrow blocks and give
 * them back once written, so a burst leaves nothing behind on an idle connection, and the next
 * writer finds memory that is still in the cache.
 *
 * @module
 */

/** A piece of outgoing memory, with a view for its words. */
export interface Block {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Bytes of a block that is lent and given back. */
export const BLOCK_BYTES: number = 64 * 1024;

/** The same, for what a whole block of the others is not enough for: four packets of 64 KiB and a head. */
export const LARGE_BLOCK_BYTES: number = 260 * 1024;

/** Blocks that wait to be lent again, at most: 2 MiB of each size. */
const SPARE_BLOCKS = 32;
const SPARE_LARGE_BLOCKS = 8;

const spare: Block[] = [];
const spareLarge: Block[] = [];

/** A block of a given size, for one owner. */
export function newBlock(size: number): Block {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer) };
}

/** A block of at least `size` bytes; its contents are anyone's. */
export function borrowBlock(size: number): Block {
  if (size <= BLOCK_BYTES) return spare.pop() ?? newBlock(BLOCK_BYTES);
  return size <= LARGE_BLOCK_BYTES
    ? spareLarge.pop() ?? newBlock(LARGE_BLOCK_BYTES)
    : newBlock(size);
}

/** Takes a block back that nothing reads any more. */
export function giveBlock(block: Block): void {
  const { length } = block.bytes;
  if (length === BLOCK_BYTES && spare.length < SPARE_BLOCKS) spare.push(block);
  if (length === LARGE_BLOCK_BYTES && spareLarge.length < SPARE_LARGE_BLOCKS) {
    spareLarge.push(block);
  }
}
