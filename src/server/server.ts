/**
 * The embeddable job server: an {@linkcode Engine}, sockets that listen, and a timer. No rules.
 *
 * @module
 */
import { checkTimeout, type Clock, rejecting, systemClock } from "../link/mod.ts";
import { checkOptions, wrongType } from "../misuse.ts";
import { DEFAULT_MAX_PACKET_BYTES, type JobFate, packetLimit } from "../protocol/mod.ts";
import type { Address, Listener, Socket } from "../sockets/socket.ts";
import { hookOf } from "./access.ts";
import { Alarm } from "./alarm.ts";
import { Capacity } from "./capacity.ts";
import { checkLimit } from "./checks.ts";
import { Conversation, type Service } from "./conversation.ts";
import { Engine } from "./engine.ts";
import { JobEvents } from "./events.ts";
import { Gate } from "./gate.ts";
import { isDone } from "./is_done.ts";
import { Ledger } from "./ledger.ts";
import {
  checkListenOptions,
  CLOSE_OPTIONS,
  type CloseServerOptions,
  DRAIN_OPTIONS,
  type DrainServerOptions,
  type JobServerOptions,
  storeOf,
} from "./options.ts";
import { isOpenToAll, openText, placesOf } from "./places.ts";
import { Remarks } from "./remarks.ts";
import { Silences } from "./silences.ts";
import { SERVER_VERSION } from "./version.ts";

const DEFAULT_MAX_CONNECTIONS = 20_000;

/** Milliseconds that {@linkcode CloseServerOptions.grace} is by default. */
const CLOSE_GRACE = 2_000;

/** Milliseconds that {@linkcode DrainServerOptions.timeout} is by default. */
const DRAIN_TIMEOUT = 30_000;

/** Four of the largest packets that are taken by default. */
const DEFAULT_MAX_WAITING_BYTES = 4 * DEFAULT_MAX_PACKET_BYTES;

const encoder = new TextEncoder();

/**
 * A job server in this process. Its jobs live as long as it does; with a `store`, background jobs
 * outlive it.
 *
 * @example
 * ```ts
 * import { JobServer } from "geartrain";
 *
 * await using server = await JobServer.listen();
 * console.log(server.address); // { host: "127.0.0.1", port: 49321 }
 * ```
 */
