/**
 * Which server a name leads to: the same from every client, on every runtime, whatever the order of
 * the list, and for most names still the same when a server comes or goes.
 *
 * Consistent hashing by the highest score (rendezvous hashing): every server and name make a number
 * together, and the servers stand in line for a name by that number. If the first is down, its names
 * are spread evenly over the others, each to its second. Unlike points on a circle it needs no table,
 * and no tuning to spread evenly.
 *
 * @module
 */
import type { Address } from "../sockets/socket.ts";

/** A name as a number, to be asked about several servers. */
export function hashOf(name: string): number {
  // FNV-1a over UTF-16 units: names are short, and every runtime has the same units.
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return mixed(hash);
}

/** A server as a number. With or without TLS, and in whatever case its host is written, it is the same. */
export function serverHash(address: Address): number {
  return hashOf(
    "path" in address ? `unix:${address.path}` : `${address.host.toLowerCase()}:${address.port}`,
  );
}

/** How far ahead a server stands in the line for a name. */
export function scoreOf(nameHash: number, serverHash: number): number {
  return mixed(nameHash ^ serverHash) >>> 0;
}

/** Lets every bit of a number change every bit of it: the last steps of MurmurHash3. */
function mixed(number: number): number {
  let hash = number ^ number >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
  return hash ^ hash >>> 16;
}
