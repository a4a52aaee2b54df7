/**
 * What a job server is told, and what its options may be where nobody else looks at it.
 *
 * @module
 */
import { checkCodec } from "../codec/mod.ts";
import { got } from "../errors.ts";
import { checkClock, type Clock } from "../link/mod.ts";
import { checkFlag, checkFunction, checkOptions, type OptionNames, wrongType } from "../misuse.ts";
import type { Listen, ListenAddress, ListenTls } from "../sockets/socket.ts";
import type { AccessRule, Authorize } from "./access.ts";
import { checkCount } from "./checks.ts";
import type { ResultsOptions } from "./fates.ts";
import { sqliteStore } from "./sqlite_store.ts";
import type { Store } from "./store.ts";

/**
 * Where to listen: text as clients have it, `"host:port"` or `"unix:/path"`, or its parts. The port is
 * 4730 where none is given, and 0 takes a free one.
 */
export type ListenPlace =
  | string
  | ListenAddress
  | { readonly host: string; readonly port?: number; readonly tls?: ListenTls };

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

/** The names of the options of {@linkcode JobServer.listen}. */
const LISTEN_OPTIONS: OptionNames<JobServerOptions> = {
  listen: true,
  host: true,
  port: true,
  path: true,
  tls: true,
  addresses: true,
  authorize: true,
  maxPacketBytes: true,
  maxWaitingBytes: true,
  maxQueuedBytes: true,
  maxConnections: true,
  idleTimeout: true,
  partialTimeout: true,
  handlePrefix: true,
  version: true,
  pid: true,
  logLevel: true,
  shutdown: true,
  jobRetries: true,
  workerWakeup: true,
  roundRobin: true,
  exceptions: true,
  timeZone: true,
  results: true,
  codec: true,
  store: true,
  warn: true,
  clock: true,
  wallTime: true,
};

/** Those of {@linkcode JobServer.close}. */
export const CLOSE_OPTIONS: OptionNames<CloseServerOptions> = { grace: true };

/** Those of {@linkcode JobServer.drain}. */
export const DRAIN_OPTIONS: OptionNames<DrainServerOptions> = { timeout: true };

const RESULTS_OPTIONS: OptionNames<ResultsOptions> = {
  ttl: true,
  maxResultBytes: true,
  maxBytes: true,
};

/** Throws a `TypeError` for what is no options of {@linkcode JobServer.listen}: a port alone is none. */
export function checkAreListenOptions(options: object): void {
  const given: unknown = options;
  if (typeof given === "number" || typeof given === "string") {
    const option = typeof given === "number" ? "port" : "addresses";
    const hint = `{ ${option}: ${got(given)} }`;
    throw wrongType("options of listen() as an object", given, hint);
  }
  checkOptions(options, LISTEN_OPTIONS, "listen()");
}

/** Throws a `TypeError` or `RangeError` for options that no server could go by. */
export function checkListenOptions(options: JobServerOptions): void {
  checkAreListenOptions(options);
  const { results, codec = "ts", roundRobin = false, exceptions = false, pid = 0 } = options;
  if (options.clock !== undefined) checkClock(options.clock);
  checkCount(pid, "pid");
  for (const name of ["listen", "warn", "shutdown", "wallTime"] as const) {
    if (options[name] !== undefined) checkFunction(options[name], name);
  }
  for (const name of ["handlePrefix", "version", "logLevel", "timeZone"] as const) {
    const text: unknown = options[name];
    if (text === undefined || typeof text === "string") continue;
    throw wrongType(`${name} as text`, text);
  }
  checkCodec(codec);
  checkFlag(roundRobin, "roundRobin");
  checkFlag(exceptions, "exceptions");
  if (results !== undefined) checkOptions(results, RESULTS_OPTIONS, "results");
}

/** The store that an option is or makes. Throws a `TypeError` for what is neither. */
export function storeOf(store: string | Store): Store {
  if (typeof store === "string") return sqliteStore(store);
  const { open, commit, close } = Object(store) as Partial<Store>;
  if ([open, commit, close].every((method) => typeof method === "function")) return store;
  throw wrongType("store as the path of a file, or a Store", store);
}
