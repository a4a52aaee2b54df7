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

/** How many letters must be put in, left out or changed, or change places with the next one. */
function distance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= from.length; i++) {
    const [last, row] = [rows[i - 1], [i]];
    for (let j = 1; j <= to.length; j++) {
      const changed = last[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = isSwapped ? rows[i - 2][j - 2] + 1 : Infinity;
      row.push(Math.min(changed, last[j] + 1, row[j - 1] + 1, swapped));
    }
    rows.push(row);
  }
  return rows[from.length][to.length];
}
