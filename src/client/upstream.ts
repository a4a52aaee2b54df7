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
import { type Backoff, type Clock, connect, type ConnectOptions, type Link } from "../link/mod.ts";
import type { Address } from "../sockets/socket.ts";
import type { Request } from "./request.ts";
import { Session } from "./session.ts";

/** What all the servers of one client share. */
export interface UpstreamOptions extends ConnectOptions {
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly answerTimeout: number;
  /** What is asked of a server before all else. */
  readonly greet: (session: Session) => void;
  readonly onUp: (server: Address) => void;
  readonly onDown: (server: Address, reason: GearmanError) => void;
  /** Requests that could not be sent, for want of a link. */
  readonly onUnsent: (requests: Request[], reason: GearmanError) => void;
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

  constructor(address: Address, options: UpstreamOptions) {
    this.address = address;
    this.#options = options;
  }

  /** Sends a request, dialling first where there is no link. */
  request(request: Request): void {
    if (this.#session !== undefined && this.#link!.isOpen) return this.#session.request(request);
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
    const { clock, backoff, answerTimeout, greet, onUp, onDown, onUnsent } = this.#options;
    try {
      const link = await connect(this.address, this.#options, this.#stopDialling.signal);
      const onClosed = (reason?: GearmanError) => this.#lost(reason);
      const session = new Session(link, { clock, answerTimeout, onClosed });
      this.#link = link;
      this.#session = session;
      this.#failures = 0;
      this.retryAt = 0;
      link.receive(session);
      greet(session);
      onUp(this.address);
      for (const request of this.#drainWaiting()) {
        if (!request.isSettled) session.request(request);
      }
    } catch (error) {
      const reason = error as GearmanError;
      this.retryAt = clock.now() + backoff(++this.#failures);
      onDown(this.address, reason);
      onUnsent(this.#drainWaiting(), reason);
    } finally {
      this.#dialling = undefined;
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
    if (reason !== undefined) this.#options.onDown(this.address, reason);
  }
}
