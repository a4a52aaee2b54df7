/**
 * A set of items that come and go all the time, and know their places. A `Set` would make itself a new
 * table every few dozen of them; what an old table holds of dead ones V8 takes for alive until it has
 * marked everything, and with them their workloads.
 *
 * @module
 */

/** Items in no order. */
export class Bag<T> implements Iterable<T> {
  readonly #items: T[] = [];
  readonly #placeOf: (item: T) => number;
  readonly #setPlace: (item: T, place: number) => void;

  /** @param setPlace Writes down what `placeOf` reads, and nobody else writes. */
  constructor(placeOf: (item: T) => number, setPlace: (item: T, place: number) => void) {
    this.#placeOf = placeOf;
    this.#setPlace = setPlace;
  }

  /** How many there are. */
  get size(): number {
    return this.#items.length;
  }

  /** One of them. */
  get any(): T | undefined {
    return this.#items.at(-1);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items.values();
  }

  /** Adds one that is not in it. */
  add(item: T): void {
    this.#setPlace(item, this.#items.push(item) - 1);
  }

  /** Takes out one that is in it. */
  delete(item: T): void {
    const last = this.#items.pop()!;
    if (last === item) return;
    const place = this.#placeOf(item);
    this.#items[place] = last;
    this.#setPlace(last, place);
  }
}
