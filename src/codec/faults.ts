/**
 * What can be wrong with a stream, as numbers: both decoders find faults by number, and this file
 * makes errors of them.
 *
 * @module
 */
import { ProtocolError } from "../errors.ts";
import { arityOf, type CommandName, commandName, COMMANDS } from "../protocol/mod.ts";

/** The magic is neither REQ nor RES. Detail: the magic, as a big-endian word. */
export const FAULT_MAGIC = 1;
/** The protocol has no such command. Detail: its number. */
export const FAULT_COMMAND = 2;
/** The body is larger than the limit. Detail: its size. */
export const FAULT_SIZE = 3;
/** Too few arguments. Detail: the command's number. */
export const FAULT_ARGUMENTS = 4;

/** Bytes of the stream that an error shows. */
const SHOWN_BYTES = 16;

/** Where a fault was found. */
export interface FaultPlace {
  /** Bytes from the start of the stream to the packet at fault. */
  readonly offset: number;
  /** Memory that holds what has come of it. Copied. */
  readonly bytes: Uint8Array;
  /** Where in `bytes` it starts, and where what has come ends. */
  readonly start: number;
  readonly end: number;
  /** What has come behind that, where it stands elsewhere. */
  readonly rest?: Uint8Array;
}

/** The error for a fault. `limit` is the largest body taken, in bytes. */
export function faultError(
  fault: number,
  detail: number,
  limit: number,
  place: FaultPlace,
): ProtocolError {
  const options = { offset: place.offset, bytes: shownBytes(place) };
  const unsigned = detail >>> 0;
  switch (fault) {
    case FAULT_MAGIC:
      return new ProtocolError(
        "BAD_MAGIC",
        `Expected the magic of a request or a response, got ${magicText(unsigned)}`,
        options,
      );
    case FAULT_COMMAND:
      return new ProtocolError(
        "UNKNOWN_COMMAND",
        `Expected a command of the protocol, got number ${unsigned}`,
        options,
      );
    case FAULT_SIZE:
      return new ProtocolError(
        "TOO_LARGE",
        `Expected a body of at most ${limit} bytes, got one of ${unsigned}`,
        options,
      );
    default:
      return new ProtocolError("MISSING_ARGUMENT", argumentsMessage(detail), options);
  }
}

/** A wrong magic in hexadecimal, and what it says to those who dialled the wrong port. */
function magicText(magic: number): string {
  const hex = `0x${magic.toString(16).padStart(8, "0")}`;
  const bytes = [magic >>> 24, magic >> 16 & 0xff, magic >> 8 & 0xff, magic & 0xff];
  if ((bytes[0] === 0x15 || bytes[0] === 0x16) && bytes[1] === 3) return `${hex}, as TLS begins`;
  const isText = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  return isText ? `"${String.fromCharCode(...bytes)}"` : hex;
}

/** The error for a text line that has no end within `limit` bytes. */
export function lineError(limit: number, place: FaultPlace): ProtocolError {
  return new ProtocolError(
    "TOO_LARGE",
    `Expected a line of at most ${limit} bytes, got a longer one`,
    { offset: place.offset, bytes: shownBytes(place) },
  );
}

/** The first bytes at a place as a big-endian word; those that have not come count as NUL. */
export function magicAt(place: FaultPlace): number {
  const bytes = shownBytes(place);
  let word = 0;
  for (let i = 0; i < 4; i++) word = word << 8 | (i < bytes.length ? bytes[i] : 0);
  return word;
}

function shownBytes({ bytes, start, end, rest }: FaultPlace): Uint8Array {
  const here = bytes.subarray(start, Math.min(end, start + SHOWN_BYTES));
  const there = rest?.subarray(0, SHOWN_BYTES - here.length) ?? [];
  return Uint8Array.of(...here, ...there);
}

function argumentsMessage(type: number): string {
  const name = commandName(type) as CommandName;
  return `Expected ${arityOf(COMMANDS[name])} arguments in ${name}, got fewer`;
}
