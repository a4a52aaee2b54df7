/**
 * One server, as a client keeps it: not dialled, being dialled, or with a live session. Dials on
 * demand; requests wait for the dial.
 *
 *     idle ── request ──> dialling ──> up ── link lost ──> idle
 *       └──────────────────── refused ◄─┘
 *
 * A job whose workload comes bit by bit gets a link of its own, which ends with the job.
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
  together,
} from "../link/mod.ts";
import type { Address } from "../sockets/socket.ts";
import { JobRequest } from "./job_request.ts";
import type { Request } from "./request.ts";
import { Session, type SessionOptions } from "./session.ts";
import { pour, type Source } from "./source.ts";

/** What all the servers of one client share. */
export interface UpstreamOptions extends ConnectOptions {
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly answerTimeout: number;
  readonly heartbeat: number;
  readonly linkBytes: number;
  /** What is asked of a server before all else. */
  readonly greet: (session: Session) => void;
  readonly onUp: (from: Upstream) => void;
  readonly onDown: (from: Upstream, reason: GearmanError) => void;
  /** Requests that could not be sent, for want of a link. */
  readonly onUnsent: (from: Upstream, requests: Request[], reason: GearmanError) => void;
  /** A request whose link was lost under it. */
  readonly onLost: (from: Upstream, request: Request, error: GearmanError) => void;
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
  /** Links that carry one job. */
  readonly #ownLinks = new Set<Link>();
  /** Those that are being opened. */
  readonly #opening = new Set<Promise<void>>();
  /** Whether the last that is known of it is that a link could be opened. */
  #isUp = false;
  #failures = 0;
  /** Whether the last dial failed. */
  #isUnreached = false;
  #upSince = 0;

  constructor(address: Address, options: UpstreamOptions) {
    this.address = address;
    this.#options = options;
  }

  /** Whether it is up, or has given no trouble that it would not be. */
  get isReady(): boolean {
    return this.#session !== undefined || this.#failures === 0;
  }

  /**
   * Whether a request that belongs here is to wait for a dial. A link that was lost says little of
   * the server, unless it is the second in a row that did not hold; a dial that failed says that it
   * is down, until its time has come.
   */
  get isWorthDialling(): boolean {
    if (this.isReady || this.#options.clock.now() >= this.retryAt) return true;
    return this.#failures === 1 && !this.#isUnreached;
  }

  /** Sends a request, dialling first where there is no link. */
  request(request: Request): void {
    if (request instanceof JobRequest) {
      const { source } = request;
      if (source !== undefined) return this.#requestAlone(request, source);
    }
    if (this.#session !== undefined && this.#link!.isOpen) return this.#session.request(request);
    this.#waiting.push(request);
    this.#dialling ??= this.#dial();
  }

  /** Dials, if its time has come, so that it may be found up again. */
  probe(): void {
    if (this.#options.clock.now() >= this.retryAt) this.#dialling ??= this.#dial();
  }

  /** Sends what is to be sent, and closes. Requests that have no answer by then have none. */
  async close(): Promise<void> {
    this.#stopDialling.abort(new LinkError("CLOSED", "Client was closed"));
    await Promise.all([this.#dialling, ...this.#opening]);
    await Promise.all([this.#link, ...this.#ownLinks].map((link) => link?.close()));
  }

  async #dial(): Promise<void> {
    const { greet } = this.#options;
    try {
      const link = await connect(this.address, this.#options, this.#stopDialling.signal);
      this.#dialling = undefined;
      const session = this.#sessionOn(link, { onClosed: (reason) => this.#lost(reason) });
      this.#link = link;
      this.#session = session;
      link.receive(session);
      greet(session);
      if (link.isOpen) this.#up();
      together(() => {
        for (const request of this.#drainWaiting()) {
          if (!request.isSettled) session.request(request);
        }
      });
    } catch (error) {
      this.#dialling = undefined;
      this.#unreached(error as GearmanError, this.#drainWaiting());
    }
  }

  #requestAlone(request: JobRequest, source: Source): void {
    const opened = this.#openFor(request, source).finally(() => this.#opening.delete(opened));
    this.#opening.add(opened);
  }

  async #openFor(request: JobRequest, source: Source): Promise<void> {
    const { clock, greet } = this.#options;
    let link: Link;
    try {
      // To start a kernel costs more than it gives to one job.
      const options = { ...this.#options, codec: "ts" } as const;
      link = await connect(this.address, options, this.#stopDialling.signal);
    } catch (error) {
      return this.#unreached(error as GearmanError, [request]);
    }
    this.#ownLinks.add(link);
    const session = this.#sessionOn(link, {
      onClosed: (reason) => {
        this.#ownLinks.delete(link);
        // While there is the other link, that one tells.
        if (this.#session === undefined && this.#isUp) this.#ended(reason);
      },
      onIdle: () => void link.close(),
    });
    link.receive(session);
    if (link.isOpen) this.#up();
    if (request.isSettled) return void link.close();
    greet(session);
    session.request(request);
    // Not from a link that has ended: the request may be on its way to another, with the source.
    if (link.isOpen) void pour(source, request, link, clock);
  }

  #sessionOn(link: Link, own: Pick<SessionOptions, "onClosed" | "onIdle">): Session {
    const { clock, answerTimeout, heartbeat, linkBytes, onLost } = this.#options;
    return new Session(link, {
      clock,
      answerTimeout,
      heartbeat,
      linkBytes,
      onLost: (request, error) => onLost(this, request, error),
      ...own,
    });
  }

  #unreached(reason: GearmanError, requests: Request[]): void {
    if (!this.#stopDialling.signal.aborted) {
      this.#isUnreached = true;
      this.#down(reason);
    }
    this.#options.onUnsent(this, requests, reason);
  }

  #drainWaiting(): Request[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  #lost(reason?: GearmanError): void {
    this.#session = undefined;
    this.#link = undefined;
    this.#ended(reason);
  }

  /** The last link has ended; without a reason, we closed it. */
  #ended(reason?: GearmanError): void {
    if (this.#options.clock.now() - this.#upSince >= STEADY_AFTER) this.#failures = 0;
    if (reason !== undefined) this.#down(reason);
  }

  #up(): void {
    this.retryAt = 0;
    this.#isUnreached = false;
    if (this.#isUp) return;
    this.#isUp = true;
    this.#upSince = this.#options.clock.now();
    this.#options.onUp(this);
  }

  #down(reason: GearmanError): void {
    const { backoff, clock, onDown } = this.#options;
    this.#isUp = false;
    this.retryAt = clock.now() + backoff(++this.#failures);
    onDown(this, reason);
  }
}
