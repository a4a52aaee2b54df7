/**
 * Payloads that outlive the batch they came in.
 *
 * A decoder's window is written over by the next read, so what is kept is copied: small packets
 * with one copy for the whole batch, of which each payload is a view; larger ones, and a packet
 * that comes alone, each by itself. Where a batch came as a chunk that will not change, payloads
 * are views of the chunk. A view holds on to all of the memory it is cut from.
 *
 * @module
 */
import type { Keeper } from "./packet.ts";

/** Bytes a packet, on average, from which each payload is copied by itself. */
const SLAB_BELOW = 2048;

/** Beyond every address. */
const NOWHERE = 0x7fffffff;

const NOTHING: Uint8Array = new Uint8Array(0);

/** The packets that are being shown, and who owns their bytes. */
export class Batch implements Keeper {
  /** What the packets' addresses count in. */
  #bytes = NOTHING;
  #start = 0;
  #end = 0;
  #each = true;
  /** Lasting memory that holds the same bytes from the address `#ownedFrom` on. */
  #owned = NOTHING;
  #ownedFrom = NOWHERE;
  /** What an address is ahead of its index in `#owned`. */
  #shift = 0;

  /** `packets` packets lie from `start` to `end` in bytes that will be written over. */
  openWindow(bytes: Uint8Array, start: number, end: number, packets: number): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#each = packets === 1 || end - start >= packets * SLAB_BELOW;
    this.#ownedFrom = NOWHERE;
  }

  /** As before, but from the address `from` on the bytes are a copy of a chunk, `shift` further on than there. */
  openCopy(bytes: Uint8Array, chunk: Uint8Array, from: number, shift: number): void {
    this.#bytes = bytes;
    this.#each = true;
    this.#owned = chunk;
    this.#ownedFrom = from;
    this.#shift = shift;
  }

  /** The packets lie in bytes that will not change any more. */
  openLasting(bytes: Uint8Array): void {
    this.#owned = bytes;
    this.#ownedFrom = 0;
    this.#shift = 0;
  }

  /** The packets have been shown: holds on to nothing. */
  close(): void {
    this.#owned = NOTHING;
    this.#ownedFrom = NOWHERE;
    this.#bytes = NOTHING;
  }

  /** The bytes from `start` to `end`, as they are now, for as long as they are held. */
  keep(start: number, end: number): Uint8Array {
    if (start < this.#ownedFrom) {
      if (this.#each) return this.#bytes.slice(start, end);
      this.#owned = this.#bytes.slice(this.#start, this.#end);
      this.#ownedFrom = this.#shift = this.#start;
    }
    return this.#owned.subarray(start - this.#shift, end - this.#shift);
  }
}
