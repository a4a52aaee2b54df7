/**
 * The words for what goes wrong with a socket, and the errno table that Deno, Bun and Node share:
 * all three put the system's name of an error into `code`.
 *
 * @module
 */
import { LinkError, type LinkErrorCode } from "../errors.ts";
import { type Address, addressText } from "./socket.ts";

/** What was under way when an error came: the same errno means one thing here and another there. */
export type Phase = "dial" | "listen" | "open";

const CODES: Readonly<Record<string, LinkErrorCode>> = {
  ECONNREFUSED: "REFUSED",
  EHOSTUNREACH: "UNREACHABLE",
  ENETUNREACH: "UNREACHABLE",
  EHOSTDOWN: "UNREACHABLE",
  ENETDOWN: "UNREACHABLE",
  EADDRNOTAVAIL: "UNREACHABLE",
  ENOTFOUND: "UNKNOWN_HOST",
  EAI_AGAIN: "UNKNOWN_HOST",
  EAI_NONAME: "UNKNOWN_HOST",
  EAI_NODATA: "UNKNOWN_HOST",
  ECONNRESET: "RESET",
  ECONNABORTED: "RESET",
  ENOTCONN: "RESET",
  EPIPE: "RESET",
  EADDRINUSE: "ADDRESS_IN_USE",
  EPROTO: "TLS",
};

/** What OpenSSL and BoringSSL find fault with. */
const TLS_CODE = /^ERR_(TLS|SSL|OSSL|BORINGSSL)/;

/** The reason in a line of OpenSSL's or BoringSSL's, among numbers, functions and the names of files. */
const LIBRARY_REASON = /error:[0-9A-Fa-f]+:[^:]*:[^:]*:([^:\n]+)/;

/** The code for a runtime's error, by its errno. `IO` where that says nothing. */
export function errnoCode(cause: unknown, phase: Phase): LinkErrorCode {
  const errno = (cause as { code?: unknown } | undefined)?.code;
  if (typeof errno !== "string") return "IO";
  if (errno === "ETIMEDOUT") return phase === "dial" ? "DIAL_TIMEOUT" : "SILENT";
  // Of a unix socket: nobody has made it.
  if (errno === "ENOENT" && phase === "dial") return "REFUSED";
  if (TLS_CODE.test(errno)) return "TLS";
  return CODES[errno] ?? "IO";
}

/** The error for `code` at an address. The cause's own words stand in it where ours cannot know better. */
export function linkError(code: LinkErrorCode, at: Address, cause?: unknown): LinkError {
  return new LinkError(code, words(code, addressText(at), cause), { cause });
}

function words(code: LinkErrorCode, where: string, cause: unknown): string {
  switch (code) {
    case "REFUSED":
      return `Expected "${where}" to accept a connection, it refused`;
    case "UNREACHABLE":
      return `Expected a route to "${where}", there is none`;
    case "UNKNOWN_HOST":
      return `Expected the host of "${where}" to have an address, none was found`;
    case "RESET":
      return `Expected "${where}" to keep the connection, it reset it`;
    case "CLOSED":
      return `Expected an open socket to "${where}", it is closed`;
    case "DIAL_TIMEOUT":
      return `Expected "${where}" to answer in time, it did not`;
    case "SILENT":
      return `Expected a sign of life from "${where}", none came`;
    case "ADDRESS_IN_USE":
      return `Expected "${where}" to be free, it is in use`;
    case "TLS":
      return `Expected TLS with "${where}", got ${said(cause)}`;
    default:
      return `Expected a working socket for "${where}", got ${said(cause)}`;
  }
}

function said(cause: unknown): string {
  const words = cause instanceof Error ? cause.message : String(cause);
  const reason = LIBRARY_REASON.exec(words)?.[1];
  return `"${reason?.replaceAll("_", " ").toLowerCase() ?? words}"`;
}
