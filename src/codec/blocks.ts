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

/** Blocks that wait to be lent again, at most: 2 MiB in all. */
const SPARE_BLOCKS = 32;

const spare: Block[] = [];

/** A block of a given size, for one owner. */
export function newBlock(size: number): Block {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer) };
}

/** A block of at least `size` bytes; its contents are anyone's. */
export function borrowBlock(size: number): Block {
  if (size > BLOCK_BYTES) return newBlock(size);
  return spare.pop() ?? newBlock(BLOCK_BYTES);
}

/** Takes a block back that nothing reads any more. */
export function giveBlock(block: Block): void {
  if (block.bytes.length === BLOCK_BYTES && spare.length < SPARE_BLOCKS) spare.push(block);
}
