/**
 * The embeddable job server: an {@linkcode Engine}, sockets that listen, and a timer. No rules.
 *
 * @module
 */
import type { ProtocolError } from "../errors.ts";
import { checkTimeout, type Clock, Link, rejecting, systemClock } from "../link/mod.ts";
import { checkOptions, wrongType } from "../misuse.ts";
import {
  DEFAULT_MAX_PACKET_BYTES,
  type JobFate,
  packetLimit,
  type PacketView,
} from "../protocol/mod.ts";
import {
  type Address,
  addressText,
  type Listen,
  type ListenAddress,
  type Listener,
  type ListenTls,
  type Lobby,
  type Socket,
} from "../sockets/socket.ts";
import { type AccessRule, type Authorize, hookOf } from "./access.ts";
import { Alarm } from "./alarm.ts";
import { Backlog, extraCostOf, keptPacket } from "./backlog.ts";
import { checkLimit } from "./checks.ts";
import { Engine } from "./engine.ts";
import { isDone } from "./is_done.ts";
import { JobEvents } from "./events.ts";
import type { ResultsOptions } from "./fates.ts";
import { Gate } from "./gate.ts";
import { HeldOutput } from "./held_output.ts";
import { Ledger } from "./ledger.ts";
import { LinkOutput } from "./link_output.ts";
import {
  checkListenOptions,
  CLOSE_OPTIONS,
  DRAIN_OPTIONS,
  type ListenPlace,
  placesOf,
  storeOf,
} from "./options.ts";
import type { Peer } from "./peers.ts";
import { type RemarkKind, Remarks } from "./remarks.ts";
import { Silences } from "./silences.ts";
import type { Store } from "./store.ts";
import { SERVER_VERSION } from "./version.ts";

