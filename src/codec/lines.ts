/**
 * Lines of the text protocol in the midst of a stream of packets: where one ends, and what it says.
 *
 * @module
 */
import { decodeBytes, decodeText } from "./text.ts";

/** How the bytes of a line become characters: as UTF-8, or one each. */
export type LineEncoding = "utf8" | "bytes";

/** Bytes of the longest line unless an option says otherwise, its ending not counted: gearmand's limit. */
export const MAX_LINE_BYTES = 8191;

/** The line's end has not come yet. */
export const LINE_OPEN = -1;
/** The line is too long. */
export const LINE_TOO_LONG = -2;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Where the newline of the line at `start` stands, or LINE_OPEN, or LINE_TOO_LONG. */
export function findNewline(bytes: Uint8Array, start: number, end: number, most: number): number {
  const limit = Math.min(end, start + most + 1);
  // The memory may be a decoder's whole window: indexOf() would run on past what has come.
  for (let at = start; at < limit; at++) {
    if (bytes[at] === NEWLINE) return at;
  }
  return end - start > most ? LINE_TOO_LONG : LINE_OPEN;
}

/** The line from `start` to its newline, without "\n" or "\r\n". */
export function lineText(
  bytes: Uint8Array,
  start: number,
  newline: number,
  encoding: LineEncoding,
): string {
  const end = newline > start && bytes[newline - 1] === RETURN ? newline - 1 : newline;
  return encoding === "utf8" ? decodeText(bytes, start, end) : decodeBytes(bytes, start, end);
}
