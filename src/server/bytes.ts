/** Names as the engine compares them: bytes, never text, since functions and uniques need not be UTF-8. */

/** No bytes at all. Shared: it cannot be written to. */
export const EMPTY: Uint8Array = new Uint8Array(0);

/** Arguments beyond this many bytes are made keys in pieces, for the sake of the stack. */
const PIECE = 4096;

/** Up to so many bytes an array of characters is filled: engines take longer to make one of bytes. */
const SHORT = 64;

/** One for each short length. */
const shortUnits: readonly number[][] = Array.from(
  { length: SHORT + 1 },
  (_, length) => new Array<number>(length).fill(0),
);

/** A string that is equal for equal bytes only: one character for each byte. Lines of the text protocol are such, too. */
export function keyOf(bytes: Uint8Array): string {
  const { length } = bytes;
  if (length <= SHORT) {
    const units = shortUnits[length];
    for (let i = 0; i < length; i++) units[i] = bytes[i];
    return String.fromCharCode.apply(null, units);
  }
  if (length <= PIECE) return String.fromCharCode.apply(null, bytes as never);
  let key = "";
  for (let at = 0; at < length; at += PIECE) {
    key += String.fromCharCode.apply(null, bytes.subarray(at, at + PIECE) as never);
  }
  return key;
}

/** The bytes that {@linkcode keyOf} made a string of. */
export function bytesOf(key: string): Uint8Array {
  const bytes = new Uint8Array(key.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = key.charCodeAt(i);
  return bytes;
}

/** What stands before the first NUL: where gearmand reads a C string, what follows does not count. */
export function beforeNul(bytes: Uint8Array): Uint8Array {
  const nul = bytes.indexOf(0);
  return nul < 0 ? bytes : bytes.subarray(0, nul);
}

/** Whether two ranges hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}

const DASH = 0x2d;

/** Whether a unique is `-`, which stands for the job's workload. */
export function isDash(unique: Uint8Array): boolean {
  return unique.length === 1 && unique[0] === DASH;
}

/** Whether a unique names its job: one that is empty or a dash does not. */
export function isName(unique: Uint8Array): boolean {
  return unique.length > 0 && !isDash(unique);
}
