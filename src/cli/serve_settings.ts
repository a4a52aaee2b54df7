/**
 * What `geartrain serve` is told, by its flags, the environment and a file, as the settings of a
 * server. Nothing is opened here but the files that are named for being read.
 *
 * @module
 */
import { hostname } from "node:os";
import { got } from "../errors.ts";
import { readText } from "./files.ts";
import { UsageError } from "./usage_error.ts";
import {
  flagsFromEnvironment,
  flagsFromText,
  type FlagValues,
  layered,
  parseFlags,
} from "./flags.ts";
import type { JobServerOptions, ResultsOptions } from "../../mod.ts";
import { type Level, LEVELS } from "./log.ts";
import { countOf as wholeNumberOf } from "./numbers.ts";
import { SERVE_FLAGS } from "./serve_flags.ts";
import { bytesOf, packetBytesOf, roomOf } from "./sizes.ts";

/** The prefix of the variables that stand for flags. */
export const PREFIX = "GEARTRAIN";

const DEFAULT_PORT = 4730;

/** gearmand's, which has it from Drizzle. */
const DEFAULT_BIND_TIMEOUT = 20;

/** Leaves room for a colon and ten digits in the 63 bytes of a handle. */
const MAX_PREFIX_BYTES = 52;

/** Certificates and keys, or the files that hold them. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

/** Options of the server that the flags always say. */
type SaidOptions =
  | "jobRetries"
  | "workerWakeup"
  | "roundRobin"
  | "exceptions"
  | "handlePrefix";

/** Options of the server that they may leave to it. */
type LeftOptions =
  | "timeZone"
  | "results"
  | "maxPacketBytes"
  | "maxWaitingBytes"
  | "maxQueuedBytes"
  | "maxConnections"
  | "idleTimeout"
  | "partialTimeout";

/** What the server is told. */
export interface ServeSettings
  extends Required<Pick<JobServerOptions, SaidOptions>>, Pick<JobServerOptions, LeftOptions> {
  /** Hosts to listen on; `"*"`: all. */
  readonly hosts: readonly string[];
  readonly port: number;
  readonly paths: readonly string[];
  /** Seconds for which a port in use is tried again. */
  readonly bindTimeout: number;
  /** The file with the rules. */
  readonly access?: string;
  readonly tls?: TlsFiles;
  readonly store?: {
    readonly path: string;
    readonly synchronous: "full" | "normal";
    readonly maxBytes?: number;
  };
  readonly obeysShutdown: boolean;
  readonly logFile: string;
  readonly level: Level;
  readonly pidFile?: string;
  readonly user?: string;
  /** What is said of flags that change nothing, and of those that keep the server from starting. */
  readonly ignored: readonly string[];
  readonly refused: readonly string[];
}

/** All values: those of the command line, of the environment, of the file. Throws a {@linkcode UsageError}. */
export function readFlags(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): FlagValues {
  const variables = flagsFromEnvironment(SERVE_FLAGS, PREFIX, env);
  const given = layered(variables, parseFlags(SERVE_FLAGS, args));
  const file = given.get("config-file")?.[0];
  const written = file === undefined ? new Map() : flagsFromFile(file);
  const isSecure = layered(written, given).has("ssl");
  return layered(written, gearmandVariables(env, isSecure), given);
}

/** The settings that these values make. Throws a {@linkcode UsageError}. */
export function settingsOf(flags: FlagValues): ServeSettings {
  const last = (name: string): string | undefined => flags.get(name)?.at(-1);
  return {
    hosts: namesOf(flags, "listen") ?? ["localhost"],
    port: portOf(last("port")),
    paths: namesOf(flags, "unix") ?? [],
    bindTimeout: countOf(last, "bind-timeout") ?? DEFAULT_BIND_TIMEOUT,
    access: last("access"),
    tls: tlsOf(flags, last),
    store: storeOf(last),
    results: resultsOf(last),
    timeZone: timeZoneOf(last("time-zone")),
    jobRetries: countOf(last, "job-retries") ?? 0,
    workerWakeup: countOf(last, "worker-wakeup") ?? 0,
    roundRobin: flags.has("round-robin"),
    exceptions: flags.has("exceptions"),
    handlePrefix: handlePrefixOf(last("job-handle-prefix")),
    maxPacketBytes: packetBytesOf(last("max-packet-bytes")),
    maxWaitingBytes: roomOf(last("max-waiting-bytes"), "max-waiting-bytes"),
    maxQueuedBytes: roomOf(last("max-queued-bytes"), "max-queued-bytes"),
    maxConnections: countOf(last, "max-connections", 1),
    idleTimeout: millisecondsOf(last, "idle-timeout"),
    partialTimeout: millisecondsOf(last, "partial-timeout"),
    obeysShutdown: flags.has("shutdown-command"),
    logFile: last("log-file") ?? "stderr",
    level: levelOf(last("verbose") ?? "NOTICE"),
    pidFile: last("pid-file"),
    user: last("user"),
    ignored: [...remarks(flags, "ignored"), ...ignoredQueue(last)],
    refused: [
      ...remarks(flags, "refused"),
      ...refusedQueue(last("queue-type")),
      ...refusedTls(flags),
    ],
  };
}

/** The values of a flag, none of which is empty: a variable that is not set must not open a server to all. */
function namesOf(flags: FlagValues, name: string): readonly string[] | undefined {
  const values = flags.get(name);
  if (values?.includes("") !== true) return values;
  throw new UsageError(`Expected --${name} with an address, got ""`);
}

type Last = (name: string) => string | undefined;

