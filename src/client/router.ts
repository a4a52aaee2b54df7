/**
 * Which server gets a request, and what follows when it cannot have it, or is lost with it.
 *
 *     chosen ── sent ── answered
 *      ▲  │       └── lost ─┬─ may be sent again ── chosen anew, or parked
 *      │  └── refused ── next server ─┬─ none left ── refused to the caller,
 *      │                              └─ or, where it may run twice, parked
 *      └─────────────────── parked until a server is up or worth a try ◄─┘
 *
 * @module
 */
import { type GearmanError, JobLost, LinkError, ProtocolError, ServerError } from "../errors.ts";
import { wrongType } from "../misuse.ts";
import {
  type Abandonable,
  type Clock,
  hashOf,
  lostRequest,
  parseServers,
  scoreOf,
  type ServerAddress,
  serverHash,
  whenSettled,
} from "../link/mod.ts";
import { type Address, addressText } from "../sockets/socket.ts";
import type { Request } from "./request.ts";
import { Upstream, type UpstreamOptions } from "./upstream.ts";

/** How often a request is sent at most: one that ends every server it meets must not meet them for ever. */
export const MOST_SENDINGS = 8;

/** Options of {@linkcode Router}. */
export interface RouterOptions
  extends Omit<UpstreamOptions, "onUp" | "onDown" | "onUnsent" | "onLost"> {
  readonly clock: Clock;
  readonly balance: "round-robin" | "random";
  readonly random: () => number;
  /** Milliseconds from the first trouble on in which tries of what may run twice begin. */
  readonly retryFor: number;
  readonly onUp: (server: Address) => void;
  readonly onDown: (server: Address, reason: GearmanError) => void;
}

/** The servers of a client. */
export class Router {
  readonly #options: RouterOptions;
  readonly #upstreams: readonly Upstream[];
  readonly #hashes: readonly number[];
  #next: number;
  #isClosed = false;
  /** Those who wait for no server. */
  readonly #announced = new Set<Abandonable>();
  /** Requests that wait until a server is up, or worth a try. */
  #parked: Request[] = [];
  #stopTimer: (() => void) | undefined;

  constructor(addresses: readonly Address[], options: RouterOptions) {
    this.#options = options;
    const shared: UpstreamOptions = {
      ...options,
      onUp: ({ address }) => {
        options.onUp(address);
        this.#unpark();
      },
      onDown: ({ address }, reason) => options.onDown(address, reason),
      onUnsent: (from, requests, reason) => {
        for (const request of requests) this.#unsent(from, request, reason);
      },
      onLost: (from, request, error) => this.#lost(from, request, error),
    };
    this.#upstreams = addresses.map((address) => new Upstream(address, shared));
    this.#hashes = addresses.map(serverHash);
    // Anywhere: programs that submit one job each would all give it to the first.
    this.#next = Math.floor(options.random() * addresses.length);
  }

