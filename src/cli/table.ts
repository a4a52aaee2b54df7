/** Tables of text: columns as wide as what stands in them, numbers to the right. */

/** Something in a table. */
export type Cell = string | number;

/** The lines of a table, its heading first, each with its line ending. */
export function tableOf(heading: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const isNumber = heading.map((_, column) =>
    rows.length > 0 && rows.every((row) => typeof row[column] === "number")
  );
  const texts = [heading, ...rows.map((row) => row.map((cell) => safe(String(cell))))];
  const widths = heading.map((_, column) => Math.max(...texts.map((row) => row[column].length)));
  return texts.map((row) => {
    const cells = row.map((text, column) =>
      isNumber[column] ? text.padStart(widths[column]) : text.padEnd(widths[column])
    );
    return `${cells.join("  ").trimEnd()}\n`;
  }).join("");
}

/** Text of others, without what a terminal would obey. */
export function safe(text: string): string {
  // deno-lint-ignore no-control-regex -- these are what is looked for
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, "\u{fffd}");
}

/** The same of several lines, such as a stack. */
export function safeLines(text: string): string {
  return text.replace(/[^\n\t]+/g, safe);
}
