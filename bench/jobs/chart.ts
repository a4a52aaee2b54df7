/** Results as a picture: for each cell a bar for every contestant, as long as its jobs a second. */
import type { Cell } from "./cells.ts";
import type { Result } from "./rounds.ts";
import { labelOf, sizeText } from "./table.ts";

const WIDTH = 860;
const LABEL_WIDTH = 150;
const VALUE_WIDTH = 90;
const BAR = 16;
const GAP = 4;
const HEAD = 30;
const SPACE = 14;

/** Ours stand out, the bound stays behind. */
const OURS = "#2563eb";
const BOUND = "#9ca3af";
const OTHERS = "#d97706";

/** An SVG of cells below one another. Bars of one cell share a scale. */
export function chartOf(
  measured: readonly { readonly cell: Cell; readonly results: readonly Result[] }[],
): string {
  let y = SPACE;
  const parts: string[] = [];
  for (const { cell, results } of measured) {
    const most = Math.max(...results.map(({ jobsPerSecond }) => jobsPerSecond));
    parts.push(text(SPACE, y + BAR, titleOf(cell), ' font-weight="bold"'));
    y += HEAD;
    for (const result of [...results].sort((a, b) => b.jobsPerSecond - a.jobsPerSecond)) {
      const room = WIDTH - LABEL_WIDTH - VALUE_WIDTH - 2 * SPACE;
      const length = Math.max(1, Math.round(room * result.jobsPerSecond / most));
      const left = SPACE + LABEL_WIDTH;
      parts.push(
        text(left - 8, y + BAR - 4, labelOf(result), ' text-anchor="end"'),
        `<rect x="${left}" y="${y}" width="${length}" height="${BAR}" fill="${colourOf(result)}"/>`,
        text(left + length + 6, y + BAR - 4, Math.round(result.jobsPerSecond).toLocaleString("en")),
      );
      y += BAR + GAP;
    }
    y += SPACE;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" ` +
    `viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="12">\n` +
    `<rect width="${WIDTH}" height="${y}" fill="#ffffff"/>\n${parts.join("\n")}\n</svg>\n`;
}

function titleOf({ scenario, size, inFlight, jobs }: Cell): string {
  return `${scenario}, ${sizeText(size)}, ${inFlight} in flight: jobs a second (${
    jobs.toLocaleString("en")
  } a turn)`;
}

function colourOf({ name }: Result): string {
  if (name.startsWith("raw")) return BOUND;
  return name === "node" || name === "deno" || name === "bun" ? OURS : OTHERS;
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${x}" y="${y}" fill="#111827"${attributes}>${content}</text>`;
}
