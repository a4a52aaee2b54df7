/**
 * What a constructor is given, where that may be anything: programs in JavaScript have no compiler
 * that tells them of a word that is missing or misspelt.
 *
 * @module
 */
import { got } from "../errors.ts";
import type { Address, Dial } from "../sockets/socket.ts";
import { parseServers, type Servers } from "./servers.ts";

/** What a constructor calls its servers. */
type ServersName = "servers" | "server";

/** The same options, with a way to dial where they have none. Throws a `TypeError` for what is no options. */
export function withDial<Options extends { readonly dial?: Dial }>(
  options: Options,
  dial: Dial,
  name: ServersName = "servers",
): Options & { readonly dial: Dial } {
  checkIsOptions(options, name);
  return { ...options, dial: options.dial ?? dial };
}

/** The addresses among a constructor's options. Throws a `TypeError` that names the option where there are none. */
export function serversIn(
  options: { readonly servers?: Servers; readonly server?: Servers },
  name: ServersName,
): Address[] {
  checkIsOptions(options, name);
  const servers = options[name];
  if (servers !== undefined) return parseServers(servers);
  const given = Object.entries(options).filter(([key]) => key !== "dial")
    .map(([key, value]) => value === undefined ? `${key}: undefined` : key);
  // The address of a server that is not there yet.
  const hint = name in options ? ": was JobServer.listen() awaited?" : "";
  throw expected(name, (given.length === 0 ? "none of them" : `{ ${given.join(", ")} }`) + hint);
}

function checkIsOptions(options: unknown, name: ServersName): void {
  if (typeof options !== "object" || options === null) throw expected(name, got(options));
}

function expected(name: ServersName, given: string): TypeError {
  return new TypeError(`Expected options such as { ${name}: "127.0.0.1:4730" }, got ${given}`);
}
