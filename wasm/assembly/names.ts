/**
 * Names of up to 64 bytes: hashing, comparing and copying them in a few wide, overlapping pieces,
 * without a loop over bytes. What is found does not depend on what lies behind a name.
 *
 * Names of up to 32 bytes, as handles and functions are, go short ways, which are inlined; hence
 * methods of a class, for the formatter takes decorators from functions away.
 */
import { MAX_NAME } from "./commands.ts";
import { HASH_KEYS } from "./memory.ts";

/** 64-bit keys: one for each word of the longest name, and one for the sum. */
const KEYS: usize = MAX_NAME / 8 + 1;

/** The key for the sum. */
const SUM_KEY: usize = HASH_KEYS + 8 * (KEYS - 1);

/** Names as they are looked up. */
export abstract class Name {
  /** Whether a name of this length may have a slot. */
  @inline
  static mayHaveSlot(length: u32): bool {
    return length - 1 < MAX_NAME;
  }

  /**
   * The hash of a name: NH, as in UMAC. Every 32-bit word has a key added to it, then the words are
   * multiplied by twos, and the products added up. Two names of a length have equal sums under one
   * key in 2^32 at most. Words times keys, however odd, would not do: a difference in the highest
   * bit of a word comes through as it is, and two of them cancel out under every key.
   */
  @inline
  static hash(at: usize, length: u32): u32 {
    if (length > 32) return hashLong(at, length);
    const end = at + length;
    if (length < 16) {
      return Name.finish(
        Name.product(Name.head(at, length), HASH_KEYS) +
          Name.product(Name.tail(end, length), HASH_KEYS + 8),
        length,
      );
    }
    const first = i32x4.add(v128.load(at), v128.load(HASH_KEYS));
    const last = i32x4.add(v128.load(end - 16), v128.load(HASH_KEYS, 16));
    const sums = i64x2.add(
      i64x2.extmul_low_i32x4_u(first, last),
      i64x2.extmul_high_i32x4_u(first, last),
    );
    return Name.finish(
      <u64> i64x2.extract_lane(sums, 0) + <u64> i64x2.extract_lane(sums, 1),
      length,
    );
  }

  /** Whether two names of the same length are equal. */
  @inline
  static same(a: usize, b: usize, length: u32): bool {
    if (length > 32) return sameLong(a, b, length);
    const aEnd = a + length;
    const bEnd = b + length;
    if (length < 16) {
      const heads = Name.head(a, length) ^ Name.head(b, length);
      return (heads | Name.tail(aEnd, length) ^ Name.tail(bEnd, length)) == 0;
    }
    return !v128.any_true(v128.or(difference(a, b), difference(aEnd - 16, bEnd - 16)));
  }

  /** The first eight bytes; of a shorter name all, at the word's end. */
  @inline
  static head(at: usize, length: u32): u64 {
    return load<u64>(at) << <u64> (64 - (min<u32>(length, 8) << 3));
  }

  /** The last eight bytes; of a shorter name none. */
  @inline
  static tail(end: usize, length: u32): u64 {
    return select<u64>(load<u64>(end - 8), 0, length >= 8);
  }

  /** The halves of a word, the key's halves added to them, times one another. */
  @inline
  static product(word: u64, key: usize): u64 {
    const low = <u32> word + load<u32>(key);
    const high = <u32> (word >> 32) + load<u32>(key, 4);
    return <u64> low * <u64> high;
  }

  /** What sums differ in stands high: folded down, multiplied up, and folded down again. */
  @inline
  static finish(sum: u64, length: u32): u32 {
    const all = sum + <u64> length;
    const mixed = (all ^ all >> 29) * load<u64>(SUM_KEY);
    return <u32> (mixed >> 32 ^ mixed >> 49);
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
    store<u64>(HASH_KEYS + key, word ^ word >> 31);
  }
  // Odd, so that no difference between sums is multiplied away.
  store<u64>(SUM_KEY, load<u64>(SUM_KEY) | 1);
}

/** Copies a name of any length, and what lies behind it, to a record of {@linkcode MAX_NAME} bytes. */
export function copyName(to: usize, from: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  v128.store(to, v128.load(from, 32), 32);
  v128.store(to, v128.load(from, 48), 48);
}

/** The hash of a name of more than 32 bytes. */
function hashLong(at: usize, length: u32): u32 {
  const end = at + length;
  let key = HASH_KEYS;
  let sum: u64 = 0;
  for (; at + 8 < end; at += 8, key += 8) sum += Name.product(load<u64>(at), key);
  return Name.finish(sum + Name.product(load<u64>(end - 8), key), length);
}

/** As {@linkcode Name.same} for names of more than 32 bytes. */
function sameLong(a: usize, b: usize, length: u32): bool {
  const aEnd = a + length;
  const bEnd = b + length;
  const first = v128.or(difference(a, b), difference(a + 16, b + 16));
  const last = v128.or(difference(aEnd - 32, bEnd - 32), difference(aEnd - 16, bEnd - 16));
  return !v128.any_true(v128.or(first, last));
}

function difference(a: usize, b: usize): v128 {
  return v128.xor(v128.load(a), v128.load(b));
}
