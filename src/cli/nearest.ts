/** What somebody may have meant: the word of a list that takes the fewest changes. */

/** The nearest word, if one is near enough to be a slip. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const begun = words.filter((other) => other.startsWith(word));
  if (begun.length === 1) return begun[0];
  const limit = Math.max(1, Math.floor(word.length / 4));
  const distances = words.map((other) => distance(word, other));
  const least = Math.min(...distances);
  return least <= limit ? words[distances.indexOf(least)] : undefined;
}

/** How many letters must be put in, left out or changed. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const changed = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[to.length];
}
