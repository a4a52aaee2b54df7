/**
 * Which functions of a worker go together: those that share its places, and each with places of its
 * own by itself.
 *
 * @module
 */
import type { Ability } from "./ability.ts";
import { Group } from "./group.ts";
import { Room } from "./room.ts";

/** The groups of a worker. */
export class Groups {
  /** The functions without a concurrency of their own; all of them, when jobs are taken. */
  readonly shared: Group;
  readonly #own = new Map<string, Group>();
  /** Of functions that were taken out while jobs of theirs ran: whoever offers one again gets no more places than free ones. */
  readonly #busy = new Map<string, Room>();
  #concurrency: number;
  #isOne = false;

  constructor(concurrency: number) {
    this.#concurrency = concurrency;
    this.shared = new Group(new Room(concurrency));
  }

  /** The groups that want a link to each server. */
  get linked(): readonly Group[] {
    const own = [...this.#own.values()];
    return own.length > 0 && this.shared.abilities.size === 0 ? own : [this.shared, ...own];
  }

  /** Places of the shared group. */
  get concurrency(): number {
    return this.#concurrency;
  }

  set concurrency(concurrency: number) {
    this.#concurrency = concurrency;
    if (!this.#isOne) this.shared.room.size = concurrency;
  }

  /** Has all functions share one room, which somebody else opens and closes. */
  share(): Room {
    this.#isOne = true;
    return this.shared.room;
  }

  /** Whether a function is in another group than it will be placed in. */
  isMoving({ name, concurrency }: Ability): boolean {
    const isOwn = concurrency !== undefined && !this.#isOne;
    return isOwn ? this.shared.abilities.has(name) : this.#own.has(name);
  }

  /** Offers a function in the group it belongs to. */
  place(ability: Ability): void {
    const { name, concurrency } = ability;
    let group = this.shared;
    if (concurrency !== undefined && !this.#isOne) {
      group = this.#own.get(name) ?? new Group(this.#busy.get(name) ?? new Room(concurrency));
      group.room.size = concurrency;
      this.#own.set(name, group);
      this.#busy.delete(name);
    }
    group.offer(ability);
    group.ask();
  }

  /** Takes a function out of its group. Returns the group, if it was in one. */
  displace(functionName: string): Group | undefined {
    const own = this.#own.get(functionName);
    this.#own.delete(functionName);
    for (const [name, room] of this.#busy) if (room.isFree) this.#busy.delete(name);
    if (own !== undefined && !own.room.isFree) this.#busy.set(functionName, own.room);
    const group = own ?? this.shared;
    return group.abilities.delete(functionName) ? group : undefined;
  }

  /** Asks every server for jobs, whatever it said last. */
  ask(): void {
    this.shared.ask();
    for (const group of this.#own.values()) group.ask();
  }
}