/** The variables that gearmand reads; those of TLS, which clients read as well, where it is spoken. */
function gearmandVariables(
  env: Readonly<Record<string, string | undefined>>,
  isSecure: boolean,
): FlagValues {
  const names = {
    GEARMAND_PORT: "port",
    ...isSecure && {
      GEARMAND_CA_CERTIFICATE: "ssl-ca-file",
      GEARMAND_SERVER_PEM: "ssl-certificate",
      GEARMAND_SERVER_KEY: "ssl-key",
    },
  };
  return new Map(
    Object.entries(names).flatMap(([variable, name]) => {
      const value = env[variable];
      return value === undefined || value === "" ? [] : [[name, [value]]];
    }),
  );
}

function flagsFromFile(path: string): FlagValues {
  const flags = flagsFromText(SERVE_FLAGS, readText(path, "--config-file"));
  if (!flags.has("config-file")) return flags;
  throw new UsageError(`Expected no --config-file in ${got(path)}, got one`);
}

function portOf(text: string | undefined): number {
  if (text === undefined || text === "gearman") return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`Expected --port from 0 to 65535, got ${got(text)}`);
}

function countOf(last: Last, name: string, least = 0): number | undefined {
  return wholeNumberOf(last(name), `--${name}`, least);
}

/** Seconds, as gearmand's flags have them. */
function millisecondsOf(last: Last, name: string): number | undefined {
  const seconds = countOf(last, name);
  if (seconds === undefined) return undefined;
  if (seconds > 0) return seconds * 1000;
  throw new UsageError(`Expected --${name} to be a number of seconds, 1 or more, got "0"`);
}

function resultsOf(last: Last): ResultsOptions | undefined {
  const ttl = millisecondsOf(last, "results-ttl");
  const maxBytes = bytesOf(last("results-max-bytes"), "results-max-bytes");
  const maxResultBytes = bytesOf(last("results-max-each"), "results-max-each");
  if (ttl !== undefined) return { ttl, maxBytes, maxResultBytes };
  if (maxBytes === undefined && maxResultBytes === undefined) return undefined;
  throw new UsageError("Expected --results-ttl with the limits of results, got none");
}

function timeZoneOf(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name;
  } catch {
    throw new UsageError(
      `Expected --time-zone to be one, for instance Europe/Vienna or UTC, got ${got(name)}`,
    );
  }
}

function levelOf(text: string): Level {
  const level = LEVELS.find((level) => level === text.toUpperCase());
  if (level !== undefined) return level;
  throw new UsageError(`Expected --verbose to be one of ${LEVELS.join(", ")}, got ${got(text)}`);
}

function handlePrefixOf(text: string | undefined): string {
  if (text === undefined) {
    return `H:${hostname()}`.replace(/[^\x21-\x7e]/g, "-").slice(0, MAX_PREFIX_BYTES);
  }
  if (/^[\x21-\x7e]{1,52}$/.test(text)) return text;
  throw new UsageError(
    `Expected --job-handle-prefix of 1 to ${MAX_PREFIX_BYTES} ASCII characters and no space, got ${
      got(text)
    }`,
  );
}

function tlsOf(flags: FlagValues, last: Last): TlsFiles | undefined {
  if (!flags.has("ssl")) return undefined;
  const cert = last("ssl-certificate");
  const key = last("ssl-key");
  return cert === undefined || key === undefined
    ? undefined
    : { cert, key, ca: last("ssl-ca-file") };
}

/** gearmand takes --ssl alone, or all but --ssl, and then speaks plaintext. */
function refusedTls(flags: FlagValues): string[] {
  const files = ["ssl-certificate", "ssl-key", "ssl-ca-file"];
  if (!flags.has("ssl")) {
    return files.filter((name) => flags.has(name)).map((name) => `--${name}: give --ssl, too`);
  }
  return files.slice(0, 2).every((name) => flags.has(name))
    ? []
    : ["--ssl: give --ssl-certificate and --ssl-key, too"];
}

function storeOf(last: Last): ServeSettings["store"] {
  const path = last("store") ?? (isSqlite(last) ? last("libsqlite3-db") : undefined);
  if (isSqlite(last) && path === undefined) {
    throw new UsageError("Expected --libsqlite3-db with --queue-type=libsqlite3, got none");
  }
  if (path === "") throw new UsageError('Expected --store to name a file, got ""');
  const [limit] = ["store-synchronous", "store-max-bytes"].filter((name) =>
    last(name) !== undefined
  );
  if (path === undefined && limit !== undefined) {
    throw new UsageError(`Expected --store with --${limit}, got none`);
  }
  const synchronous = last("store-synchronous") ?? "full";
  if (synchronous !== "full" && synchronous !== "normal") {
    throw new UsageError(
      `Expected --store-synchronous to be full or normal, got ${got(synchronous)}`,
    );
  }
  return path === undefined
    ? undefined
    : { path, synchronous, maxBytes: bytesOf(last("store-max-bytes"), "store-max-bytes", "64K") };
}

/** gearmand ignores it without a word, and keeps nothing. */
function ignoredQueue(last: Last): string[] {
  if (last("libsqlite3-db") === undefined || isSqlite(last)) return [];
  return ["--libsqlite3-db: give --queue-type=libsqlite3, or --store"];
}

function isSqlite(last: Last): boolean {
  return last("queue-type")?.toLowerCase() === "libsqlite3";
}

function refusedQueue(name: string | undefined): string[] {
  if (name === undefined || ["builtin", "libsqlite3"].includes(name.toLowerCase())) return [];
  return [`--queue-type=${name}: use --store, a file`];
}

function remarks(flags: FlagValues, treatment: "ignored" | "refused"): string[] {
  return SERVE_FLAGS
    .filter((flag) => flag.treatment === treatment && flags.has(flag.name))
    .map(({ name, why }) => `--${name}: ${why}`);
}
