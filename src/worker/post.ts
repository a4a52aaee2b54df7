/**
 * One server, as a worker keeps to it: dials, runs a session, and dials again when the link is
 * lost, until it is closed.
 *
 *     dialling ──> up ── link lost ──> waiting ── backoff over ──> dialling
 *         └────────── refused ───────────┘
 *
 * @module
 */
import { type GearmanError, LinkError } from "../errors.ts";
import {
  type Backoff,
  type Clock,
  connect,
  type ConnectOptions,
  type Link,
  STEADY_AFTER,
} from "../link/mod.ts";
import type { Address } from "../sockets/socket.ts";
import { Session, type SessionOptions } from "./session.ts";

/** What all the posts of one worker share. */
export interface PostOptions extends ConnectOptions, Omit<SessionOptions, "onClosed"> {
  readonly clock: Clock;
  readonly answerTimeout: number;
  readonly heartbeat: number;
  readonly backoff: Backoff;
  /** Tells a new session its abilities. */
  readonly onUp: (session: Session, server: Address) => void;
  readonly onDown: (server: Address, reason: GearmanError) => void;
}

/** A worker's place at one server. */
export class Post {
  readonly #address: Address;
  readonly #options: PostOptions;
  readonly #stop = new AbortController();
  #link: Link | undefined;
  #session: Session | undefined;
  #dialling: Promise<void> | undefined;
  #stopTimer: (() => void) | undefined;
  #failures = 0;
  #upSince = 0;
  #isDown = false;

  constructor(address: Address, options: PostOptions) {
    this.#address = address;
    this.#options = options;
  }

  /** The session, while there is a link. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** Whether there is nothing to do here now: the server has no job for us, or cannot be reached. */
  get isIdle(): boolean {
    return this.#session === undefined ? this.#isDown : this.#session.isIdle;
  }

  /** Whether the server has no job, or cannot be reached. */
  get isEmpty(): boolean {
    return this.#session === undefined ? this.#isDown : this.#session.isAsleep;
  }

  /** Dials, and keeps at it. */
  start(): void {
    this.#dialling = this.#dial();
  }

  /** Sends what is to be sent, and gives the post up. */
  async close(): Promise<void> {
    this.#stop.abort(new LinkError("CLOSED", "Worker was closed"));
    this.#stopTimer?.();
    this.#session?.stop();
    await this.#dialling;
    await this.#link?.close();
  }

  async #dial(): Promise<void> {
    try {
      const link = await connect(this.#address, this.#options, this.#stop.signal);
      const onClosed = (reason?: GearmanError) => this.#lost(reason);
      const session = new Session(link, { ...this.#options, onClosed });
      this.#link = link;
      this.#session = session;
      this.#upSince = this.#options.clock.now();
      this.#isDown = false;
      link.receive(session);
      if (link.isOpen) this.#options.onUp(session, this.#address);
    } catch (error) {
      this.#lost(error as GearmanError);
    }
  }

  #lost(reason?: GearmanError): void {
    const { backoff, clock, onDown } = this.#options;
    if (this.#session !== undefined && clock.now() - this.#upSince >= STEADY_AFTER) {
      this.#failures = 0;
    }
    this.#link = undefined;
    this.#session = undefined;
    this.#isDown = true;
    if (this.#stop.signal.aborted) return;
    this.#stopTimer = clock.after(backoff(++this.#failures), () => this.start());
    if (reason !== undefined) onDown(this.#address, reason);
  }
}
