/**
 * What the replies to text commands are made of: rows, one value, or a bare OK.
 *
 * @module
 */
import { got, ProtocolError } from "../errors.ts";
import { parseValue } from "../protocol/mod.ts";

/** Takes a line of a reply, without its ending; gives what the reply says with the last one. Throws a {@linkcode ProtocolError} for a line that makes no sense. */
export type Reply<T> = (line: string) => { readonly value: T } | undefined;

/** Rows, and then a line with a dot. */
export function rowsOf<T>(parse: (line: string) => T): Reply<T[]> {
  const rows: T[] = [];
  return (line) => {
    if (line === ".") return { value: rows };
    rows.push(parse(line));
    return undefined;
  };
}

/** `OK` and a value. */
export function valueOf<T>(what: string, read: (value: string) => T | undefined): Reply<T> {
  return (line) => {
    const text = parseValue(line);
    const value = text === undefined ? undefined : read(text);
    if (value !== undefined) return { value };
    throw new ProtocolError("UNEXPECTED", `Expected "OK" and ${what}, got ${got(line)}`);
  };
}

/** A bare `OK`. */
export const done: Reply<void> = (line: string): { readonly value: void } => {
  if (parseValue(line) !== undefined) return { value: undefined };
  throw new ProtocolError("UNEXPECTED", `Expected "OK", got ${got(line)}`);
};