export class JobServer extends JobEvents implements AsyncDisposable {
  readonly #warn: (message: string) => void;
  readonly #clock: Clock;
  readonly #engine: Engine;
  readonly #ledger: Ledger | undefined;
  readonly #gate: Gate | undefined;
  readonly #conversations = new Set<Conversation>();
  readonly #capacity: Capacity;
  readonly #silences: Silences;
  readonly #service: Service;
  readonly #listeners: Listener[] = [];
  /** For what is due by the date, and for time limits. */
  readonly #alarms: readonly [Alarm, Alarm];
  #deafened: Promise<unknown> | undefined;
  #draining: Promise<void> | undefined;
  #onDrained: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  /**
   * Starts a server. Rejects with a `LinkError` where it cannot listen, with a `StoreError` where the
   * store cannot be used, and with a `TypeError` or a `RangeError` where an option cannot be.
   */
  static async listen(options: JobServerOptions): Promise<JobServer> {
    checkListenOptions(options);
    const server = new this(options);
    const places = placesOf(options);
    try {
      await server.#ledger?.open(server.#engine);
      server.#proceed();
      server.#silences.watch();
      for (const at of places) {
        const accept = (socket: Socket) => server.#accept(socket);
        const listener = await options.listen(at, accept, server.#capacity.lobby);
        server.#listeners.push(listener);
        if (server.#gate === undefined && isOpenToAll(at)) {
          server.#warn(openText(listener.address));
        }
      }
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  /** Use {@linkcode JobServer.listen}. */
  protected constructor(options: JobServerOptions) {
    super();
    if (options?.listen === undefined) {
      throw new TypeError("Expected JobServer.listen(), which makes servers, got new JobServer()");
    }
    const { authorize, store, clock = systemClock } = options;
    const { maxPacketBytes, maxWaitingBytes = DEFAULT_MAX_WAITING_BYTES } = options;
    const { maxConnections = DEFAULT_MAX_CONNECTIONS } = options;
    packetLimit(maxPacketBytes);
    checkLimit(maxWaitingBytes, "maxWaitingBytes");
    checkLimit(maxConnections, "maxConnections");
    this.#clock = clock;
    const steady = () => clock.now();
    const { wallTime = options.clock === undefined ? Date.now : steady } = options;
    const ring = () => {
      this.#engine.tick();
      this.#proceed();
    };
    this.#alarms = [new Alarm(clock, wallTime, ring), new Alarm(clock, steady, ring)];
    const warn = this.#warn = unfailing(options.warn);
    const remarks = new Remarks(clock, warn);
    const hook = hookOf(authorize);
    this.#gate = hook && new Gate(hook, remarks);
    this.#capacity = new Capacity(maxConnections, this.#conversations, remarks);
    this.#silences = new Silences(options, this.#conversations, clock, remarks);
    const ledger = this.#ledger = store === undefined ? undefined : new Ledger({
      store: storeOf(store),
      clock,
      refuse: (job) => this.#engine.refuse(job),
      refuseSeries: (series) => this.#engine.refuseSeries(series),
      warn,
    });
    const engine = this.#engine = new Engine({
      ...options,
      now: wallTime,
      steady,
      handlePrefix: options.handlePrefix ?? "H:geartrain",
      version: options.version ?? SERVER_VERSION,
      timeZone: options.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
      journal: ledger,
      ended: (end) => this.tell(end),
    });
    this.#service = {
      engine,
      ledger,
      clock,
      remarks,
      codec: options.codec ?? "ts",
      maxPacketBytes,
      maxWaitingBytes,
      proceed: () => this.#proceed(),
      onEnd: (conversation) => this.#ended(conversation),
    };
  }

  /** Where it listens, with the port that it was given: the first of {@linkcode addresses}. */
  get address(): Address {
    return this.#listeners[0].address;
  }

  /** Everywhere it listens. */
  get addresses(): readonly Address[] {
    return this.#listeners.map(({ address }) => address);
  }

  /**
   * What became of a job: the one of that handle, or the one of that unique that is under way or
   * was the latest to end. Ends are known for as long as the option `results` says.
   */
  fate(job: { readonly handle: string } | { readonly unique: string }): JobFate {
    const { handle, unique } = Object(job) as { handle?: unknown; unique?: unknown };
    if (typeof handle === "string") return this.#engine.fateOf(encoder.encode(handle));
    if (typeof unique === "string") return this.#engine.fateOfUnique(encoder.encode(unique));
    throw wrongType("{ handle } or { unique }", job);
  }

  /**
   * Lets running jobs end: accepts no connection any more, and serves those it has until no job runs
   * and no job is left that would be lost. Jobs of the store that only wait, and that no client here
   * follows, are given out no more: the next server finds them. Then closes, as it does when the
   * time is up. Rejects with a `RangeError` for a bad timeout, and for nothing else.
   */
  drain(options: DrainServerOptions = {}): Promise<void> {
    return rejecting(() => {
      checkOptions(options, DRAIN_OPTIONS, "drain()");
      const timeout = checkTimeout(options.timeout ?? DRAIN_TIMEOUT, "timeout");
      return this.#draining ??= this.#drain(timeout);
    });
  }

  async #drain(timeout: number): Promise<void> {
    await this.#deafen();
    this.#engine.drain();
    await new Promise<void>((resolve) => {
      const stopTimer = this.#clock.after(timeout, resolve);
      this.#onDrained = () => {
        stopTimer();
        resolve();
      };
      this.#proceed();
    });
    await this.close();
  }

  /**
   * Accepts no more, and closes every connection once its last answers have been read, or the time
   * for that is up. Jobs that are left are lost, unless the store has them: then those that ran run
   * again. Safe to call twice. Rejects with a `RangeError` for a bad grace, and for nothing else.
   */
  close(options: CloseServerOptions = {}): Promise<void> {
    return rejecting(() => {
      checkOptions(options, CLOSE_OPTIONS, "close()");
      const grace = checkTimeout(options.grace ?? CLOSE_GRACE, "grace");
      return this.#closing ??= this.#close(grace);
    });
  }

  /** The same as {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(grace: number): Promise<void> {
    for (const alarm of this.#alarms) alarm.stop();
    this.#silences.stop();
    this.#onDrained?.();
    this.#capacity.close();
    await this.#deafen();
    const links = [...this.#conversations].map(({ link }) => link);
    const closed = Promise.all(links.map((link) => link.close()));
    // What they wait for may never come: then they are cut off, and waited for no longer.
    if (!await isDone(closed, this.#clock, grace)) { for (const link of links) link.destroy(); }
    await this.#ledger?.close();
  }

  /** Accepts no more. */
  #deafen(): Promise<unknown> {
    return this.#deafened ??= Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  #accept(socket: Socket): void {
    const { remote, certificate } = socket;
    if (!this.#capacity.hasRoomFor(remote)) return socket.destroy();
    const may = this.#gate?.for({ remote, certificate });
    if (may?.({ type: "connect" }) === false) return socket.destroy();
    const conversation = new Conversation(socket, may, this.#service);
    this.#conversations.add(conversation);
    conversation.begin();
  }

  #ended(conversation: Conversation): void {
    this.#conversations.delete(conversation);
    // When the server stops, workers lose nothing: what they ran is as the store has it.
    if (this.#closing !== undefined) return;
    this.#engine.close(conversation.peer);
    this.#proceed();
  }

  /** What follows each call of the engine. */
  #proceed(): void {
    if (this.#onDrained !== undefined && this.#engine.isDrained) this.#onDrained();
    if (this.#closing !== undefined) return;
    this.#alarms[0].set(this.#engine.nextTick());
    this.#alarms[1].set(this.#engine.nextLimit());
  }
}

/** A log that cannot be written holds up nothing, and there is nobody else to tell. */
function unfailing(
  // Among what its program prints, it must be told who speaks.
  warn: (message: string) => void = (message) => console.warn(`geartrain: ${message}`),
): (message: string) => void {
  return (message) => {
    try {
      warn(message);
    } catch {
      // See above.
    }
  };
}
