/** What differs between two texts, line by line: what was got with `-`, what was expected with `+`. */

/** Lines beyond which the exact comparison would take too long; the middle is then shown as replaced. */
const EXACT_LINES = 500;

/** Unchanged lines that are shown around a change. */
const CONTEXT = 3;

/** The lines of both texts, marked, with long unchanged runs left out. */
export function diff(actual: string, expected: string): string {
  const a = actual.split("\n");
  const b = expected.split("\n");
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head && tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) tail++;
  const same = (line: string): string => `  ${line}`;
  return shorten([
    ...a.slice(0, head).map(same),
    ...changes(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ]).join("\n");
}

function changes(a: string[], b: string[]): string[] {
  const removed = (line: string): string => `- ${line}`;
  const added = (line: string): string => `+ ${line}`;
  if (
    a.length === 0 || b.length === 0 || a.length > EXACT_LINES ||
    b.length > EXACT_LINES
  ) {
    return [...a.map(removed), ...b.map(added)];
  }
  // longest[i][j]: lines that a[i..] and b[j..] have in common, in order.
  const longest = Array.from(
    { length: a.length + 1 },
    () => new Uint16Array(b.length + 1),
  );
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i][j] = a[i] === b[j]
        ? longest[i + 1][j + 1] + 1
        : Math.max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  const result: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      result.push(`  ${a[i++]}`);
      j++;
    } else if (longest[i + 1][j] >= longest[i][j + 1]) {
      result.push(removed(a[i++]));
    } else result.push(added(b[j++]));
  }
  return [...result, ...a.slice(i).map(removed), ...b.slice(j).map(added)];
}

function shorten(lines: string[]): string[] {
  const kept = lines.map((_, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some((line) => !line.startsWith("  "))
  );
  const result: string[] = [];
  lines.forEach((line, at) => {
    if (kept[at]) result.push(line);
    else if (at === 0 || kept[at - 1]) result.push("  ...");
  });
  return result;
}