/** Options of {@linkcode JobServer.listen}. */
export interface JobServerOptions {
  /** Opens the sockets that listen. */
  readonly listen: Listen;
  /** Where to listen. Default `"127.0.0.1"`. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** A unix socket to listen on, in place of `host` and `port`. */
  readonly path?: string;
  /** Certificate and key, to speak TLS on `port`. */
  readonly tls?: ListenTls;
  /** Several places to listen, in place of all of the above. */
  readonly addresses?: ListenPlace | readonly ListenPlace[];
  /**
   * Who may do what: rules, or a function that decides. Default: whoever connects may do everything.
   * Rules by certificate want an address with `tls.ca`.
   */
  readonly authorize?: Authorize | readonly AccessRule[];
  /** The largest body taken, in bytes. Default 64 MiB, at most 1 GiB. */
  readonly maxPacketBytes?: number;
  /**
   * Bytes that may wait for a peer to read them. A peer for which more than that waits when
   * something else is to be sent is hung up on. Default 256 MiB.
   */
  readonly maxWaitingBytes?: number;
  /**
   * Bytes that jobs and functions may take together, functions three quarters of them, and as many
   * that abilities may. Beyond,
   * submissions are refused as for a full function, and a worker that offers one more function is
   * hung up on. Default 1 GiB.
   */
  readonly maxQueuedBytes?: number;
  /**
   * Connections that may be open at once, those that still shake hands included; others are closed as
   * they come. Default 20,000.
   */
  readonly maxConnections?: number;
  /**
   * Milliseconds without a byte either way after which a connection is closed that waits for nothing:
   * it neither sleeps nor has a job, and follows none. The time counts from the last of all that, as
   * looks find it that are a quarter of it apart at most. Default Infinity.
   */
  readonly idleTimeout?: number;
  /** Milliseconds without a byte after which a connection is closed that has sent half a packet, or half a line. Default Infinity. */
  readonly partialTimeout?: number;
  /** What handles begin with: 1 to 52 ASCII characters, no space. Default `"H:geartrain"`. */
  readonly handlePrefix?: string;
  /**
   * What the text command `version` says. Default: the version of this package and `+geartrain`, by
   * which workers know what to expect. Say another, and they take the server for gearmand.
   */
  readonly version?: string;
  /** What the text command `getpid` says. Default: the number of this process. */
  readonly pid?: number;
  /** What the text command `verbose` says: the name of a log level. Default `"ERROR"`. */
  readonly logLevel?: string;
  /**
   * Carries out the text command `shutdown`, or `shutdown graceful`, once for each. Without it the
   * command is unknown, as it is to gearmand: whoever may connect could end the server.
   */
  readonly shutdown?: (how: "now" | "graceful") => void;
  /**
   * How often a job is given to a worker: when the last of them is lost, too, the job fails. Default
   * 0: any number of times.
   */
  readonly jobRetries?: number;
  /** How many of the sleeping workers are woken for one job. Default 0: all. */
  readonly workerWakeup?: number;
  /** Whether a worker's functions take turns, in place of the latest offered first. Default false. */
  readonly roundRobin?: boolean;
  /** Whether exceptions are sent to every client, asked for or not. Default false. */
  readonly exceptions?: boolean;
  /**
   * Whose clock the timetables of repeated jobs mean, for instance `"Europe/Vienna"`. Default: the
   * zone of this machine, or what the runtime takes for it.
   */
  readonly timeZone?: string;
  /**
   * How long the ends of background jobs are kept, for {@linkcode JobServer.fate} and for clients
   * that ask. Default: they are forgotten at once, as gearmand does.
   */
  readonly results?: ResultsOptions;
  /** Which decoder accepted connections use. Default `"ts"`: a kernel for each of thousands costs more than it gives. */
  readonly codec?: "ts" | "auto";
  /**
   * Where background jobs outlive the server: the path of a file, as {@linkcode sqliteStore} keeps
   * it, or a store. They are then acknowledged once they are on disk. Default: nowhere.
   */
  readonly store?: string | Store;
  /** Hears of what its operator should know. What it throws is lost. Default: `console.warn`, after "geartrain: ". */
  readonly warn?: (message: string) => void;
  /** Time that goes on, however the machine's clock is set: limits are kept by it. Default: the runtime's. */
  readonly clock?: Clock;
  /**
   * Milliseconds since the epoch: when delayed jobs and series are due, and for how long ends are
   * kept. Default: `Date.now`, or the `now()` of `clock` where that is given.
   */
  readonly wallTime?: () => number;
}

const DEFAULT_MAX_CONNECTIONS = 20_000;

/** How often silent connections are looked for within the time that they have. */
const LOOKS = 4;

/** Options of {@linkcode JobServer.close}. */
export interface CloseServerOptions {
  /** Milliseconds until peers are cut off that have not read their last answers. Default 2,000. */
  readonly grace?: number;
}

