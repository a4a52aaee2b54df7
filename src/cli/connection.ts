/** Which servers a command speaks to: flags that all of them have, and the variables in their place. */
import { type Address, parseServers } from "../../mod.ts";
import type { Call } from "./command.ts";
import { last } from "./command.ts";
import { durationOf } from "./duration.ts";
import { checkPair, type PemKind, readPem } from "./files.ts";
import { type Flag, flagsFromEnvironment, layered } from "./flags.ts";
import { UsageError } from "./usage_error.ts";

/** The flags. */
export const CONNECTION: readonly Flag[] = [
  {
    name: "servers",
    short: "s",
    value: "LIST",
    help: "Job servers: host, host:port, [::1]:port, tls://host, unix:/path, with commas\n" +
      "between them. Default GEARTRAIN_SERVERS, or 127.0.0.1:4730.",
  },
  { name: "tls-ca", value: "FILE", help: "Whom to trust, PEM. Default: whom the system trusts." },
  { name: "tls-cert", value: "FILE", help: "The certificate to show, PEM." },
  { name: "tls-key", value: "FILE", help: "Its private key, PEM." },
  { name: "tls-name", value: "NAME", help: "The name that the server's certificate must have." },
  {
    name: "dial-timeout",
    value: "TIME",
    help: "How long a server may take to accept a connection. Default 10s.",
  },
];

const PREFIX = "GEARTRAIN";

/** Where to connect, and for how long to try. */
export interface Connection {
  readonly servers: readonly Address[];
  readonly dialTimeout?: number;
}

/** What the flags say. Throws a {@linkcode UsageError}. */
export function connectionOf({ flags, terminal }: Pick<Call, "flags" | "terminal">): Connection {
  const known = layered(flagsFromEnvironment(CONNECTION, PREFIX, terminal.env), flags);
  const pem = (name: string, kind: PemKind) => {
    const path = last(known, name);
    return path === undefined ? undefined : readPem(path, `--${name}`, kind);
  };
  const tls = {
    ...withValue("ca", pem("tls-ca", "certificate")),
    ...withValue("cert", pem("tls-cert", "certificate")),
    ...withValue("key", pem("tls-key", "private key without a passphrase")),
    ...withValue("serverName", last(known, "tls-name")),
  };
  if (tls.cert !== undefined && tls.key !== undefined) {
    checkPair(tls.cert, tls.key, "--tls-cert and --tls-key");
  }
  const servers = parseServers(last(known, "servers") ?? "127.0.0.1:4730");
  const [tlsFlag] = [...flags.keys()].filter((name) => name.startsWith("tls-"));
  if (tlsFlag !== undefined && !servers.some((server) => "tls" in server)) {
    throw new UsageError(`Expected a tls:// address in --servers with --${tlsFlag}, got none`);
  }
  const dialTimeout = durationOf(last(known, "dial-timeout"), "dial-timeout");
  return {
    servers: servers.map((server) => "tls" in server ? { ...server, tls } : server),
    ...withValue("dialTimeout", dialTimeout),
  };
}

function withValue<T>(name: string, value: T | undefined): Record<string, T> {
  return value === undefined ? {} : { [name]: value };
}

/** A server as it is typed. */
export function serverText(address: Address): string {
  if ("path" in address) return `unix:${address.path}`;
  const { host, port, tls } = address;
  return `${tls === undefined ? "" : "tls://"}${host.includes(":") ? `[${host}]` : host}:${port}`;
}
