/**
 * Uniques as libgearman makes them.
 *
 * @module
 */
import { bytesOf } from "./strings.ts";

/** Bytes of a unique that the extension takes. */
export const MAX_UNIQUE_BYTES = 64;

/** Bytes of a unique that servers keep; gearmand cuts off what is more, and damages what follows. */
const KEPT_UNIQUE_BYTES = 63;

/** A job's unique: made where none is given, and for `#` a number that equal workloads share. */
export function uniqueOf(unique: string, workload: string | Uint8Array): string {
  if (unique === "") return crypto.randomUUID();
  return unique === "#" ? `${hash(bytesOf(workload))}` : unique;
}

/** A unique as it is sent: what of it a server would keep. */
export function sentUnique(unique: string): string {
  const bytes = bytesOf(unique);
  if (bytes.length <= KEPT_UNIQUE_BYTES) return unique;
  // A character that the cut would go through is left out.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    bytes.subarray(0, KEPT_UNIQUE_BYTES),
    { stream: true },
  );
}

/** MurmurHash3 of 32 bits with libgearman's seed, so that both give one workload one unique. */
function hash(bytes: Uint8Array): number {
  const { length } = bytes;
  let h = Math.imul(0xdeadbeef, length);
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const word = bytes[i] | bytes[i + 1] << 8 | bytes[i + 2] << 16 | bytes[i + 3] << 24;
    h = rotate(h ^ scrambled(word), 13);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let i = length - 1; i >= whole; i--) rest = rest << 8 | bytes[i];
  h ^= scrambled(rest) ^ length;
  h = Math.imul(h ^ h >>> 16, 0x85ebca6b);
  h = Math.imul(h ^ h >>> 13, 0xc2b2ae35);
  return (h ^ h >>> 16) >>> 0;
}

function scrambled(word: number): number {
  return Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
}

function rotate(word: number, by: number): number {
  return word << by | word >>> 32 - by;
}
