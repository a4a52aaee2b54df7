/**
 * Job servers as Net_Gearman's users name them.
 *
 * @module
 */
import type { ClientOptions } from "../../client/mod.ts";
import { Exception } from "./exceptions.ts";

/** `"host"` or `"host:port"`; and whatever else the library takes for an address of one server. */
export type ServerName = Exclude<ClientOptions["servers"], readonly unknown[]>;

/** The list that one server or several make. Throws where there is none. */
export function serverList(servers: ServerName | readonly ServerName[]): readonly ServerName[] {
  const list = Array.isArray(servers) ? servers as readonly ServerName[] : [servers as ServerName];
  if (list.length === 0 || list.some((server) => server === undefined || server === null)) {
    throw new Exception("Invalid servers specified");
  }
  return list;
}

/** How callbacks and messages name a server: as it was given, or `host:port`. */
export function nameOf(server: ServerName): string {
  if (typeof server === "string") return server;
  return "path" in server ? server.path : `${server.host}:${server.port ?? 4730}`;
}

/** Where a server is, in one way of writing for all: `host:port`, or a path. */
export function placeOf(server: ServerName): string {
  if (typeof server !== "string") return nameOf(server);
  const text = server.trim().replace(/^tls:\/\//, "");
  if (text.startsWith("unix:")) return text.slice(5);
  const [, literal, host, port = "4730"] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return `${literal ?? host}:${port}`;
}
