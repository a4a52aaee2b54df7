/**
 * The handle of a job, as it is held while nobody asks for it. Those of a server differ in the number
 * at their end, so that what comes before is there once for all, and none takes memory of its own.
 *
 * @module
 */
import { decodeText, type Packet } from "../codec/mod.ts";

/** Digits of a number that takes no memory on V8. */
const MOST_DIGITS = 9;

const ZERO = 0x30;
const NINE = 0x39;

/** Reads handles into two parts, which are the last one's until the next is read. */
export class HandleReader {
  /** All before the number. */
  prefix = "";
  /** What it ends in, or -1. */
  number = -1;
  /** The prefix, as the wire has it. */
  #bytes: Uint8Array = new Uint8Array(0);

  /** Reads the handle that is the packet's first argument. */
  read(packet: Packet): void {
    const { bytes } = packet;
    const start = packet.startOf(0);
    const end = packet.endOf(0);
    const at = numberAt(bytes, Math.max(start, end - MOST_DIGITS), end);
    let number = at < end ? 0 : -1;
    for (let i = at; i < end; i++) number = number * 10 + bytes[i] - ZERO;
    this.number = number;
    if (isSame(bytes, start, at, this.#bytes)) return;
    this.#bytes = bytes.slice(start, at);
    this.prefix = decodeText(bytes, start, at);
  }
}

/** The text of a handle that was read. */
export function handleText(prefix: string, number: number): string {
  return number < 0 ? prefix : prefix + number;
}

/** Where the number begins that ends at `end`: zeros before it would be lost, and are none of it. */
function numberAt(bytes: Uint8Array, first: number, end: number): number {
  let at = end;
  while (at > first && bytes[at - 1] >= ZERO && bytes[at - 1] <= NINE) at--;
  while (at < end - 1 && bytes[at] === ZERO) at++;
  return at;
}

function isSame(bytes: Uint8Array, start: number, end: number, others: Uint8Array): boolean {
  const { length } = others;
  if (end - start !== length) return false;
  for (let i = 0; i < length; i++) if (bytes[start + i] !== others[i]) return false;
  return true;
}
