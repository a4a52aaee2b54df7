/**
 * Addresses of job servers as people write them.
 *
 * @module
 */
import { got } from "../errors.ts";
import { checkOptions, type OptionNames, wrongRange } from "../misuse.ts";
import { DEFAULT_PORT } from "../protocol/mod.ts";
import type { Address, DialTls, TcpAddress, UnixAddress } from "../sockets/socket.ts";

/** A job server: text, or its parts. The port is 4730 where none is given. */
export type ServerAddress =
  | string
  | Address
  | { readonly host: string; readonly port?: number; readonly tls?: DialTls };

/** One job server, a list, or a list in one text: `"host:port,[::1]:4730,unix:/path,tls://host"`. */
export type Servers = ServerAddress | readonly ServerAddress[];

/**
 * Reads addresses. Throws a `TypeError` that shows the part it could not read, or a `RangeError`
 * for a port that cannot be.
 *
 * @example
 * ```ts
 * import { parseServers } from "geartrain";
 *
 * parseServers("10.0.0.1,[::1]:4731"); // [{ host: "10.0.0.1", port: 4730 }, { host: "::1", port: 4731 }]
 * ```
 */
export function parseServers(servers: Servers): Address[] {
  const list = Array.isArray(servers) ? servers as readonly ServerAddress[] : [servers];
  const addresses = list.flatMap((server) =>
    typeof server === "string"
      ? server.split(",").map((part) => parseAddress(part.trim()))
      : [checkAddress(server as Exclude<ServerAddress, string>)]
  );
  if (addresses.length === 0) throw new TypeError("Expected one server at least, got none");
  return addresses;
}

/** Reads one. Throws a `TypeError` for what is none, a `RangeError` for a port that cannot be. */
export function parseAddress(text: string, leastPort = 1): Address {
  if (text.startsWith("unix:") && text.length > 5) return { path: text.slice(5) };
  const tls = text.startsWith("tls://");
  const place = tls ? text.slice(6) : text;
  const match = /^(?:\[([0-9a-fA-F:.]+(?:%[\w.-]+)?)\]|([^\s:/[\]]+))(?::(\d{1,5}))?$/.exec(place);
  const port = Number(match?.[3] ?? DEFAULT_PORT);
  if (match === null) throw noServer(got(text));
  checkPort(port, leastPort);
  const host = match[1] ?? match[2];
  return tls ? { host, port, tls: {} } : { host, port };
}

const ADDRESS: OptionNames<TcpAddress | UnixAddress> = {
  host: true,
  port: true,
  path: true,
  tls: true,
};

function checkAddress(server: Exclude<ServerAddress, string>): Address {
  const { then, address } = Object(server);
  if (then !== undefined) throw noServer("a promise: await JobServer.listen()");
  if (address !== undefined) throw noServer("a JobServer: give its address");
  if (typeof server !== "object" || server === null) throw noServer(got(server));
  checkOptions(server, ADDRESS, "a server");
  if ("path" in server && typeof server.path === "string" && server.path !== "") return server;
  if ("host" in server && typeof server.host === "string" && server.host !== "") {
    const port = checkPort(server.port ?? DEFAULT_PORT, 1);
    if (server.tls !== undefined) checkOptions(server.tls, DIAL_TLS, "tls");
    return { ...server, port };
  }
  throw noServer(got(server));
}

/** Throws a `RangeError` for what is no port. */
export function checkPort(port: number, least: number): number {
  if (Number.isInteger(port) && port >= least && port <= 65535) return port;
  throw wrongRange(`a port as a number from ${least} to 65535`, port);
}

function noServer(given: string): TypeError {
  return new TypeError(
    'Expected a server such as "host:4730", "[::1]:4730", "tls://host" or "unix:/path", ' +
      `or { host, port }, or { path }, got ${given}`,
  );
}

const DIAL_TLS: OptionNames<DialTls> = { ca: true, cert: true, key: true, serverName: true };
