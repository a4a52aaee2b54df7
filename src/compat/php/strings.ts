/**
 * PHP's strings, which are bytes. Here they are text, or bytes where a program says so.
 *
 * @module
 */
import { wrongType } from "../../misuse.ts";

/** What workloads, data and results are given as: text from UTF-8, or a `Uint8Array`. */
export type StringMode = "text" | "bytes";

/** What one of the two modes gives. */
export type StringOf<Mode extends StringMode> = Mode extends "bytes" ? Uint8Array : string;

/** What may be given where PHP takes a string: scalars become text as in PHP, bytes stay as they are. */
export type PhpString = string | number | bigint | boolean | null | undefined | Uint8Array;

const encoder = new TextEncoder();
// A mark of the byte order is part of the text, as any other character is to PHP.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Gives bytes in a mode. */
export function given<Mode extends StringMode>(bytes: Uint8Array, mode: Mode): StringOf<Mode> {
  return (mode === "bytes" ? bytes : decoder.decode(bytes)) as StringOf<Mode>;
}

/** A string of the caller's: text or bytes. Throws a `TypeError` for what PHP would refuse. */
export function phpString(value: PhpString, what: string): string | Uint8Array {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  if (value === null || value === undefined || value === false) return "";
  if (value === true) return "1";
  if (typeof value === "number" || typeof value === "bigint") return `${value}`;
  throw wrongType(`${what} of text, bytes or a number`, value);
}

/** A name of the caller's, as text up to the first NUL: there C stops reading. */
export function phpName(value: PhpString, what: string): string {
  const text = phpString(value, what);
  const [name] = (typeof text === "string" ? text : decoder.decode(text)).split("\0", 1);
  return name;
}

/** The bytes of a string. */
export function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === "string" ? encoder.encode(text) : text;
}

/** A number as PHP's `(int)` makes one. Throws a `TypeError` for what is none. */
export function phpInt(value: number, what: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw wrongType(`${what} to be a whole number`, value);
  }
  return Math.trunc(value);
}
