/**
 * One server, as a worker keeps to it: a link for each group of functions, dialled again when it is
 * lost, until the worker is closed.
 *
 *     dialling ──> up ── a link lost ──> waiting ── backoff over ──> dialling
 *         └────────── refused ─────────────┘
 *
 * @module
 */
import { type GearmanError, LinkError, type ServerError } from "../errors.ts";
import {
  type Backoff,
  type Clock,
  connect,
  type ConnectOptions,
  STEADY_AFTER,
} from "../link/mod.ts";
import type { Address } from "../sockets/socket.ts";
import type { Group } from "./group.ts";
import { Session, type SessionOptions } from "./session.ts";

/** What all the posts of one worker share. */
export interface PostOptions
  extends ConnectOptions, Omit<SessionOptions, "room" | "onRetire" | "onRefused" | "onClosed"> {
  readonly clock: Clock;
  readonly answerTimeout: number;
  readonly heartbeat: number;
  readonly backoff: Backoff;
  /** The groups that want a link. */
  readonly groups: () => readonly Group[];
  /** Told when there is a link, after there was none. */
  readonly onUp: (server: Address) => void;
  /** Told of each function that the server does not let it work on. */
  readonly onRefused: (server: Address, reason: ServerError) => void;
  /** Told when a dial failed, or the last link was lost. */
  readonly onDown: (server: Address, reason: GearmanError) => void;
}

/** A worker's place at one server. */
export class Post {
  readonly #address: Address;
  readonly #options: PostOptions;
  readonly #stop = new AbortController();
  readonly #sessions = new Map<Group, Session>();
  /** Those that fetch nothing more, and have jobs in hand. */
  readonly #retired = new Map<Session, Group>();
  #dialling: Promise<void> | undefined;
  #stopTimer: (() => void) | undefined;
  #failures = 0;
  #upSince = 0;
  #isUp = false;
  #isDown = false;
  #isDraining = false;

  constructor(address: Address, options: PostOptions) {
    this.#address = address;
    this.#options = options;
  }

  /** Whether there is a link. */
  get isReached(): boolean {
    return this.#sessions.size > 0;
  }

  /** Whether there is nothing to do here now: the server has no job for us, or cannot be reached. */
  get isIdle(): boolean {
    return this.#retired.size === 0 && this.#every((session) => session.isIdle);
  }

  /** Whether the server has no job, or cannot be reached. */
  get isEmpty(): boolean {
    return this.#every((session) => session.isAsleep);
  }

