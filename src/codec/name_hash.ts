/**
 * The hash of a name under keys of its own, so that a peer cannot choose names that collide.
 *
 * @module
 */

/** Bytes of the longest name that is hashed. */
export const MAX_NAME_BYTES = 64;

const MAX_WORDS = MAX_NAME_BYTES / 4;

/**
 * NH, as in UMAC and in the kernel: every word has a key added to it, then its halves are
 * multiplied with one another, and the products added up. Two names have equal sums under one key
 * in 2^15 at most. Words times keys, however odd, would not do: a difference in the highest bit of a
 * word comes through as it is, and two of them cancel out under every key.
 */
export class NameHash {
  /** The words of the name that was hashed last, little-endian, the last one filled up with zeros. */
  readonly words: Int32Array = new Int32Array(MAX_WORDS);
  readonly #keys = crypto.getRandomValues(new Int32Array(MAX_WORDS));
  /** Odd, so that no difference between sums is multiplied away. */
  readonly #sumKey = crypto.getRandomValues(new Int32Array(1))[0] | 1;

  /**
   * The hash of the name at `start`, whose words are put aside on the way: reading them once more
   * would cost as much as all the rest.
   */
  of(view: DataView, start: number, length: number): number {
    const words = this.words;
    const keys = this.#keys;
    const whole = length >> 2;
    let sum = length;
    for (let i = 0; i < whole; i++) {
      const word = view.getInt32(start + i * 4, true);
      words[i] = word;
      sum = sum + productOf(word + keys[i] | 0) | 0;
    }
    if ((length & 3) !== 0) {
      const word = tailWord(view, start, length);
      words[whole] = word;
      sum = sum + productOf(word + keys[whole] | 0) | 0;
    }
    // What products differ in stands high: fold it down, multiply it up, and fold it down again.
    sum = Math.imul(sum ^ sum >>> 15, this.#sumKey);
    return sum ^ sum >>> 14;
  }
}

/** The halves of a word, multiplied. */
function productOf(word: number): number {
  return Math.imul(word & 0xffff, word >>> 16);
}

/** The one to three bytes behind a name's last whole word. */
function tailWord(view: DataView, start: number, length: number): number {
  const bits = (length & 3) * 8;
  if (length > 4) return view.getInt32(start + length - 4, true) >>> 32 - bits;
  let word = 0;
  for (let i = 0; i < length; i++) word |= view.getUint8(start + i) << i * 8;
  return word;
}
