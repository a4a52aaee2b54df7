/**
 * Names of up to 64 bytes: hashing, comparing and copying them in a few wide, overlapping pieces,
 * without a loop over bytes. Nothing here depends on what lies behind a name.
 */
import { HASH_KEYS } from "./memory.ts";

/** Bytes of the longest name that may have a slot. */
export const MAX_NAME: u32 = 64;

/** Derives the keys from a seed, so that a peer cannot choose names that collide. */
export function seedHash(seed: u32): void {
  let state = <u64> seed;
  for (let key: usize = 0; key < 32; key += 8) {
    // splitmix64: consecutive states give unrelated words.
    state += 0x9e3779b97f4a7c15;
    let word = (state ^ state >> 30) * 0xbf58476d1ce4e5b9;
    word = (word ^ word >> 27) * 0x94d049bb133111eb;
    // Odd, so that a difference in a byte is never multiplied away.
    store<u64>(HASH_KEYS + key, word ^ word >> 31 | 1);
  }
}

/**
 * The hash of a name. The first eight and the last sixteen bytes are multiplied independently of
 * one another; what lies between is chained in. The fold before the last multiplication brings
 * the last characters, in which handles differ, to all bits.
 */
export function hashName(at: usize, length: u32): u32 {
  let sum = <u64> length;
  if (length >= 16) {
    const end = at + length;
    sum += load<u64>(at) * load<u64>(HASH_KEYS) +
      load<u64>(end - 16) * load<u64>(HASH_KEYS + 8) +
      load<u64>(end - 8) * load<u64>(HASH_KEYS + 16);
    for (let middle = at + 8; middle + 16 < end; middle += 8) {
      sum = (sum ^ sum >> 32 ^ load<u64>(middle)) * load<u64>(HASH_KEYS);
    }
  } else {
    sum += head(at, length) * load<u64>(HASH_KEYS) + tail(at, length) * load<u64>(HASH_KEYS + 16);
  }
  sum = (sum ^ sum >> 32) * load<u64>(HASH_KEYS + 24);
  return <u32> (sum >> 32);
}

/** Whether two names of the same length are equal. */
export function sameName(a: usize, b: usize, length: u32): bool {
  if (length < 16) {
    return head(a, length) == head(b, length) && tail(a, length) == tail(b, length);
  }
  const aEnd = a + length;
  const bEnd = b + length;
  let difference = v128.or(
    v128.xor(v128.load(a), v128.load(b)),
    v128.xor(v128.load(aEnd - 16), v128.load(bEnd - 16)),
  );
  if (length > 32) {
    difference = v128.or(
      difference,
      v128.or(
        v128.xor(v128.load(a, 16), v128.load(b, 16)),
        v128.xor(v128.load(aEnd - 32), v128.load(bEnd - 32)),
      ),
    );
  }
  return !v128.any_true(difference);
}

/** Copies a name to a record of {@linkcode MAX_NAME} bytes. */
export function copyName(to: usize, from: usize, length: u32): void {
  if (length < 16) {
    store<u64>(to, head(from, length));
    if (length >= 8) store<u64>(to + length - 8, tail(from, length));
    return;
  }
  const toEnd = to + length;
  const fromEnd = from + length;
  if (length > 32) {
    v128.store(to, v128.load(from, 16), 16);
    v128.store(toEnd - 32, v128.load(fromEnd - 32));
  }
  v128.store(to, v128.load(from));
  v128.store(toEnd - 16, v128.load(fromEnd - 16));
}

/** The first eight bytes of a name of less than sixteen; bytes behind a shorter one are cleared. */
function head(at: usize, length: u32): u64 {
  const word = load<u64>(at);
  return length < 8 ? word & (1 << <u64> (length << 3)) - 1 : word;
}

/** The last eight bytes of a name of eight to fifteen; 0 for a shorter one. */
function tail(at: usize, length: u32): u64 {
  return length < 8 ? 0 : load<u64>(at + length - 8);
}
