/**
 * The hash of a name under keys of its own, so that a peer cannot choose names that collide.
 *
 * @module
 */
import { findNul } from "./separators.ts";

/** Bytes of the longest name that is hashed. */
export const MAX_NAME_BYTES = 64;

const MAX_WORDS = MAX_NAME_BYTES / 4;

/** Keys for names that are to be compared: one for each word of a name, and one for the sum. */
export function hashKeys(): Int32Array {
  const keys = crypto.getRandomValues(new Int32Array(MAX_WORDS + 1));
  // Odd, so that no difference between sums is multiplied away.
  keys[MAX_WORDS] |= 1;
  return keys;
}

/**
 * The name that was read last, and its hash: NH, as in UMAC and in the kernel. Every word has a key
 * added to it, then its halves are multiplied with one another, and the products added up. Two names
 * have equal sums under one key in 2^15 at most. Words times keys, however odd, would not do: a
 * difference in the highest bit of a word comes through as it is, and two of them cancel out under
 * every key.
 */
export class HashedName {
  /**
   * The name's words, little-endian, the last one filled up with zeros: to read them once more would
   * cost as much as all the rest.
   */
  readonly words: Int32Array = new Int32Array(MAX_WORDS);
  /** Bytes of the name. One of more than {@linkcode MAX_NAME_BYTES} has no words and no hash. */
  length = 0;
  hash = 0;
  readonly #keys: Int32Array;

  /** Of {@linkcode hashKeys}. */
  constructor(keys: Int32Array) {
    this.#keys = keys;
  }

  /** Reads the name from `start` to `end`. */
  read(view: DataView, start: number, end: number): void {
    const length = end - start;
    this.length = length;
    if (length > MAX_NAME_BYTES) return;
    const words = this.words;
    const keys = this.#keys;
    const last = end - 4;
    let sum = 0;
    let at = start;
    for (let i = 0; at <= last; at += 4, i++) {
      const word = view.getInt32(at, true);
      words[i] = word;
      const keyed = word + keys[i];
      sum = sum + Math.imul(keyed & 0xffff, keyed >>> 16) | 0;
    }
    this.#finish(sum, length, at === end ? 0 : tailWord(view, start, length));
  }

  /** Reads the name from `start` to the first NUL. Returns where that is, or `end`: there is none. */
  readToNul(view: DataView, start: number, end: number): number {
    const words = this.words;
    const keys = this.#keys;
    const last = Math.min(end, start + MAX_NAME_BYTES) - 4;
    let sum = 0;
    let at = start;
    // The search is written out: with calls in this loop Node 20 took 17 ns more for a handle.
    for (let i = 0; at <= last; at += 4, i++) {
      const word = view.getInt32(at, true);
      const nuls = (word - 0x01010101) & ~word & 0x80808080;
      if (nuls !== 0) {
        const nul = nuls & -nuls;
        at += 31 - Math.clz32(nul) >> 3;
        this.#finish(sum, at - start, word & (nul >>> 7) - 1);
        return at;
      }
      words[i] = word;
      const keyed = word + keys[i];
      sum = sum + Math.imul(keyed & 0xffff, keyed >>> 16) | 0;
    }
    // It is a long one, or ends with the last three bytes.
    const nul = findNul(view, at, end);
    this.read(view, start, nul);
    return nul;
  }

  /** Ends a hash, given the sum of the whole words and the bytes behind them. */
  #finish(sum: number, length: number, tail: number): void {
    let all = sum + length | 0;
    if ((length & 3) !== 0) {
      const last = length >> 2;
      this.words[last] = tail;
      const keyed = tail + this.#keys[last];
      all = all + Math.imul(keyed & 0xffff, keyed >>> 16) | 0;
    }
    this.length = length;
    // What products differ in stands high: fold it down, multiply it up, and fold it down again.
    all = Math.imul(all ^ all >>> 15, this.#keys[MAX_WORDS]);
    this.hash = all ^ all >>> 14;
  }
}

/** The one to three bytes behind a name's last whole word. */
function tailWord(view: DataView, start: number, length: number): number {
  const bits = (length & 3) * 8;
  if (length > 4) return view.getInt32(start + length - 4, true) >>> 32 - bits;
  let word = 0;
  for (let i = 0; i < length; i++) word |= view.getUint8(start + i) << i * 8;
  return word;
}