  /** Why the server gives us no jobs, where it is up and lets us work on none of the functions. */
  get refusal(): ServerError | undefined {
    return refusalOf(this.#options.groups(), (group) => this.#sessions.get(group)?.refusal);
  }

  /** Dials for the groups that have no link, and keeps at it. */
  open(): void {
    if (this.#stop.signal.aborted || this.#unlinked() === undefined) return;
    this.#dialling ??= this.#dialAll();
  }

  /** Offers a function of the group no more. Resolves when none of its jobs is in hand. */
  async withdraw(group: Group, functionName: string): Promise<void> {
    const left = this.#sessions.get(group)?.withdraw(functionName);
    await Promise.all([left, this.#retiredEnd(group)]);
  }

  /** Gives up the group's link. Resolves when its jobs have ended, those on earlier links too. */
  async dismiss(group: Group): Promise<void> {
    const session = this.#sessions.get(group);
    const ended = this.#retiredEnd(group);
    await Promise.all([session && this.#retire(group, session), ended]);
  }

  /** Fetches no more jobs. Resolves when those in hand have ended, and the server knows. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    const sessions = [...this.#sessions.values(), ...this.#retired.keys()];
    await Promise.all(sessions.map((session) => session.drain()));
  }

  /** Begins nothing more: no dial, and no grab for the places that others give back as they close. */
  halt(): void {
    this.#stop.abort(new LinkError("CLOSED", "Worker was closed"));
    this.#stopTimer?.();
    for (const [group, session] of this.#sessions) group.leave(session);
  }

  /** Sends what is to be sent, and gives the post up, which has been halted. */
  async close(): Promise<void> {
    const sessions = [...this.#sessions.values(), ...this.#retired.keys()];
    await Promise.all(sessions.map((session) => session.close()));
    await this.#dialling;
  }

  async #retiredEnd(group: Group): Promise<void> {
    const ends: Promise<void>[] = [];
    for (const [session, its] of this.#retired) if (its === group) ends.push(session.drain());
    await Promise.all(ends);
  }

  /** Whether it takes no more jobs. */
  get #isOver(): boolean {
    return this.#isDraining || this.#stop.signal.aborted;
  }

  #every(holds: (session: Session) => boolean): boolean {
    return this.#options.groups().every((group) => {
      const session = this.#sessions.get(group);
      return session === undefined ? this.#isDown : holds(session);
    });
  }

  /** Called only while there is a group to dial for: it must not end within the call. */
  async #dialAll(): Promise<void> {
    try {
      for (let group; (group = this.#unlinked()) !== undefined;) await this.#dial(group);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#dialLater();
      this.#tellDown(error as GearmanError);
    } finally {
      this.#dialling = undefined;
    }
  }

  #unlinked(): Group | undefined {
    // One that was lost while others were dialled waits as all do.
    if (this.#isOver || this.#stopTimer !== undefined) return undefined;
    return this.#options.groups().find((group) => !this.#sessions.has(group));
  }

  async #dial(group: Group): Promise<void> {
    const options = this.#options;
    const link = await connect(this.#address, options, this.#stop.signal, { text: true });
    if (this.#isOver || !options.groups().includes(group)) return await link.close();
    const session: Session = new Session(link, {
      ...options,
      room: group.room,
      onRetire: () => this.#replace(group, session),
      onRefused: (reason) => options.onRefused(this.#address, reason),
      onClosed: (reason) => this.#lost(group, session, reason),
    });
    if (this.#sessions.size === 0) this.#upSince = options.clock.now();
    this.#isDown = false;
    this.#sessions.set(group, session);
    group.join(session);
    link.receive(session);
    if (!link.isOpen) return;
    for (const ability of group.abilities.values()) session.offer(ability);
    session.ask();
    if (this.#isUp) return;
    this.#isUp = true;
    options.onUp(this.#address);
  }

  /** Lets a session end its jobs, and dials a new link in its place. */
  #replace(group: Group, session: Session): void {
    void this.#retire(group, session);
    this.open();
  }

  async #retire(group: Group, session: Session): Promise<void> {
    this.#sessions.delete(group);
    group.leave(session);
    this.#retired.set(session, group);
    await session.drain();
    await session.close();
    this.#retired.delete(session);
    this.#options.onIdle();
  }

  #lost(group: Group, session: Session, reason: GearmanError | undefined): void {
    group.leave(session);
    if (this.#sessions.get(group) !== session) return;
    this.#sessions.delete(group);
    if (this.#options.clock.now() - this.#upSince >= STEADY_AFTER) this.#failures = 0;
    if (reason === undefined || this.#stop.signal.aborted) return;
    this.#dialLater();
    if (this.#sessions.size === 0) this.#tellDown(reason);
  }

  #dialLater(): void {
    const { backoff, clock } = this.#options;
    this.#stopTimer ??= clock.after(backoff(++this.#failures), () => {
      this.#stopTimer = undefined;
      this.open();
    });
  }

  #tellDown(reason: GearmanError): void {
    this.#isUp = false;
    this.#isDown = true;
    this.#options.onDown(this.#address, reason);
  }
}

/** The refusal of the last, where each has one. */
export function refusalOf<Refused>(
  all: Iterable<Refused>,
  of: (one: Refused) => ServerError | undefined,
): ServerError | undefined {
  let refusal: ServerError | undefined;
  for (const one of all) {
    refusal = of(one);
    if (refusal === undefined) return undefined;
  }
  return refusal;
}
