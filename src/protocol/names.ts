/**
 * What may stand as a name on the wire. Each function returns what it was given, or throws a
 * `TypeError` or `RangeError` that says what was expected.
 *
 * @module
 */
import { wrongType } from "../misuse.ts";
import {
  MAX_CLIENT_ID_BYTES,
  MAX_FUNCTION_BYTES,
  MAX_HANDLE_BYTES,
  MAX_UNIQUE_BYTES,
} from "./limits.ts";

const encoder = new TextEncoder();

/** A function's name: 1 to 512 bytes, no NUL. */
export function checkFunctionName(name: string): string {
  return check(name, "a function name", MAX_FUNCTION_BYTES);
}

/** A unique: 1 to 63 bytes, no NUL. */
export function checkUnique(unique: string): string {
  return check(unique, "a unique", MAX_UNIQUE_BYTES);
}

/** A reducer's name: 1 to 63 bytes, no NUL. A function's name, but gearmand keeps no more of it. */
export function checkReducer(name: string): string {
  return check(name, "a reducer", MAX_UNIQUE_BYTES);
}

/** A handle: 1 to 63 bytes, no NUL. */
export function checkHandle(handle: string): string {
  return check(handle, "a handle", MAX_HANDLE_BYTES);
}

/** A client id: 1 to 127 bytes, no NUL. */
export function checkClientId(id: string): string {
  return check(id, "a client id", MAX_CLIENT_ID_BYTES);
}

/** A function's name as a word of the text protocol, which knows no quotes: no space, no control character. */
export function checkFunctionWord(name: string): string {
  return checkWord(checkFunctionName(name), "a function name");
}

/** A handle as a word of the text protocol. */
export function checkHandleWord(handle: string): string {
  return checkWord(checkHandle(handle), "a handle");
}

function checkWord(text: string, what: string): string {
  // deno-lint-ignore no-control-regex
  if (!/[\s\x00-\x1f\x7f]/.test(text)) return text;
  throw wrongType(`${what} without spaces for the text protocol`, text);
}

function check(text: string, what: string, most: number): string {
  if (typeof text !== "string" || text === "" || text.includes("\0")) {
    throw wrongType(`${what} of at least one character and no NUL`, text);
  }
  // A UTF-16 unit is three bytes of UTF-8 at most, so short text need not be measured.
  if (text.length * 3 > most) {
    const bytes = encoder.encode(text).length;
    if (bytes > most) {
      throw new RangeError(`Expected ${what} of at most ${most} bytes, got ${bytes}`);
    }
  }
  return text;
}
