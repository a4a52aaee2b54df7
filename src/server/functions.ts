/** The functions that the server has heard of: who waits for jobs of each, and the jobs that wait. */
import type { Ability } from "./abilities.ts";
import { type Budget, FUNCTION_BYTES } from "./budget.ts";
import { beforeNul, keyOf, sameBytes } from "./bytes.ts";
import type { Job } from "./jobs.ts";
import { Lane } from "./lane.ts";
import type { Peer } from "./peers.ts";

/** Which of a function's lanes a job stands in. */
export type Priority = 0 | 1 | 2;

/** The lanes by name, in the order in which they are emptied. */
export const Priority = { high: 0, normal: 1, low: 2 } as const;

/** One function. It stays until it is dropped, even without jobs and workers, while there is memory for it. */
export class FunctionEntry {
  readonly name: Uint8Array;
  /** The name for the text protocol, which gearmand ends at a NUL. */
  readonly text: string;
  /** The jobs that could run now, by priority. */
  readonly lanes: readonly [Lane, Lane, Lane] = [new Lane(), new Lane(), new Lane()];
  /**
   * Workers to look at when a job comes, in turn: whoever sleeps gets a NOOP. Who was looked at
   * comes back at the end of the line, with its next sleep.
   */
  readonly candidates: Set<Peer> = new Set();
  /** Registrations that are to hear of the function's first job. */
  readonly watchers: Set<Ability> = new Set();
  /** The most jobs that may wait and run, by priority of the job to add; 0: any number. */
  readonly limits: [number, number, number] = [0, 0, 0];
  /** Registrations of the ability; a worker may register twice. */
  workers = 0;
  /** Series that submit its jobs. */
  series = 0;
  /** Jobs that wait for their time. */
  delayed = 0;
  /** Jobs that workers have. */
  running = 0;
  /** Waiting jobs that lost their last client since the lanes were swept. */
  abandoned = 0;

  constructor(name: Uint8Array) {
    this.name = name;
    this.text = keyOf(beforeNul(name));
  }

  /** Jobs that stand in a lane, those without a client included. */
  get waiting(): number {
    const [high, normal, low] = this.lanes;
    return high.length + normal.length + low.length;
  }

  /** Jobs in all. */
  get total(): number {
    return this.waiting + this.delayed + this.running;
  }

  /** Whether there is nothing about it but its name. */
  get isIdle(): boolean {
    return this.workers === 0 && this.series === 0 && this.total === 0 &&
      this.limits.every((limit) => limit === 0);
  }

  /** Whether a job of this priority would be one too many. */
  isFull(priority: Priority): boolean {
    const limit = this.limits[priority];
    return limit > 0 && this.total >= limit;
  }

  /** Puts a job in its lane, and tells of it: at most `limit` of the workers that sleep get a NOOP; 0: all. */
  enqueue(job: Job, limit: number): void {
    this.#wake(limit);
    const isFirst = this.watchers.size > 0 && this.waiting === 0;
    this.lanes[job.priority].push(job);
    if (isFirst) { for (const ability of this.watchers) ability.of.hope(ability); }
  }

  /** Wakes one more of those that sleep, where a job waits that a woken one will not take. */
  passOn(): void {
    if (this.waiting > 0) this.#wake(1);
  }

  #wake(limit: number): void {
    if (this.candidates.size === 0) return;
    let woken = 0;
    for (const peer of this.candidates) {
      this.candidates.delete(peer);
      if (peer.wakeFor(this) && ++woken === limit) return;
    }
  }
}

/** Functions that are looked at, one after the other, for one that can be let go. */
const MOST_LOOKS = 1024;

/** The functions by name, in the order in which they were first named. */
export class Functions implements Iterable<FunctionEntry> {
  readonly #byName = new Map<string, FunctionEntry>();
  readonly #budget: Budget;
  /** The one that was named last: somebody is about to use it. */
  #latest: FunctionEntry | undefined;
  /** Goes around, so that those who look for room do not look at the same functions again and again. */
  #hand: Iterator<FunctionEntry> = this.#byName.values();

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** The function of that name; made when there is none. Undefined: there is no memory for another. */
  named(name: Uint8Array): FunctionEntry | undefined {
    // Mostly the same one again.
    if (this.#latest !== undefined && sameBytes(name, this.#latest.name)) return this.#latest;
    let entry = this.#byName.get(keyOf(name));
    if (entry === undefined && this.#budget.take(FUNCTION_BYTES + name.length)) {
      entry = this.#make(name);
    }
    this.#latest = entry;
    return entry;
  }

  /** The same for a function of what was kept before a restart: room for it there must be. */
  restored(name: Uint8Array): FunctionEntry {
    const entry = this.#byName.get(keyOf(name));
    if (entry !== undefined) return entry;
    this.#budget.force(FUNCTION_BYTES + name.length);
    return this.#make(name);
  }

  #make(name: Uint8Array): FunctionEntry {
    const entry = new FunctionEntry(name.slice());
    this.#byName.set(keyOf(name), entry);
    return entry;
  }

  /** The function of that name, if there is one. */
  find(name: Uint8Array): FunctionEntry | undefined {
    return this.#byName.get(keyOf(name));
  }

  /** How many there are. */
  get size(): number {
    return this.#byName.size;
  }

  /** A function whose name in the text protocol differs by the case of ASCII letters at most. */
  inAnyCase(name: Uint8Array): FunctionEntry | undefined {
    const lower = lowerCase(keyOf(name));
    for (const entry of this) {
      if (entry.text.length === lower.length && lowerCase(entry.text) === lower) return entry;
    }
    return undefined;
  }

  /**
   * Lets go of functions that nobody uses, in turn, until there is room: otherwise whoever offers a
   * million names, and leaves, would have closed the server to all others.
   *
   * @param hasRoom Whether there is room by now.
   * @param sweep Forgets the jobs of a function that nobody waits for any more.
   */
  makeRoom(hasRoom: () => boolean, sweep: (fn: FunctionEntry) => void): void {
    for (let looks = 0; looks < MOST_LOOKS && !hasRoom(); looks++) {
      const entry = this.#next();
      if (entry === undefined || entry === this.#latest) continue;
      sweep(entry);
      if (!entry.isIdle) continue;
      this.delete(entry);
      looks = 0;
    }
  }

  #next(): FunctionEntry | undefined {
    const { value, done } = this.#hand.next();
    if (done) this.#hand = this.#byName.values();
    return value;
  }

  /** Forgets a function. */
  delete(entry: FunctionEntry): void {
    if (this.#latest === entry) this.#latest = undefined;
    if (this.#byName.delete(keyOf(entry.name))) {
      this.#budget.give(FUNCTION_BYTES + entry.name.length);
    }
  }

  [Symbol.iterator](): Iterator<FunctionEntry> {
    return this.#byName.values();
  }
}

/** Of ASCII letters only, as C's `strcasecmp` has it: other characters stand for bytes. */
function lowerCase(key: string): string {
  return key.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
