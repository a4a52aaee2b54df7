/**
 * Names whose differences cancel out in hashes that multiply words by keys: under every key where a
 * word is multiplied as it is, or after a fold that all the world knows.
 *
 * @module
 */

/** Lengths of words that hashes read. */
const WORDS = [2, 4, 8];

/** How many bits lower a fold puts a copy of a word's highest bit; 0: there is none. */
const FOLDS = [0, 8, 14, 15, 16, 32];

/** Sets of names of one length, each to be spread over an index of a few hundred entries. */
export function* collidingNames(): Generator<readonly Uint8Array[]> {
  for (const length of [16, 24, 32, 64]) {
    for (const word of WORDS) {
      for (const fold of FOLDS.filter((bits) => bits < 8 * word)) {
        yield flippedInPairs(length, word, fold);
      }
    }
  }
}

/** Up to 128 names: in an even number of words, the highest bit is another one, and its copy. */
function flippedInPairs(length: number, word: number, fold: number): Uint8Array[] {
  const words = Math.min(length / word, 8);
  const names: Uint8Array[] = [];
  for (let flips = 0; flips < 1 << words; flips++) {
    const name = new Uint8Array(length).fill(0x61);
    let flipped = 0;
    for (let i = 0; i < words; i++) {
      if ((flips >> i & 1) === 0) continue;
      flipped++;
      const highest = 8 * word - 1;
      flip(name, i * word, highest);
      if (fold > 0) flip(name, i * word, highest - fold);
    }
    if (flipped % 2 === 0) names.push(name);
  }
  return names;
}

function flip(name: Uint8Array, at: number, bit: number): void {
  name[at + (bit >> 3)] ^= 1 << (bit & 7);
}

/** The largest number of names that share a hash. */
export function mostAlike(hashes: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const hash of hashes) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  return Math.max(...counts.values());
}
