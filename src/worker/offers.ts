/**
 * What one server has been told that a worker can do, and what it is still to be told.
 *
 * A withdrawn function's jobs go back to the server, those in hand too: so a function leaves only
 * once none of its jobs is in hand, and none can be on its way. Where that is not wanted but the
 * point, because a job has run for too long, no other may be on the link.
 *
 * @module
 */
import type { Packet } from "../codec/mod.ts";
import type { Link } from "../link/mod.ts";
import { Command } from "../protocol/mod.ts";
import type { Ability } from "./ability.ts";
import type { ServerKind } from "./server_kind.ts";

/** A function that the server knows of. */
interface Offer {
  ability: Ability;
  /** The limit that the server was told, in milliseconds; 0: none. */
  limit: number;
  readonly slot: number;
}

/** A function on its way out. */
interface Leaving {
  /** Whether it is to be offered again. */
  comesBack: boolean;
  /** Whether the server is to have jobs of it back. */
  givesBack: boolean;
  /** Those who wait until it has left. */
  readonly waiting: (() => void)[];
}

const encoder = new TextEncoder();

/** The abilities of a worker at one server. */
export class Offers {
  readonly #wire: Pick<Link, "bare" | "send" | "register">;
  readonly #kind: () => ServerKind | undefined;
  readonly #askKind: () => void;
  /** In the order in which the server was told: gearmand serves the last one first. */
  readonly #told = new Map<string, Offer>();
  readonly #bySlot: (Ability | undefined)[] = [];
  /** Waiting to be told, in order, until the server's kind is known. */
  readonly #untold = new Map<string, Ability>();
  readonly #leaving = new Map<string, Leaving>();
  /** Those that the server does not let us work on, until they are added again or removed. */
  readonly #refused = new Set<string>();

  constructor(
    wire: Pick<Link, "bare" | "send" | "register">,
    kind: () => ServerKind | undefined,
    askKind: () => void,
  ) {
    this.#wire = wire;
    this.#kind = kind;
    this.#askKind = askKind;
  }

  /** Whether the server may be asked for jobs. */
  get areOpen(): boolean {
    return this.#told.size > 0 && this.areSettled;
  }

  /** Whether no function is on its way out. */
  get areSettled(): boolean {
    return this.#leaving.size === 0;
  }

  /** Whether there is nothing to ask jobs for. */
  get areNone(): boolean {
    return this.#told.size === 0 && this.#untold.size === 0;
  }

  /** Whether there is nothing to ask jobs for because the server lets us work on nothing. */
  get areRefused(): boolean {
    return this.#refused.size > 0 && this.areNone;
  }

  /** Tells of a function, now or once the server's kind is known. False: only {@linkcode settle} can. */
  add(ability: Ability): boolean {
    const hasToWait = ability.dependsOnServer || this.#untold.size > 0;
    if (hasToWait && this.#kind() === undefined) {
      this.#untold.set(ability.name, ability);
      this.#askKind();
    } else this.#tell(ability);
    return this.areSettled;
  }