  /** Whether it has been closed. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * A wait for what no server has, a validator for instance: of ours, only our end concerns it.
   * Returns what ends that.
   */
  announce(waiting: Abandonable): () => void {
    const forget = () => void this.#announced.delete(waiting);
    this.#announced.add(waiting);
    whenSettled(waiting, forget);
    if (this.#isClosed) waiting.abandon(closedError(waiting), true);
    return forget;
  }

  /** Sends a request to the server that is for it, or to this one. */
  send(request: Request, upstream?: Upstream): void {
    if (request.isSettled) return;
    if (this.#isClosed) return request.refuse(closedError(request));
    (upstream ?? this.#choose(request)!).request(request);
  }

  /** The server at an address. Throws a `TypeError` where it is none of these. */
  find(address: ServerAddress): Upstream {
    const name = parseServers(address).map(addressText).join();
    const upstream = this.#upstreams.find((one) => addressText(one.address) === name);
    if (upstream !== undefined) return upstream;
    const known = namesOf(this.#upstreams);
    throw wrongType(`a server of this client (${known})`, name);
  }

  /** Sends what is to be sent, and closes. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopTimer?.();
    for (const request of this.#takeParked()) request.refuse(closedError(request));
    for (const waiting of this.#announced) waiting.abandon(closedError(waiting), true);
    await Promise.all(this.#upstreams.map((upstream) => upstream.close()));
  }

  /**
   * The server for a request, of those that have not been tried for it. Without a key, one that is
   * ready, if any is. With one, the best that is worth a dial, for which it waits: the next would run
   * again what the best has. Others that were down and are worth a try are dialled without it. With
   * all of them down, the one whose wait is over first. Undefined: none is left.
   */
  #choose(request: Request): Upstream | undefined {
    const upstreams = this.#upstreams;
    if (upstreams.length === 1) return request.tried === undefined ? upstreams[0] : undefined;
    const chosen = request.routingKey === ""
      ? this.#nextReady(request)
      : this.#best(request, hashOf(request.routingKey));
    if (chosen === undefined) return this.#soonest(request);
    for (const upstream of upstreams) if (!upstream.isReady) upstream.probe();
    return chosen;
  }

  #nextReady(request: Request): Upstream | undefined {
    const upstreams = this.#upstreams;
    const { length } = upstreams;
    const { balance, random } = this.#options;
    if (balance === "random") this.#next = Math.floor(random() * length);
    for (let i = 0; i < length; i++) {
      const at = (this.#next + i) % length;
      if (!upstreams[at].isReady || request.tried?.includes(upstreams[at])) continue;
      this.#next = (at + 1) % length;
      return upstreams[at];
    }
    return undefined;
  }

  #best(request: Request, nameHash: number): Upstream | undefined {
    let best: Upstream | undefined;
    let bestScore = -1;
    for (let i = 0; i < this.#upstreams.length; i++) {
      const upstream = this.#upstreams[i];
      const score = scoreOf(nameHash, this.#hashes[i]);
      if (score <= bestScore || request.tried?.includes(upstream)) continue;
      if (!upstream.isWorthDialling) continue;
      best = upstream;
      bestScore = score;
    }
    return best;
  }

  #soonest(request: Request): Upstream | undefined {
    let soonest: Upstream | undefined;
    for (const upstream of this.#upstreams) {
      if (request.tried?.includes(upstream)) continue;
      if (soonest === undefined || upstream.retryAt < soonest.retryAt) soonest = upstream;
    }
    return soonest;
  }

  /** A server could not be reached: the next is tried, and each but once. */
  #unsent(from: Upstream, request: Request, reason: GearmanError): void {
    if (request.isSettled) return;
    // The time for tries runs from here, and not from when the last server was not there either.
    this.#lastTryAt(request);
    (request.trouble.tried ??= []).push(from);
    const next = this.#isClosed || request.isPinned ? undefined : this.#choose(request);
    if (next !== undefined) next.request(request);
    else if (!this.#park(request)) request.refuse(unreached(request, reason));
  }

  /** A link was lost with a request on it. */
  #lost(from: Upstream, request: Request, error: GearmanError): void {
    if (request.isSettled) return;
    const mayRepeat = !this.#isClosed && !request.isPinned && request.mayRepeat &&
      request.trouble.losses + 1 < MOST_SENDINGS && !isNonsense(error);
    if (!mayRepeat) return request.refuse(error);
    request.repeat();
    if (this.#options.clock.now() > this.#lastTryAt(request)) return request.refuse(error);
    // The one it was lost with is not left out: the link may be gone, and the server there.
    const next = this.#choose(request) ?? from;
    const isHome = request.routingKey !== "" && this.#upstreams.length > 1;
    const isOpen = isHome ? next.isWorthDialling : next.isReady;
    if (isOpen || !request.isIdempotent) next.request(request);
    else if (!this.#park(request)) request.refuse(error);
  }

  /**
   * Puts a request aside that may run twice until a server is up, or worth a try. Returns false for
   * one that may not, and for one whose time would be up by then.
   */
  #park(request: Request): boolean {
    if (this.#isClosed || request.isPinned || !request.isIdempotent) return false;
    const { clock } = this.#options;
    const wakeAt = Math.min(...this.#upstreams.map(({ retryAt }) => retryAt));
    if (wakeAt > this.#lastTryAt(request)) return false;
    this.#parked.push(request);
    const wait = Math.max(0, wakeAt - clock.now());
    this.#stopTimer ??= clock.after(wait, () => this.#unpark());
    return true;
  }

  /** Until when a request that is in trouble may be tried again, by the clock. */
  #lastTryAt(request: Request): number {
    const { clock, retryFor } = this.#options;
    // One that was never sent tries each server once, whatever the time.
    if (!request.isIdempotent) return Infinity;
    const { trouble } = request;
    if (trouble.since < 0) trouble.since = clock.now();
    return trouble.since + retryFor;
  }

  #unpark(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    for (const request of this.#takeParked()) {
      request.trouble.tried = undefined;
      this.send(request);
    }
  }

  #takeParked(): Request[] {
    const parked = this.#parked;
    this.#parked = [];
    return parked;
  }
}

/** Why no server has it: the one there is, or that there is none. */
function unreached(request: Request, reason: GearmanError): GearmanError {
  const { tried = [], outcome } = request;
  if (tried.length < 2) return lostRequest(reason, outcome);
  const message = `None of ${namesOf(tried)} could be reached`;
  return new LinkError("NO_SERVERS", message, { outcome, cause: reason });
}

/**
 * Whether a link ended for what a server said: a packet or an answer that cannot be. Whose packet it
 * was is not known of half of one, so it is a reason for none of those on the link to be sent again:
 * the one to blame would have the same again, and its neighbours with it.
 */
function isNonsense(error: GearmanError): boolean {
  const reason = error instanceof JobLost ? error.cause : error;
  return reason instanceof ProtocolError || reason instanceof ServerError;
}

function closedError({ outcome }: Pick<Request, "outcome">): LinkError {
  return new LinkError("CLOSED", "Client was closed", { outcome });
}

function namesOf(upstreams: readonly Upstream[]): string {
  return upstreams.map((upstream) => addressText(upstream.address)).join(", ");
}
