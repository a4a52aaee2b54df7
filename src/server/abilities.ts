/**
 * What a worker has offered, and which of it is to be served next: the latest offer first, or, in
 * a round, each after the others.
 *
 * A worker with a few abilities looks at one after the other. One with many keeps a heap of those
 * that may have jobs: functions tell it when their first job comes, so that a grab costs the same
 * for a hundred functions and for ten thousand.
 *
 * @module
 */
import type { FunctionEntry } from "./functions.ts";
import { Heap, type Placed } from "./heap.ts";

/** From so many abilities on, a worker has its functions tell it of jobs. */
const MANY = 16;

/** One registration of a function by a worker. */
export class Ability implements Placed {
  readonly fn: FunctionEntry;
  /** Milliseconds that a job may run before it is given to another; 0: any time. */
  readonly timeout: number;
  /** Whose it is. */
  readonly of: Abilities;
  /** The higher, the sooner it is served. */
  rank: number;
  place = -1;
  /** The registration of the same function before this one. */
  older: Ability | undefined;

  constructor(of: Abilities, fn: FunctionEntry, timeout: number, rank: number) {
    this.of = of;
    this.fn = fn;
    this.timeout = timeout;
    this.rank = rank;
  }
}

/** The abilities of one worker. */
export class Abilities {
  readonly #isRound: boolean;
  /** The latest registration of each function. */
  readonly #byFunction = new Map<FunctionEntry, Ability>();
  /** While they are few: all of them, the last one served first. */
  #few: Ability[] = [];
  /** Once they were many: those whose functions may have jobs. */
  #hopeful: Heap<Ability> | undefined;
  /** Registrations. */
  #size = 0;
  #highest = 0;
  #lowest = 0;

  /** @param isRound Whether a function that has given a job is served after all others from then on. */
  constructor(isRound: boolean) {
    this.#isRound = isRound;
  }

  /** How many registrations there are. */
  get size(): number {
    return this.#size;
  }

  /** Whether the function was offered. */
  has(fn: FunctionEntry): boolean {
    return this.#byFunction.has(fn);
  }

  /** The functions, each once. */
  functions(): Iterable<FunctionEntry> {
    return this.#byFunction.keys();
  }

  /** The functions of every registration, in the order in which they are served. */
  inOrder(): FunctionEntry[] {
    return [...this.#registrations()].sort((a, b) => b.rank - a.rank).map(({ fn }) => fn);
  }

  /** Adds a registration. A second one of the same function stands beside the first, and counts. */
  offer(fn: FunctionEntry, timeout: number): void {
    const ability = new Ability(this, fn, timeout, ++this.#highest);
    ability.older = this.#byFunction.get(fn);
    this.#byFunction.set(fn, ability);
    this.#size++;
    fn.workers++;
    if (this.#hopeful !== undefined) this.#watch(ability);
    else if (this.#few.push(ability) === MANY) this.#watchAll();
  }

  /** Takes back every registration of a function. */
  withdraw(fn: FunctionEntry): void {
    const latest = this.#byFunction.get(fn);
    this.#byFunction.delete(fn);
    for (let ability = latest; ability !== undefined; ability = ability.older) {
      this.#size--;
      fn.workers--;
      fn.watchers.delete(ability);
      this.#hopeful?.remove(ability);
    }
    this.#few = this.#few.filter((ability) => ability.fn !== fn);
  }

  /** The function's first job has come. */
  hope(ability: Ability): void {
    if (ability.place < 0) this.#hopeful!.add(ability);
  }

  /** The ability to serve next among those whose functions have a job to give. */
  inDemand(hasJob: (fn: FunctionEntry) => boolean): Ability | undefined {
    const heap = this.#hopeful;
    if (heap === undefined) return this.#few.findLast(({ fn }) => hasJob(fn));
    while (heap.first !== undefined && !hasJob(heap.first.fn)) heap.remove(heap.first);
    return heap.first;
  }

  /** Says that an ability gave a job. */
  served(ability: Ability): void {
    if (!this.#isRound) return;
    this.#hopeful?.remove(ability);
    ability.rank = --this.#lowest;
    this.#hopeful?.add(ability);
    this.#few.sort((a, b) => a.rank - b.rank);
  }

  /** The limit of a function's jobs: that of its latest registration. */
  timeoutOf(fn: FunctionEntry): number {
    return this.#byFunction.get(fn)!.timeout;
  }

  *#registrations(): Iterable<Ability> {
    for (const latest of this.#byFunction.values()) {
      for (let one: Ability | undefined = latest; one !== undefined; one = one.older) yield one;
    }
  }

  #watchAll(): void {
    this.#hopeful = new Heap((a, b) => a.rank > b.rank);
    for (const ability of this.#few) this.#watch(ability);
    this.#few = [];
  }

  /** Of a function that was offered many times, one registration is enough, unless each has its turn. */
  #watch(ability: Ability): void {
    const { older } = ability;
    if (older !== undefined && !this.#isRound) {
      older.fn.watchers.delete(older);
      this.#hopeful!.remove(older);
    }
    ability.fn.watchers.add(ability);
    if (ability.fn.waiting > 0) this.hope(ability);
  }
}