  /** The server's kind is known: tells what waited for it. Returns whether anything did. */
  flush(): boolean {
    const waiting = [...this.#untold.values()];
    this.#untold.clear();
    for (const ability of waiting) this.#tell(ability);
    return waiting.length > 0;
  }

  /** The server does not let us work on one of them: its words end with the name. */
  refuse(words: string): void {
    // A name may hold quotes, and end as another one does.
    const [name] = [...this.#told.keys()].filter((name) => words.endsWith(`"${name}"`))
      .sort((a, b) => b.length - a.length);
    if (name === undefined) return;
    const { slot } = this.#told.get(name)!;
    this.#told.delete(name);
    this.#refused.add(name);
    if (slot >= 0) this.#bySlot[slot] = undefined;
  }

  /** The function of an assignment. */
  find(slot: number, packet: Packet): Ability | undefined {
    return this.#bySlot[slot] ?? this.#told.get(packet.text(1))?.ability;
  }

  /** Whether the server itself puts jobs of this function back in time. */
  isLimited(functionName: string): boolean {
    return this.#kind()?.isOurs === true && (this.#told.get(functionName)?.limit ?? 0) > 0;
  }

  /** Has a function leave for good. Resolves when it has. */
  remove(functionName: string): Promise<void> {
    this.#untold.delete(functionName);
    this.#refused.delete(functionName);
    if (!this.#told.has(functionName)) return Promise.resolve();
    const leaving = this.#leave(functionName);
    leaving.comesBack = false;
    return new Promise((resolve) => leaving.waiting.push(resolve));
  }

  /** Has a function leave and come back, so that the server has its jobs back. */
  giveBack(functionName: string): void {
    if (this.#told.has(functionName)) this.#leave(functionName).givesBack = true;
  }

  /**
   * Lets go what can go, with no grab in flight. `inHand` names the functions of the jobs in hand;
   * at a link that will not fetch any more, none comes back. Returns whether all have left: if not,
   * only the end of jobs in hand can help.
   */
  settle(
    inHand: ReadonlySet<string>,
    isLast: boolean,
    barrier: (then: () => void) => void,
  ): boolean {
    const comesBack = [...this.#leaving.values()].some((leaving) => leaving.comesBack);
    if (comesBack && inHand.size === 0 && !isLast) this.#startOver(barrier);
    for (const [name, leaving] of this.#leaving) {
      if (inHand.has(name) || (leaving.comesBack && !isLast)) continue;
      this.#wire.send(Command.CANT_DO, [name]);
      this.#left(name, leaving, barrier);
    }
    return this.areSettled;
  }

  /** The link is gone: everything has left. */
  end(): void {
    for (const { waiting } of this.#leaving.values()) for (const wake of waiting) wake();
    this.#leaving.clear();
  }

  #tell(ability: Ability): void {
    const { name } = ability;
    const limit = ability.announced(this.#kind()?.isOurs === true);
    const offer = this.#told.get(name);
    if (offer === undefined) {
      const slot = this.#wire.register(encoder.encode(name));
      this.#told.set(name, { ability, limit, slot });
      this.#refused.delete(name);
      this.#send(name, limit);
      if (slot >= 0) this.#bySlot[slot] = ability;
      return;
    }
    const isNews = offer.limit !== limit;
    offer.ability = ability;
    offer.limit = limit;
    if (offer.slot >= 0) this.#bySlot[offer.slot] = ability;
    if (isNews) this.#leave(name);
    else this.#stay(name);
  }

  #send(name: string, limit: number): void {
    if (limit === 0) this.#wire.send(Command.CAN_DO, [name]);
    else this.#wire.send(Command.CAN_DO_TIMEOUT, [name, `${limit}`]);
  }

  #leave(name: string): Leaving {
    let leaving = this.#leaving.get(name);
    if (leaving === undefined) {
      leaving = { comesBack: true, givesBack: false, waiting: [] };
      this.#leaving.set(name, leaving);
    }
    return leaving;
  }

  /** Was on its way out, perhaps, and is added again. */
  #stay(name: string): void {
    const leaving = this.#leaving.get(name);
    if (leaving === undefined) return;
    leaving.comesBack = true;
    if (leaving.givesBack) return;
    this.#leaving.delete(name);
    for (const wake of leaving.waiting) wake();
  }

  /** With no job in hand but those that are to go back: withdraws everything, and offers it anew, in order. */
  #startOver(barrier: (then: () => void) => void): void {
    this.#wire.bare(Command.RESET_ABILITIES);
    for (const [name, leaving] of this.#leaving) {
      if (!leaving.comesBack) this.#left(name, leaving, barrier);
    }
    this.end();
    for (const [name, { limit }] of this.#told) this.#send(name, limit);
  }

  #left(name: string, { waiting }: Leaving, barrier: (then: () => void) => void): void {
    const offer = this.#told.get(name);
    if (offer !== undefined && offer.slot >= 0) this.#bySlot[offer.slot] = undefined;
    this.#told.delete(name);
    this.#leaving.delete(name);
    barrier(() => {
      for (const wake of waiting) wake();
    });
  }
}