/** Options of {@linkcode JobServer.drain}. */
export interface DrainServerOptions {
  /** Milliseconds to wait for jobs, or Infinity. Default 30,000. */
  readonly timeout?: number;
}

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
  readonly #options: JobServerOptions;
  readonly #maxWaitingBytes: number;
  readonly #maxConnections: number;
  readonly #clock: Clock;
  readonly #engine: Engine;
  readonly #links = new Map<Link, Peer>();
  readonly #silences = new Silences();
  readonly #listeners: Listener[] = [];
  #shakingHands = 0;
  readonly #lobby: Lobby = {
    enter: () =>
      (this.#hasRoom || this.#isFull("somebody who shakes hands")) && ++this.#shakingHands > 0,
    leave: () => {
      this.#shakingHands--;
    },
  };
  readonly #ledger: Ledger | undefined;
  readonly #remarks: Remarks;
  readonly #gate: Gate | undefined;
  /** For what is due by the date, and for time limits. */
  readonly #alarms: readonly [Alarm, Alarm];
  #stopLooking: (() => void) | undefined;
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
      server.#lookAround();
      for (const at of places) {
        const accept = (socket: Socket) => server.#accept(socket);
        const listener = await options.listen(at, accept, server.#lobby);
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
    const { handlePrefix = "H:geartrain", version = SERVER_VERSION } = options;
    packetLimit(options.maxPacketBytes);
    const { maxWaitingBytes = DEFAULT_MAX_WAITING_BYTES } = options;
    this.#maxWaitingBytes = checkLimit(maxWaitingBytes, "maxWaitingBytes");
    const { maxConnections = DEFAULT_MAX_CONNECTIONS } = options;
    this.#maxConnections = checkLimit(maxConnections, "maxConnections");
    this.#options = options;
    const { clock = systemClock } = options;
    const steady = () => clock.now();
    const { wallTime = options.clock === undefined ? Date.now : steady } = options;
    this.#clock = clock;
    const ring = () => {
      this.#engine.tick();
      this.#proceed();
    };
    this.#alarms = [new Alarm(clock, wallTime, ring), new Alarm(clock, steady, ring)];
    const { store, authorize } = options;
    const warn = (message: string) => this.#warn(message);
    const hook = hookOf(authorize);
    this.#remarks = new Remarks(this.#clock, warn);
    this.#gate = hook && new Gate(hook, this.#remarks);
    this.#ledger = store === undefined ? undefined : new Ledger({
      store: storeOf(store),
      clock: this.#clock,
      refuse: (job) => this.#engine.refuse(job),
      refuseSeries: (series) => this.#engine.refuseSeries(series),
      warn,
    });
    this.#engine = new Engine({
      ...options,
      now: wallTime,
      steady,
      handlePrefix,
      version,
      timeZone: options.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
      journal: this.#ledger,
      ended: (end) => this.tell(end),
    });
  }

  /** A log that cannot be written holds up nothing, and there is nobody else to tell. */
  #warn(message: string): void {
    // Among what its program prints, it must be told who speaks.
    const { warn = (text: string) => console.warn(`geartrain: ${text}`) } = this.#options;
    try {
      warn(message);
    } catch {
      // See above.
    }
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
    this.#stopLooking?.();
    this.#onDrained?.();
    await this.#deafen();
    const links = [...this.#links.keys()];
    const closed = Promise.all(links.map((link) => link.close()));
    // What they wait for may never come: then they are cut off, and waited for no longer.
    if (!await isDone(closed, this.#clock, grace)) { for (const link of links) link.destroy(); }
    await this.#ledger?.close();
  }

  /** Accepts no more. */
  #deafen(): Promise<unknown> {
    return this.#deafened ??= Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  get #hasRoom(): boolean {
    return this.#closing === undefined &&
      this.#links.size + this.#shakingHands < this.#maxConnections;
  }

  /** Says, unless it is about to end, that there is no room for one more. Returns false. */
  #isFull(whom: string): false {
    const why = `: ${this.#maxConnections} are open, which is maxConnections`;
    if (this.#closing === undefined) {
      this.#remarks.make("full", `Closed a connection from ${whom}`, why);
    }
    return false;
  }

  /** Says that a peer is hung up on. */
  #hungUp(kind: RemarkKind, { remote }: Link, why: string): void {
    this.#remarks.make(kind, `Hung up on ${addressText(remote)}`, `: ${why}`);
  }

  #accept(socket: Socket): void {
    const { remote, certificate } = socket;
    if (!this.#hasRoom && !this.#isFull(addressText(remote))) return socket.destroy();
    const may = this.#gate?.for({ remote, certificate });
    if (may?.({ type: "connect" }) === false) return socket.destroy();
    const { maxPacketBytes, codec = "ts" } = this.#options;
    const backlog = new Backlog(
      this.#clock,
      (isWaiting) => isWaiting ? link.pause() : link.resume(),
    );
    const link: Link = new Link(socket, {
      role: "server",
      codec,
      maxPacketBytes,
      text: true,
      lines: "bytes",
      slots: false,
      clock: this.#clock,
      settled: () =>
        inTurn([() => backlog.emptied(), () => this.#ledger?.settled(), () => output.listed()]),
    });
    const tell = (kind: RemarkKind, why: string) => this.#hungUp(kind, link, why);
    const output: LinkOutput = new LinkOutput(link, {
      maxWaitingBytes: this.#maxWaitingBytes,
      clock: this.#clock,
      tell,
    });
    const address = "host" in remote ? remote.host : "unix";
    const out = this.#ledger === undefined ? output : new HeldOutput(output, this.#ledger);
    const peer = this.#engine.open(out, { address, may });
    this.#links.set(link, peer);
    link.receive({
      packet: (packet) => {
        if (backlog.isFull) {
          const kept = keptPacket(packet);
          backlog.add(() => this.#receive(peer, kept));
        } else {
          backlog.spend(this.#receive(peer, packet));
        }
      },
      line: (line) => backlog.take(() => this.#line(peer, line)),
      fault: (error) => backlog.take(() => this.#fault(peer, link, error)),
      closed: () => {
        backlog.end();
        this.#links.delete(link);
        // When the server stops, workers lose nothing: what they ran is as the store has it.
        if (this.#closing !== undefined) return;
        this.#engine.close(peer);
        this.#proceed();
      },
    });
  }

  #receive(peer: Peer, packet: PacketView): number {
    // A packet is a view: after the call it may show the next one.
    const { type } = packet;
    const cost = this.#engine.receive(peer, packet);
    this.#proceed();
    return cost + extraCostOf(type);
  }

  #fault(peer: Peer, link: Link, error: ProtocolError): number {
    this.#hungUp(error.code === "TOO_LARGE" ? "large" : "fault", link, error.message);
    this.#engine.fault(peer, error);
    this.#proceed();
    return 0;
  }

  #line(peer: Peer, line: string): number {
    const cost = this.#engine.line(peer, line);
    this.#proceed();
    return cost;
  }

  /** Looks, now and then, for connections that have been silent for too long, where that is asked for. */
  #lookAround(): void {
    const { idleTimeout = Infinity, partialTimeout = Infinity } = this.#options;
    const least = Math.min(
      checkTimeout(idleTimeout, "idleTimeout"),
      checkTimeout(partialTimeout, "partialTimeout"),
    );
    if (least === Infinity) return;
    this.#stopLooking = this.#clock.after(Math.max(least / LOOKS, 1), () => {
      const now = this.#clock.now();
      for (const [link, { isWaiting }] of this.#links) {
        const idle = this.#silences.of(link, isWaiting, now);
        const isWithin = link.isWithin;
        if (isWithin ? now - link.heardAt < partialTimeout : idle < idleTimeout) continue;
        const silence = isWithin ? `within a packet for ${partialTimeout}` : `for ${idleTimeout}`;
        this.#hungUp("silent", link, `it was silent ${silence} ms`);
        link.destroy();
      }
      this.#lookAround();
    });
  }

  /** What follows each call of the engine. */
  #proceed(): void {
    if (this.#onDrained !== undefined && this.#engine.isDrained) this.#onDrained();
    if (this.#closing !== undefined) return;
    this.#alarms[0].set(this.#engine.nextTick());
    this.#alarms[1].set(this.#engine.nextLimit());
  }
}

/** Waits for one after the other. Undefined: there is nothing to wait for. */
function inTurn(
  [wait, ...more]: readonly (() => Promise<void> | undefined)[],
): Promise<void> | undefined {
  return wait && (wait()?.then(() => inTurn(more)) ?? inTurn(more));
}

/** Whether others than this machine can reach it, with nothing to show for themselves. */
function isOpenToAll(at: ListenAddress): boolean {
  return "host" in at && at.tls === undefined && !LOOPBACK.test(at.host);
}

const LOOPBACK = /^(127\.|::1$|localhost$)/;

function openText(address: Address): string {
  return `Listening on ${
    addressText(address)
  } without TLS or rules: whoever reaches it may submit, work and administer`;
}
