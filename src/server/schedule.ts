/**
 * Which job is due next: a binary heap that knows where each job stands in it, so that a job that
 * ends before its time leaves nothing behind.
 *
 * @module
 */

/** What can be scheduled. The schedule alone writes `dueAt` and `place`. */
export interface Scheduled {
  /** Breaks ties: the lower number first. */
  readonly number: number;
  /** Milliseconds since the epoch. Says nothing while not scheduled. */
  dueAt: number;
  /** Index in the heap, or -1. */
  place: number;
}

/** Items by the time at which they are due. An item is in it once at most. */
export class Schedule<T extends Scheduled> {
  readonly #heap: T[] = [];

  /** What is due next. */
  get first(): T | undefined {
    return this.#heap[0];
  }

  /** Adds an item that is not in it. */
  add(item: T, dueAt: number): void {
    item.dueAt = dueAt;
    this.#rise(item, this.#heap.length);
  }

  /** Takes an item out, if it is in. */
  remove(item: T): void {
    const { place } = item;
    if (place < 0) return;
    item.place = -1;
    const last = this.#heap.pop()!;
    if (last === item) return;
    this.#sink(last, place);
    this.#rise(last, last.place);
  }

  /** Takes out what is due first, if it is due at `now`. */
  takeDue(now: number): T | undefined {
    const item = this.#heap[0];
    if (item === undefined || item.dueAt > now) return undefined;
    this.remove(item);
    return item;
  }

  #rise(item: T, from: number): void {
    let place = from;
    while (place > 0) {
      const above = this.#heap[(place - 1) >> 1];
      if (!isBefore(item, above)) break;
      this.#put(above, place);
      place = (place - 1) >> 1;
    }
    this.#put(item, place);
  }

  #sink(item: T, from: number): void {
    const heap = this.#heap;
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1], heap[below])) below++;
      if (!isBefore(heap[below], item)) break;
      this.#put(heap[below], place);
      place = below;
    }
    this.#put(item, place);
  }

  #put(item: T, place: number): void {
    this.#heap[place] = item;
    item.place = place;
  }
}

function isBefore(a: Scheduled, b: Scheduled): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.number < b.number);
}
