/**
 * Keeps what sinks ask to keep: ranges of bytes that the decoder will soon read over.
 *
 * Memory of one's own for each small payload costs more than all the rest of a packet, so the
 * packets of a batch share one slab. A batch of large packets, and a packet alone, get a copy of
 * exactly what is kept, for a slab would pin what nobody wants.
 *
 * @module
 */
import { HEADER_BYTES } from "../protocol/limits.ts";
import type { Keeper } from "./packet.ts";

/** Packets of this size on average and above are copied one by one. */
const LARGE_PACKET_BYTES = 1024;

const NOTHING: Uint8Array = new Uint8Array(0);

/** {@linkcode Keeper} for the batch that is being parsed. */
export class BatchKeeper implements Keeper {
  readonly #table: Int32Array;
  #bytes: Uint8Array = NOTHING;
  #view = new DataView(NOTHING.buffer);
  #end = 0;
  #lasts = false;
  #decided = false;
  #slab: Uint8Array | undefined;
  #slabStart = 0;

  /** @param table Whose first descriptor is that of the packet being shown. */
  constructor(table: Int32Array) {
    this.#table = table;
  }

  /** Begins a batch of packets that ends at `end` at the latest. `lasts`: nobody writes to `bytes` any more. */
  begin(bytes: Uint8Array, view: DataView, end: number, lasts: boolean): void {
    this.#bytes = bytes;
    this.#view = view;
    this.#end = end;
    this.#lasts = lasts;
    this.#decided = false;
    this.#slab = undefined;
  }

  keep(start: number, end: number): Uint8Array {
    if (this.#lasts) return this.#bytes.subarray(start, end);
    if (!this.#decided) this.#decide();
    const slab = this.#slab;
    if (slab === undefined) return this.#bytes.slice(start, end);
    return slab.subarray(start - this.#slabStart, end - this.#slabStart);
  }

  /** Looks at what is left of the batch, from the packet being shown on. */
  #decide(): void {
    this.#decided = true;
    const start = this.#table[1] - HEADER_BYTES;
    let count = 0;
    let at = start;
    while (at + HEADER_BYTES <= this.#end) {
      const next = at + HEADER_BYTES + this.#view.getUint32(at + 8);
      if (next > this.#end) break;
      at = next;
      count++;
    }
    if (count === 1 || at - start >= count * LARGE_PACKET_BYTES) return;
    this.#slab = this.#bytes.slice(start, at);
    this.#slabStart = start;
  }
}
