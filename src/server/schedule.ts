/** Which job is due next. */
import { Heap, type Placed } from "./heap.ts";

/** What can be scheduled. The schedule alone writes `dueAt` and `place`. */
export interface Scheduled extends Placed {
  /** Breaks ties: the lower number first. */
  readonly number: number;
  /** Milliseconds, by the clock of its schedule. Says nothing while not scheduled. */
  dueAt: number;
}

/** Items by the time at which they are due. An item is in it once at most. */
export class Schedule<T extends Scheduled> {
  readonly #heap = new Heap<T>(isBefore);

  /** What is due next. */
  get first(): T | undefined {
    return this.#heap.first;
  }

  /** Adds an item that is not in it. */
  add(item: T, dueAt: number): void {
    item.dueAt = dueAt;
    this.#heap.add(item);
  }

  /** Takes an item out, if it is in. */
  remove(item: T): void {
    this.#heap.remove(item);
  }

  /** Takes out what is due first, if it is due at `now`. */
  takeDue(now: number): T | undefined {
    const item = this.#heap.first;
    if (item === undefined || item.dueAt > now) return undefined;
    this.#heap.remove(item);
    return item;
  }
}

function isBefore(a: Scheduled, b: Scheduled): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.number < b.number);
}
