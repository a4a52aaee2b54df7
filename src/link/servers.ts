/**
 * Addresses of job servers as people write them.
 *
 * @module
 */
import { got } from "../errors.ts";
import { DEFAULT_PORT } from "../protocol/mod.ts";
import type { Address, DialTls } from "../sockets/socket.ts";

/** A job server: text, or its parts. The port is 4730 where none is given. */
export type ServerAddress =
  | string
  | Address
  | { readonly host: string; readonly port?: number; readonly tls?: DialTls };

/** One job server, a list, or a list in one text: `"host:port,[::1]:4730,unix:/path,tls://host"`. */
export type Servers = ServerAddress | readonly ServerAddress[];

/**
 * Reads addresses. Throws a `TypeError` that shows the part it could not read.
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

const EXPECTED =
  'Expected a server such as "host:4730", "[::1]:4730", "tls://host" or "unix:/path"';

function parseAddress(text: string): Address {
  if (text.startsWith("unix:") && text.length > 5) return { path: text.slice(5) };
  const tls = text.startsWith("tls://");
  const place = tls ? text.slice(6) : text;
  const match = /^(?:\[([0-9a-fA-F:.]+(?:%[\w.-]+)?)\]|([^\s:/[\]]+))(?::(\d{1,5}))?$/.exec(place);
  const port = Number(match?.[3] ?? DEFAULT_PORT);
  if (match === null || port < 1 || port > 65535) {
    throw new TypeError(`${EXPECTED}, got ${got(text)}`);
  }
  const host = match[1] ?? match[2];
  return tls ? { host, port, tls: {} } : { host, port };
}

function checkAddress(server: Exclude<ServerAddress, string>): Address {
  if (typeof server === "object" && server !== null) {
    if ("path" in server && typeof server.path === "string" && server.path !== "") return server;
    if ("host" in server && typeof server.host === "string" && server.host !== "") {
      const port = server.port ?? DEFAULT_PORT;
      if (!Number.isInteger(port) || port < 1 || port > 65535) {
        throw new RangeError(`Expected a port from 1 to 65535, got ${got(port)}`);
      }
      return { ...server, port };
    }
  }
  throw new TypeError(`${EXPECTED}, or { host, port }, or { path }, got ${got(server)}`);
}
