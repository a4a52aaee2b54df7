/**
 * The sizes that the protocol and its reference server fix. Measured on gearmand 1.1.20 unless a
 * line says otherwise.
 *
 * @module
 */
import { wrongRange } from "../misuse.ts";

/** Bytes of a packet's header: magic, type, size. */
export const HEADER_BYTES = 12;

/** `\0REQ` as a big-endian word: what goes to a server. */
export const MAGIC_REQ = 0x00524551;

/** `\0RES` as a big-endian word: what a server sends. */
export const MAGIC_RES = 0x00524553;

/** The port that IANA gave Gearman. */
export const DEFAULT_PORT = 4730;

/** Bytes of the longest handle; gearmand keeps 64 with the NUL that ends it. */
export const MAX_HANDLE_BYTES = 63;

/** Bytes of the longest unique; gearmand takes 64, and damages it. */
export const MAX_UNIQUE_BYTES = 63;

/** Bytes of the longest function name that libgearman takes; gearmand itself has no such limit. */
export const MAX_FUNCTION_BYTES = 512;

/** Bytes of the longest client id that gearmand keeps whole. */
export const MAX_CLIENT_ID_BYTES = 127;

/**
 * The code of an ERROR about an argument, and, from our own server, about a packet: then it is the
 * last that comes before the link ends.
 */
export const ARGUMENT_TOO_LARGE = "ARGUMENT_TOO_LARGE";

/** The largest body taken unless an option says otherwise: 64 MiB. */
export const DEFAULT_MAX_PACKET_BYTES: number = 64 * 1024 * 1024;

/** The largest body that any option may ask for: 1 GiB, so that addresses cannot wrap. */
export const MAX_PACKET_BYTES: number = 1024 * 1024 * 1024;

/** The limit to keep when an option asks for this one. Throws a `RangeError` where it is no whole number up to 1 GiB. */
export function packetLimit(maxPacketBytes: number = DEFAULT_MAX_PACKET_BYTES): number {
  if (
    Number.isInteger(maxPacketBytes) && maxPacketBytes >= 0 && maxPacketBytes <= MAX_PACKET_BYTES
  ) {
    return maxPacketBytes;
  }
  throw wrongRange(`maxPacketBytes from 0 to ${MAX_PACKET_BYTES}`, maxPacketBytes);
}
