/**
 * The memory that packets are laid into, and what waits in it. Knows no packets.
 *
 * Every connection keeps one small block for itself; what does not fit there goes into borrowed
 * blocks, which are given back once written.
 *
 * @module
 */
import {
  type Block,
  BLOCK_BYTES,
  borrowBlock,
  giveBlock,
  LARGE_BLOCK_BYTES,
  newBlock,
} from "./blocks.ts";
import { copyBytes } from "./copy.ts";
import { encodeText, writeText } from "./text.ts";

/** Bytes or text. */
type Piece = string | Uint8Array;

/** Pieces of this many bytes, or units of text, may become chunks of their own: they must not change until they are written. */
export const OWN_CHUNK_BYTES: number = 16 * 1024;

/**
 * Up to here they are copied all the same, until so much waits. A packet's head alone makes a write
 * of a few bytes, and each write wakes a server that has nothing to do: that costs more than the
 * copy. Where more waits, the server has enough to do, and nothing is to be held twice.
 */
const COPIED_BYTES = 128 * 1024;
const COPIED_WAITING_BYTES = 2 * 1024 * 1024;

/** Bytes of the block that each connection keeps. */
const SMALL_BLOCK_BYTES = 1024;

const NO_BLOCK: Block = newBlock(0);

/** The most bytes that a piece takes: what to reserve where it must not become a chunk of its own. */
export function mostBytes(piece: Piece): number {
  return typeof piece === "string" ? 3 * piece.length : piece.length;
}

/** Memory that fills from `at` on; {@linkcode reserve} comes first. */
export class Outgoing {
  /** The current block. */
  block: Block = NO_BLOCK;
  /** Where the next byte goes in it. */
  at = 0;
  /** From here to `at` the block holds what is in no chunk yet. */
  #from = 0;
  #chunks: Uint8Array[] = [];
  /** Bytes in `#chunks`. */
  #chunked = 0;
  /** Blocks that `#chunks` are cut from, besides the current one. */
  #filled: Block[] = [];
  /** Blocks of what was taken last. */
  #taken: Block[] = [];
  #ownBlock: Block | undefined;

  /** Bytes that wait to be taken. */
  get size(): number {
    return this.#chunked + this.at - this.#from;
  }

  /** Bytes of a block that {@linkcode lay} needs for a piece, at most. */
  roomFor(piece: Piece): number {
    const most = mostBytes(piece);
    if (piece.length < OWN_CHUNK_BYTES) return most;
    return most <= COPIED_BYTES && this.size + most <= COPIED_WAITING_BYTES ? most : 0;
  }

  /** Makes sure that the next `room` bytes lie in one block. */
  reserve(room: number): void {
    if (this.at + room > this.block.bytes.length) this.#nextBlock(room);
  }

  /** Lays a piece, for which {@linkcode roomFor} was reserved, or {@linkcode mostBytes} where more follows. */
  lay(piece: Piece): void {
    const isLarge = piece.length >= OWN_CHUNK_BYTES;
    if (isLarge && this.at + mostBytes(piece) > this.block.bytes.length) {
      this.#ownChunk(typeof piece === "string" ? encodeText(piece) : piece);
      return;
    }
    const { bytes } = this.block;
    if (typeof piece === "string") {
      this.at = writeText(piece, bytes, this.at);
      return;
    }
    const { length } = piece;
    copyBytes(piece, 0, length, bytes, this.at);
    this.at += length;
  }

  /** What waits, in order. That memory is left alone until {@linkcode recycle}. */
  take(): readonly Uint8Array[] {
    this.#cut();
    const chunks = this.#chunks;
    this.#retire();
    this.#taken = this.#filled;
    this.#filled = [];
    this.#chunks = [];
    this.#chunked = 0;
    this.block = NO_BLOCK;
    this.at = 0;
    this.#from = 0;
    return chunks;
  }

  /** Takes back the memory that {@linkcode take} gave out last. */
  recycle(): void {
    for (const block of this.#taken) {
      if (block.bytes.length === SMALL_BLOCK_BYTES) this.#ownBlock = block;
      else giveBlock(block);
    }
    this.#taken = [];
  }

  #nextBlock(room: number): void {
    const begun = this.block.bytes.subarray(this.#from, this.at);
    // A short beginning moves along, so that what is sent in one turn stays one chunk.
    const moved = begun.length < SMALL_BLOCK_BYTES ? begun.length : 0;
    if (moved === 0) this.#cut();
    const next = this.#freshBlock(moved + room);
    if (moved > 0) next.bytes.set(begun);
    this.#retire();
    this.block = next;
    this.at = moved;
    this.#from = 0;
  }

  #freshBlock(size: number): Block {
    // Who has filled a block in one turn will fill more.
    const isLong = this.block.bytes.length >= BLOCK_BYTES;
    if (isLong) return borrowBlock(Math.max(size, LARGE_BLOCK_BYTES));
    if (size > SMALL_BLOCK_BYTES) return borrowBlock(size);
    const own = this.#ownBlock ?? newBlock(SMALL_BLOCK_BYTES);
    this.#ownBlock = undefined;
    return own;
  }

  #retire(): void {
    if (this.block !== NO_BLOCK) this.#filled.push(this.block);
  }

  #ownChunk(bytes: Uint8Array): void {
    this.#cut();
    this.#chunks.push(bytes);
    this.#chunked += bytes.length;
  }

  /** Ends a chunk at `at`. */
  #cut(): void {
    if (this.at === this.#from) return;
    this.#chunks.push(this.block.bytes.subarray(this.#from, this.at));
    this.#chunked += this.at - this.#from;
    this.#from = this.at;
  }
}
