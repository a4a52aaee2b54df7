/**
 * Live items by their numbers, which are given one after the other: in pages, so that one more costs
 * its place in an array. A `Map` would cost five times as much, and see bag.ts.
 *
 * @module
 */

/** Numbers of a page: what is left alone in one costs some two hundred bytes. */
const PAGE = 16;

interface Page<T> {
  readonly items: (T | undefined)[];
  count: number;
}

/** Items by number. */
export class Numbered<T extends { readonly number: number }> implements Iterable<T> {
  readonly #pages = new Map<number, Page<T>>();
  #size = 0;

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** The item of that number. */
  get(number: number): T | undefined {
    return this.#pages.get(Math.floor(number / PAGE))?.items[number % PAGE];
  }

  /** Adds an item whose number no other has. */
  add(item: T): void {
    const key = Math.floor(item.number / PAGE);
    let page = this.#pages.get(key);
    if (page === undefined) {
      page = { items: new Array<T | undefined>(PAGE).fill(undefined), count: 0 };
      this.#pages.set(key, page);
    }
    page.items[item.number % PAGE] = item;
    page.count++;
    this.#size++;
  }

  /** Takes an item out, if it is in. */
  delete(item: T): void {
    const key = Math.floor(item.number / PAGE);
    const page = this.#pages.get(key);
    if (page?.items[item.number % PAGE] !== item) return;
    page.items[item.number % PAGE] = undefined;
    this.#size--;
    if (--page.count === 0) this.#pages.delete(key);
  }

  /** From the lowest number of a page to its highest, and pages in the order in which they were begun. */
  *[Symbol.iterator](): Generator<T, undefined> {
    for (const { items } of this.#pages.values()) {
      for (const item of items) if (item !== undefined) yield item;
    }
  }
}
