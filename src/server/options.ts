/**
 * What a job server is told when it begins to listen: the names of its options, and what they may be
 * where nobody else looks at it.
 *
 * @module
 */
import { checkCodec } from "../codec/mod.ts";
import { checkClock, checkPort, parseAddress } from "../link/mod.ts";
import { checkFlag, checkFunction, checkOptions, type OptionNames, wrongType } from "../misuse.ts";
import { DEFAULT_PORT } from "../protocol/mod.ts";
import type { ListenAddress, ListenTls, TcpListenAddress, UnixAddress } from "../sockets/socket.ts";
import { wantsCertificates } from "./access.ts";
import { checkCount } from "./checks.ts";
import type { ResultsOptions } from "./fates.ts";
import type { CloseServerOptions, DrainServerOptions, JobServerOptions } from "./server.ts";
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

/** The names of the options of {@linkcode JobServer.listen}. */
export const LISTEN_OPTIONS: OptionNames<JobServerOptions> = {
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

const LISTEN_ADDRESS: OptionNames<TcpListenAddress | UnixAddress> = {
  host: true,
  port: true,
  path: true,
  tls: true,
};

const LISTEN_TLS: OptionNames<ListenTls> = {
  cert: true,
  key: true,
  ca: true,
  handshakeTimeout: true,
};

/** Throws a `TypeError` or `RangeError` for options that no server could go by. */
export function checkListenOptions(options: JobServerOptions): void {
  checkOptions(options, LISTEN_OPTIONS, "listen()");
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

/** Where to listen. Throws a `TypeError` or `RangeError` for what is no address. */
export function placesOf(options: JobServerOptions): readonly ListenAddress[] {
  const { addresses, path, host = "127.0.0.1", port = 0, tls, authorize } = options;
  const given = addresses ?? (path === undefined ? { host, port, tls } : { path });
  const list = Array.isArray(given) ? given as readonly ListenPlace[] : [given as ListenPlace];
  const places = list.flatMap((place) =>
    typeof place === "string" ? placesIn(place) : [checkPlace(place)]
  );
  if (places.length === 0) {
    throw new RangeError("Expected at least one address to listen on, got none");
  }
  const areNamed = places.some((at) => "host" in at && at.tls?.ca !== undefined);
  if (typeof authorize === "object" && wantsCertificates(authorize) && !areNamed) {
    throw new RangeError("Expected an address with tls.ca for rules by certificate, got none");
  }
  return places;
}

function placesIn(text: string): ListenAddress[] {
  return text.split(",").map((part) => {
    const address = parseAddress(part.trim(), 0);
    if ("path" in address || address.tls === undefined) return address as ListenAddress;
    throw wrongType("{ host, port, tls: { cert, key } } for TLS", part);
  });
}

function checkPlace(place: Exclude<ListenPlace, string>): ListenAddress {
  checkOptions(place as TcpListenAddress | UnixAddress, LISTEN_ADDRESS, "an address");
  if ("path" in place) {
    if (typeof place.path === "string" && place.path !== "") return place;
    throw wrongType("path to be that of a unix socket", place.path);
  }
  const { host, port = DEFAULT_PORT, tls } = place;
  if (typeof host !== "string" || host === "") {
    throw wrongType("host to be a name or an address", host);
  }
  if (tls !== undefined) checkTls(tls);
  return { ...place, port: checkPort(port, 0) };
}

function checkTls(tls: ListenTls): void {
  checkOptions(tls, LISTEN_TLS, "tls");
  for (const name of ["cert", "key"] as const) {
    if (typeof tls[name] === "string") continue;
    throw wrongType(`tls.${name} as PEM text`, tls[name]);
  }
}
