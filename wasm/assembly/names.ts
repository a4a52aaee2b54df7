/**
 * Names of up to 64 bytes: hashing, comparing and copying them in a few wide, overlapping pieces,
 * without a loop over bytes. Nothing here depends on what lies behind a name.
 *
 * Names of 16 to 32 bytes, as handles are, go the short way, which is inlined; hence methods of a
 * class, for the formatter takes decorators from functions away.
 */
import { HASH_KEYS } from "./memory.ts";

/** Bytes of the longest name that may have a slot. */
export const MAX_NAME: u32 = 64;

const KEYS: usize = 5;

/** Names as they are looked up. */
export abstract class Name {
  /** Whether a name of this length may have a slot. */
  @inline
  static mayHaveSlot(length: u32): bool {
    return length - 1 < MAX_NAME;
  }

  /**
   * The hash of a name. Words are multiplied independently of one another, each by a key of its
   * own, and added; the last step brings the last characters, in which handles differ, to all
   * bits.
   */
  @inline
  static hash(at: usize, length: u32): u32 {
    if (length - 16 > 16) return hashOther(at, length);
    const end = at + length;
    return finish(
      load<u64>(at) * load<u64>(HASH_KEYS) +
        load<u64>(at, 8) * load<u64>(HASH_KEYS + 8) +
        load<u64>(end - 16) * load<u64>(HASH_KEYS + 16) +
        load<u64>(end - 8) * load<u64>(HASH_KEYS + 24),
    );
  }

  /** Whether two names of the same length are equal. */
  @inline
  static same(a: usize, b: usize, length: u32): bool {
    if (length - 16 > 16) return sameOther(a, b, length);
    return !v128.any_true(v128.or(difference(a, b), difference(a + length - 16, b + length - 16)));
  }
}

/** Derives the keys from a seed, so that a peer cannot choose names that collide. */
export function seedHash(seed: u32): void {
  let state = <u64> seed;
  for (let key: usize = 0; key < 8 * KEYS; key += 8) {
    // splitmix64: consecutive states give unrelated words.
    state += 0x9e3779b97f4a7c15;
    let word = (state ^ state >> 30) * 0xbf58476d1ce4e5b9;
    word = (word ^ word >> 27) * 0x94d049bb133111eb;
    // Odd, so that a difference in a byte is never multiplied away.
    store<u64>(HASH_KEYS + key, word ^ word >> 31 | 1);
  }
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

/** The hash of a name of less than 16 bytes, or more than 32. */
function hashOther(at: usize, length: u32): u32 {
  const key = load<u64>(HASH_KEYS);
  if (length < 16) {
    return finish(
      (head(at, length) + length) * key + tail(at, length) * load<u64>(HASH_KEYS + 24),
    );
  }
  const end = at + length;
  let sum: u64 = 0;
  for (; at + 8 < end; at += 8) sum = (sum ^ sum >> 32 ^ load<u64>(at)) * key;
  return finish(sum + load<u64>(end - 8) * load<u64>(HASH_KEYS + 24));
}

/** As {@linkcode Name.same} for a name of less than 16 bytes, or more than 32. */
function sameOther(a: usize, b: usize, length: u32): bool {
  if (length < 16) {
    return head(a, length) == head(b, length) && tail(a, length) == tail(b, length);
  }
  const aEnd = a + length;
  const bEnd = b + length;
  const first = v128.or(difference(a, b), difference(a + 16, b + 16));
  const last = v128.or(difference(aEnd - 32, bEnd - 32), difference(aEnd - 16, bEnd - 16));
  return !v128.any_true(v128.or(first, last));
}

function finish(sum: u64): u32 {
  return <u32> ((sum ^ sum >> 32) * load<u64>(HASH_KEYS + 32) >> 32);
}

function difference(a: usize, b: usize): v128 {
  return v128.xor(v128.load(a), v128.load(b));
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
