/**
 * Who is connected, as client, worker or both: abilities, sleep, and the jobs held and followed.
 *
 * @module
 */
import { Command } from "../protocol/mod.ts";
import { Abilities } from "./abilities.ts";
import { Bag } from "./bag.ts";
import { ABILITY_BYTES, type Budget } from "./budget.ts";
import type { FunctionEntry } from "./functions.ts";
import type { Job } from "./jobs.ts";
import type { Permissions } from "./permissions.ts";

/** The way out to a peer. None of its methods throws or calls the engine back. */
export interface PeerOutput {
  /** Sends a packet without a body. */
  bare(type: number): void;
  /** Sends a packet of arguments. */
  packet(type: number, args: readonly (string | Uint8Array)[]): void;
  /** Sends JOB_CREATED for a background job, once what the journal was told of it is kept. */
  receipt(handle: string): void;
  /** Sends a packet with a ready-made body, which must not change unless {@linkcode copies} says so. */
  relay(type: number, body: Uint8Array): void;
  /** Whether a body of so many bytes is copied before {@linkcode relay} returns. */
  copies(bytes: number): boolean;
  /** Sends lines of the text protocol, in which every character stands for one byte. */
  text(reply: string): void;
  /**
   * Sends such lines as the peer reads them; what is sent after them follows them. Returns how many
   * bytes of them were made at once.
   */
  list(pieces: Iterable<string>): number;
  /**
   * Sends lines of the text protocol, once what the journal was told just before is kept; where it
   * cannot be, other lines in their place.
   */
  textOnceKept(reply: string, unkept: string): void;
  /** Closes the connection, once what was sent has left; the operator is told why. */
  hangUp(why: string): void;
}

/** How the server is set, as far as a peer is concerned. */
export interface PeerSettings {
  /** Whether a worker's functions take turns. */
  readonly roundRobin: boolean;
  /** Whether exceptions are sent to those who did not ask for them, too. */
  readonly exceptions: boolean;
  /** The memory that abilities may take. */
  readonly abilityBudget: Budget;
}

const heldAt = (job: Job) => job.heldAt;
const setHeldAt = (job: Job, place: number) => {
  job.heldAt = place;
};

const followedAt = (job: Job) => job.followedAt;
const setFollowedAt = (job: Job, place: number) => {
  job.followedAt = place;
};

/** Jobs whose reports a client gets. The jobs put themselves there. */
export class Follows {
  /** Those that have it for their first client: mostly all. */
  readonly own: Bag<Job> = new Bag(followedAt, setFollowedAt);
  /** The others, and how often it submitted each. */
  readonly joined: Map<Job, number> = new Map();

  /** How many there are. */
  get size(): number {
    return this.own.size + this.joined.size;
  }

  /** One of them. */
  get any(): Job | undefined {
    return this.own.any ?? this.joined.keys().next().value;
  }
}

/** One connection. */
export class Peer {
  /** Counts connections; stands where gearmand shows its file descriptor. */
  readonly number: number;
  /** The address that `workers` shows. */
  readonly address: string;
  readonly output: PeerOutput;
  /** What it may do. Undefined: everything. */
  readonly permissions: Permissions | undefined;
  /** What SET_CLIENT_ID said. */
  clientId = "-";
  /** Whether WORK_EXCEPTION is sent as it is: OPTION_REQ asked for it, or the server does so for all. */
  wantsExceptions: boolean;
  /** What it has offered as a worker. */
  readonly abilities: Abilities;
  /** Jobs that this worker runs. */
  readonly holds: Bag<Job> = new Bag(heldAt, setHeldAt);
  /** Jobs whose reports this client gets. */
  readonly follows: Follows = new Follows();
  /** What is kept of the results that its jobs have sent so far. */
  partialBytes = 0;
  /** Whether the engine has hung up: what still arrives is not heard. */
  isGone = false;
  readonly #budget: Budget;
  #sleeps = false;
  /** Whose job it was woken for, until it has asked for one. */
  #wokenFor: FunctionEntry | undefined;
  /** Functions that have had their look at this worker, and do not look again before its next sleep. */
  readonly #lookedAtBy = new Set<FunctionEntry>();

  constructor(
    number: number,
    { address, permissions }: { address: string; permissions?: Permissions },
    output: PeerOutput,
    settings: PeerSettings,
  ) {
    this.number = number;
    this.address = address;
    this.permissions = permissions;
    this.output = output;
    this.wantsExceptions = settings.exceptions;
    this.abilities = new Abilities(settings.roundRobin);
    this.#budget = settings.abilityBudget;
  }

  /** Whether it waits for something: for a job to come, to be finished, or to be told of. */
  get isWaiting(): boolean {
    return this.#sleeps || this.holds.size > 0 || this.follows.size > 0;
  }

  /**
   * Registers an ability. A second registration stands beside the first, and counts. False: there is
   * no memory for another.
   */
  offer(fn: FunctionEntry, timeout: number): boolean {
    if (!this.#budget.take(ABILITY_BYTES)) return false;
    this.abilities.offer(fn, timeout);
    fn.candidates.add(this);
    return true;
  }

  /** Withdraws every registration of an ability. */
  withdraw(fn: FunctionEntry): void {
    const { size } = this.abilities;
    this.abilities.withdraw(fn);
    this.#budget.give((size - this.abilities.size) * ABILITY_BYTES);
    fn.candidates.delete(this);
    this.#lookedAtBy.delete(fn);
    if (this.#wokenFor === fn) this.#passOn();
  }

  /** Withdraws every ability, or the first so many. Returns how many functions it had. */
  withdrawAll(most: number = Infinity): number {
    let count = 0;
    for (const fn of this.abilities.functions()) {
      if (++count > most) break;
      this.withdraw(fn);
    }
    return count;
  }

  /**
   * Asks for one NOOP when a job comes. gearmand has two flags, asleep and noop-sent, and lets
   * only a grab clear the second; here a NOOP ends the sleep, so that who sleeps anew is woken anew.
   */
  sleep(): void {
    this.#sleeps = true;
    this.#wokenFor = undefined;
    for (const fn of this.#lookedAtBy) fn.candidates.add(this);
    this.#lookedAtBy.clear();
  }

  /**
   * It has asked for a job, which ends its sleep, and was given one of a function, or none. Where
   * that is not the function that woke it, another worker is woken: only so many are for one job.
   */
  grabbed(fn: FunctionEntry | undefined): void {
    this.#sleeps = false;
    if (this.#wokenFor !== fn) this.#passOn();
    this.#wokenFor = undefined;
  }

  /** A function has a job, and this is one of its candidates. Returns whether it slept: then a NOOP has woken it. */
  wakeFor(fn: FunctionEntry): boolean {
    this.#lookedAtBy.add(fn);
    if (!this.#sleeps) return false;
    this.#sleeps = false;
    this.#wokenFor = fn;
    this.output.bare(Command.NOOP);
    return true;
  }

  #passOn(): void {
    const fn = this.#wokenFor;
    this.#wokenFor = undefined;
    fn?.passOn();
  }
}
