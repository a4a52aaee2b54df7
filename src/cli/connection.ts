/** Which servers a command speaks to: flags that all of them have, and the variables in their place. */
import { readFileSync } from "node:fs";
import { type Address, parseServers } from "../../mod.ts";
import type { Call } from "./command.ts";
import { last } from "./command.ts";
import { durationOf } from "./duration.ts";
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
  const file = (name: string) => readPem(last(known, name), name);
  const tls = {
    ...withValue("ca", file("tls-ca")),
    ...withValue("cert", file("tls-cert")),
    ...withValue("key", file("tls-key")),
    ...withValue("serverName", last(known, "tls-name")),
  };
  const servers = parseServers(last(known, "servers") ?? "127.0.0.1:4730");
  const dialTimeout = durationOf(last(known, "dial-timeout"), "dial-timeout");
  return {
    servers: servers.map((server) => "tls" in server ? { ...server, tls } : server),
    ...withValue("dialTimeout", dialTimeout),
  };
}

function withValue<T>(name: string, value: T | undefined): Record<string, T> {
  return value === undefined ? {} : { [name]: value };
}

function readPem(path: string | undefined, flag: string): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    throw new UsageError(`Expected --${flag} to name a file that can be read, got ${why}`);
  }
}

/** A server as it is typed. */
export function serverText(address: Address): string {
  if ("path" in address) return `unix:${address.path}`;
  const { host, port, tls } = address;
  return `${tls === undefined ? "" : "tls://"}${host.includes(":") ? `[${host}]` : host}:${port}`;
}
