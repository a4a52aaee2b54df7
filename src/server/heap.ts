/**
 * A binary heap that knows where each item stands in it, so that one that is taken out before its
 * turn leaves nothing behind.
 *
 * @module
 */

/** What a heap can hold, one heap at a time. The heap alone writes `place`. */
export interface Placed {
  /** Index in the heap, or -1. */
  place: number;
}

/** Items, the first of them at hand. An item is in it once at most. */
export class Heap<T extends Placed> {
  readonly #isBefore: (a: T, b: T) => boolean;
  readonly #items: T[] = [];

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  /** What comes before all others. */
  get first(): T | undefined {
    return this.#items[0];
  }

  /** Adds an item that is not in it. */
  add(item: T): void {
    this.#rise(item, this.#items.length);
  }

  /** Takes an item out, if it is in. */
  remove(item: T): void {
    const { place } = item;
    if (place < 0) return;
    item.place = -1;
    const last = this.#items.pop()!;
    if (last === item) return;
    this.#sink(last, place);
    this.#rise(last, last.place);
  }

  #rise(item: T, from: number): void {
    let place = from;
    while (place > 0) {
      const above = this.#items[(place - 1) >> 1];
      if (!this.#isBefore(item, above)) break;
      this.#put(above, place);
      place = (place - 1) >> 1;
    }
    this.#put(item, place);
  }

  #sink(item: T, from: number): void {
    const items = this.#items;
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= items.length) break;
      if (below + 1 < items.length && this.#isBefore(items[below + 1], items[below])) below++;
      if (!this.#isBefore(items[below], item)) break;
      this.#put(items[below], place);
      place = below;
    }
    this.#put(item, place);
  }

  #put(item: T, place: number): void {
    this.#items[place] = item;
    item.place = place;
  }
}
