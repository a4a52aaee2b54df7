/** Curves of cost by count, both on logarithmic scales: what grows with the count rises. */
import type { Cost } from "./costs.ts";

/** What is drawn: two panels for each subject, time and bytes. */
export interface Curve {
  readonly title: string;
  readonly costs: readonly Cost[];
}

const WIDTH = 420;
const HEIGHT = 160;
const MARGIN = 46;
/** The scale of counts goes from 1 to this. */
const DECADES = 6;
const COLOUR = "#2563eb";

/** An SVG of all curves, a row for each. */
export function plotOf(curves: readonly Curve[]): string {
  const panels = curves.flatMap(({ title, costs }, row) => [
    panel(0, row, `${title}: µs each`, costs.map(({ count, time }) => [count, time])),
    panel(1, row, `${title}: bytes each`, costs.map(({ count, bytes }) => [count, bytes])),
  ]);
  const [width, height] = [2 * WIDTH, curves.length * HEIGHT];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
    `font-family="sans-serif" font-size="11">\n<rect width="100%" height="100%" fill="white"/>\n` +
    `${panels.join("\n")}\n</svg>\n`;
}

function panel(
  column: number,
  row: number,
  title: string,
  points: readonly (readonly [count: number, value: number])[],
): string {
  const left = column * WIDTH + MARGIN;
  const [top, bottom] = [row * HEIGHT + 30, (row + 1) * HEIGHT - 24];
  const right = (column + 1) * WIDTH - 16;
  const logs = points.map(([, value]) => Math.log10(Math.max(value, 0.1)));
  const low = Math.floor(Math.min(...logs));
  const high = Math.max(low + 1, Math.ceil(Math.max(...logs)));
  const x = (count: number): number => left + (right - left) * Math.log10(count) / DECADES;
  const y = (log: number): number => bottom - (bottom - top) * (log - low) / (high - low);
  const places = points.map(([count], i) => `${x(count).toFixed(1)},${y(logs[i]).toFixed(1)}`);
  const grid = Array.from({ length: high - low + 1 }, (_, i) => low + i).map((log) =>
    `<line x1="${left}" y1="${y(log)}" x2="${right}" y2="${y(log)}" stroke="#e5e7eb"/>` +
    text(left - 6, y(log) + 4, numberText(10 ** log), "end")
  );
  const ticks = Array.from({ length: DECADES + 1 }, (_, i) => 10 ** i)
    .map((count) => text(x(count), bottom + 16, numberText(count), "middle"));
  const dots = places.map((place) => {
    const [cx, cy] = place.split(",");
    return `<circle cx="${cx}" cy="${cy}" r="3" fill="${COLOUR}"/>`;
  });
  return [
    text(left, top - 12, title, "start"),
    ...grid,
    ...ticks,
    `<polyline points="${places.join(" ")}" fill="none" stroke="${COLOUR}" stroke-width="2"/>`,
    ...dots,
  ].join("\n");
}

function numberText(value: number): string {
  if (value >= 1e6) return `${value / 1e6} M`;
  return value >= 1e3 ? `${value / 1e3} k` : String(Number(value.toPrecision(1)));
}

function text(x: number, y: number, content: string, anchor: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${content}</text>`;
}
