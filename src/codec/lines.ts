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

/** Finds lines and reads them. Each byte is looked at once, in however many reads its line comes. */
export class LineReader {
  /** Bytes of the longest line taken, its ending not counted. */
  readonly most: number;
  readonly #encoding: LineEncoding;
  /** Bytes of the open line that hold no newline. */
  #looked = 0;

  constructor(most: number = MAX_LINE_BYTES, encoding: LineEncoding = "utf8") {
    this.most = most;
    this.#encoding = encoding;
  }

  /**
   * Where the newline of the line at `start` stands, or LINE_OPEN, or LINE_TOO_LONG. After an open
   * line, the next one asked for is the same, wherever it has been moved.
   */
  newlineOf(bytes: Uint8Array, start: number, end: number): number {
    const limit = Math.min(end, start + this.most + 1);
    // The memory may be a decoder's whole window: indexOf() would run on past what has come.
    for (let at = start + this.#looked; at < limit; at++) {
      if (bytes[at] !== NEWLINE) continue;
      this.#looked = 0;
      return at;
    }
    this.#looked = limit - start;
    return end - start > this.most ? LINE_TOO_LONG : LINE_OPEN;
  }

  /** The line from `start` to its newline, without "\n" or "\r\n". */
  text(bytes: Uint8Array, start: number, newline: number): string {
    const end = newline > start && bytes[newline - 1] === RETURN ? newline - 1 : newline;
    return this.#encoding === "utf8"
      ? decodeText(bytes, start, end)
      : decodeBytes(bytes, start, end);
  }

  /** The open line will not go on. */
  forget(): void {
    this.#looked = 0;
  }
}
