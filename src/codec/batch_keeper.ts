/**
 * Keeps what sinks ask for while packets are shown one by one, before those behind them have been
 * parsed: how many there are is found out once it matters.
 *
 * @module
 */
import { HEADER_BYTES } from "../protocol/mod.ts";
import { Batch } from "./keeping.ts";
import type { Keeper } from "./packet.ts";

const NO_VIEW: DataView = new DataView(new ArrayBuffer(0));

/** {@linkcode Keeper} for the bytes that are being parsed. */
export class BatchKeeper implements Keeper {
  readonly #table: Int32Array;
  readonly #batch = new Batch();
  #bytes: Uint8Array = new Uint8Array(0);
  #view = NO_VIEW;
  #end = 0;
  /** Up to here it is settled how packets are kept. */
  #settled = 0;

  /** @param table Whose first descriptor is that of the packet being shown. */
  constructor(table: Int32Array) {
    this.#table = table;
  }

  /** Packets up to `end` will be shown. `lasts`: nobody writes to `bytes` any more. */
  open(bytes: Uint8Array, view: DataView, end: number, lasts: boolean): void {
    if (lasts) {
      this.#batch.openLasting(bytes);
      this.#settled = end;
      return;
    }
    this.#bytes = bytes;
    this.#view = view;
    this.#end = end;
    this.#settled = 0;
  }

  /** They have been shown: holds on to nothing but the window. */
  close(): void {
    this.#batch.close();
  }

  keep(start: number, end: number): Uint8Array {
    if (end > this.#settled) this.#settle();
    return this.#batch.keep(start, end);
  }

  /** Counts the packets from the one being shown to the end, or to the next line of text. */
  #settle(): void {
    const start = this.#table[1] - HEADER_BYTES;
    let packets = 0;
    let at = start;
    while (at + HEADER_BYTES <= this.#end && this.#bytes[at] === 0) {
      const next = at + HEADER_BYTES + this.#view.getUint32(at + 8);
      if (next > this.#end) break;
      at = next;
      packets++;
    }
    this.#batch.openWindow(this.#bytes, start, at, packets);
    this.#settled = at;
  }
}
