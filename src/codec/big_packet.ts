/**
 * One packet too big for a decoder's own buffer, read straight into memory of its own.
 *
 * @module
 */

/** Up to here a packet's memory is taken at once: 1 MiB. Beyond, as bytes arrive. */
const TAKEN_AT_ONCE = 1024 * 1024;

/** A step of growth; twice that where it is the last. A header alone buys no more than the first part. */
const GROWTH = 4;

/** Collects one packet, its header included. */
export class BigPacket {
  /** Bytes of the whole packet, its header included. */
  readonly size: number;
  #bytes: Uint8Array;
  #have: number;

  /** Begins with what has come of a packet of `size` bytes: less than all of it. */
  constructor(size: number, begun: Uint8Array) {
    this.size = size;
    this.#bytes = new Uint8Array(Math.min(size, Math.max(TAKEN_AT_ONCE, begun.length * 2)));
    this.#bytes.set(begun);
    this.#have = begun.length;
  }

  /** Whether all of it has come. */
  get isWhole(): boolean {
    return this.#have === this.size;
  }

  /** The packet, once it is whole: {@linkcode size} bytes that nothing will write to any more. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Room for bytes that are still to come; never empty before the packet is whole. */
  space(): Uint8Array {
    if (this.#have === this.#bytes.length) this.#grow();
    return this.#bytes.subarray(this.#have);
  }

  /** `count` bytes were put at the start of the last {@linkcode space}. */
  filled(count: number): void {
    this.#have += count;
  }

  /** Copies what belongs to the packet from `chunk`, from `at` on. Returns where the rest starts. */
  take(chunk: Uint8Array, at: number): number {
    while (at < chunk.length && !this.isWhole) {
      const space = this.space();
      const count = Math.min(space.length, chunk.length - at);
      space.set(chunk.subarray(at, at + count));
      this.#have += count;
      at += count;
    }
    return at;
  }

  #grow(): void {
    const step = this.#bytes.length * GROWTH;
    // A packet that ends not far behind this step would be copied once more for its last bytes.
    const grown = new Uint8Array(this.size <= 2 * step ? this.size : step);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
