/**
 * Payloads that outlive the batch they came in.
 *
 * A decoder's window is written over by the next read, and a chunk that will not change may be
 * thousands of times as large as what is kept of it. So what is kept is copied, together with what
 * follows it, in pieces: views of a piece cost next to nothing. A piece is twice as long as the one
 * before as long as a good part of that was kept, and else no longer than what it is made for. A
 * payload that is a good part of its chunk's memory is a view of the chunk.
 *
 * Hence what is kept of a batch holds on to 24 times as much at most, and a payload by itself to
 * eight times as much or to one piece.
 *
 * @module
 */
import type { Keeper } from "./packet.ts";

/** A payload is a view of its chunk where it is at least this part of the chunk's memory: an eighth. */
const VIEW_PART = 8;

/** A piece is followed by a longer one where at least this part of it was kept: an eighth. */
const USED_PART = 8;

/** How much longer that is. */
const GROWTH = 2;

/** Bytes of the longest piece for several payloads. */
const PIECE_BYTES = 8192;

/** Bytes of a payload from which on it has a piece for itself. */
const LARGE_BYTES = 2048;

/** Beyond every address. */
const NOWHERE = 0x7fffffff;

const NOTHING: Uint8Array = new Uint8Array(0);

/** Also for chunks whose own `slice()` makes views, as that of Node's buffers does. */
const { slice } = Uint8Array.prototype;

/** The packets that are being shown, and who owns their bytes. */
export class Batch implements Keeper {
  /** What the packets' addresses count in, and where the last packet ends at the latest. */
  #bytes = NOTHING;
  #end = 0;
  /** A chunk that holds the same bytes from the address `#chunkFrom` on. */
  #chunk = NOTHING;
  #chunkFrom = NOWHERE;
  /** What an address is ahead of its index in `#chunk`. */
  #shift = 0;
  /** The last piece that was copied, the addresses of its bytes, and how many of them are kept. */
  #piece = NOTHING;
  #pieceFrom = NOWHERE;
  #pieceEnd = 0;
  #used = 0;

  /** The packets lie in bytes that will be written over, up to `end`. */
  openWindow(bytes: Uint8Array, end: number): void {
    this.#bytes = bytes;
    this.#end = end;
  }

  /** As before, but from the address `from` on the bytes are a copy of a chunk, `shift` further on than there. */
  openCopy(bytes: Uint8Array, end: number, chunk: Uint8Array, from: number, shift: number): void {
    this.openWindow(bytes, end);
    this.#chunk = chunk;
    this.#chunkFrom = from;
    this.#shift = shift;
  }

  /** The packets lie in bytes that will not change any more. */
  openLasting(bytes: Uint8Array): void {
    this.openCopy(bytes, bytes.length, bytes, 0, 0);
  }

  /** The packets have been shown: holds on to nothing. */
  close(): void {
    this.#bytes = NOTHING;
    this.#chunk = NOTHING;
    this.#chunkFrom = NOWHERE;
    this.#piece = NOTHING;
    this.#pieceFrom = NOWHERE;
    this.#used = 0;
  }

  /** The bytes from `start` to `end`, as they are now, for as long as they are held. */
  keep(start: number, end: number): Uint8Array {
    if (start < this.#pieceFrom || end > this.#pieceEnd) {
      if (start >= this.#chunkFrom && this.#deservesView(end - start)) {
        return this.#chunk.subarray(start - this.#shift, end - this.#shift);
      }
      if (end - start >= LARGE_BYTES) return slice.call(this.#bytes, start, end);
      this.#cutPiece(start, end);
    }
    this.#used += end - start;
    return this.#piece.subarray(start - this.#pieceFrom, end - this.#pieceFrom);
  }

  /** Whether `length` bytes are a good part of the memory that a view of the chunk would hold on to. */
  #deservesView(length: number): boolean {
    const most = length * VIEW_PART;
    // The chunk's own length first: engines must make small arrays a buffer that is asked for.
    return most >= this.#chunk.length && most >= this.#chunk.buffer.byteLength;
  }

  #cutPiece(start: number, end: number): void {
    const last = this.#piece.length;
    const wish = this.#used * USED_PART >= last ? Math.min(last * GROWTH, PIECE_BYTES) : 0;
    this.#pieceFrom = start;
    this.#pieceEnd = Math.max(end, Math.min(start + wish, this.#end));
    this.#piece = slice.call(this.#bytes, start, this.#pieceEnd);
    this.#used = 0;
  }
}
