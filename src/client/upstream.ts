/**
 * One server, as a client keeps it: not dialled, being dialled, or with a live session. Dials on
 * demand; requests wait for the dial.
 *
 *     idle ── request ──> dialling ──> up ── link lost ──> idle
 *       └──────────────────── refused ◄─┘
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
import type { Request } from "./request.ts";
import { Session } from "./session.ts";

/** What all the servers of one client share. */
export interface UpstreamOptions extends ConnectOptions {
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly answerTimeout: number;
  readonly heartbeat: number;
  /** What is asked of a server before all else. */
  readonly greet: (session: Session) => void;
  readonly onUp: (server: Address) => void;
  readonly onDown: (server: Address, reason: GearmanError) => void;
  /** Requests that could not be sent, for want of a link. */
  readonly onUnsent: (from: Upstream, requests: Request[], reason: GearmanError) => void;
}

/** A server of a client. */
export class Upstream {
  readonly address: Address;
  /** By the clock: not worth a try before then, unless all servers are down. */
  retryAt = 0;
  readonly #options: UpstreamOptions;
  #link: Link | undefined;
  #session: Session | undefined;
  #dialling: Promise<void> | undefined;
  readonly #stopDialling = new AbortController();
  #waiting: Request[] = [];
  #failures = 0;
  #upSince = 0;

  constructor(address: Address, options: UpstreamOptions) {
    this.address = address;
    this.#options = options;
  }

  /** Sends a request, dialling first where there is no link. */
  request(request: Request): void {
    if (this.#session !== undefined && this.#link!.isOpen) return this.#session.request(request);
    request.hold();
    this.#waiting.push(request);
    this.#dialling ??= this.#dial();
  }

  /** Sends what is to be sent, and closes. Requests that have no answer by then have none. */
  async close(): Promise<void> {
    this.#stopDialling.abort(new LinkError("CLOSED", "Client was closed"));
    await this.#dialling;
    await this.#link?.close();
  }

  async #dial(): Promise<void> {
    const { clock, answerTimeout, heartbeat, greet, onUp, onUnsent } = this.#options;
    const { signal } = this.#stopDialling;
    try {
      const link = await connect(this.address, this.#options, signal);
      this.#dialling = undefined;
      const onClosed = (reason?: GearmanError) => this.#lost(reason);
      const session = new Session(link, { clock, answerTimeout, heartbeat, onClosed });
      this.#link = link;
      this.#session = session;
      this.#upSince = clock.now();
      this.retryAt = 0;
      link.receive(session);
      greet(session);
      if (link.isOpen) onUp(this.address);
      for (const request of this.#drainWaiting()) {
        if (!request.isSettled) session.request(request);
      }
    } catch (error) {
      this.#dialling = undefined;
      const reason = error as GearmanError;
      if (!signal.aborted) this.#down(reason);
      onUnsent(this, this.#drainWaiting(), reason);
    }
  }

  #drainWaiting(): Request[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  #lost(reason?: GearmanError): void {
    this.#session = undefined;
    this.#link = undefined;
    if (this.#options.clock.now() - this.#upSince >= STEADY_AFTER) this.#failures = 0;
    if (reason !== undefined) this.#down(reason);
  }

  #down(reason: GearmanError): void {
    const { backoff, clock, onDown } = this.#options;
    this.retryAt = clock.now() + backoff(++this.#failures);
    onDown(this.address, reason);
  }
}
