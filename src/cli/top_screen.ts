/** What `geartrain top` draws: a moment as lines that fill a screen. */
import { type FunctionLoad, type Load, sortedBy, type SortKey } from "./load.ts";
import { safe } from "./table.ts";
import type { Size } from "./terminal.ts";

/** What is to be seen, and how. */
export interface View {
  readonly load: Load | undefined;
  readonly sortKey: SortKey;
  readonly isReversed: boolean;
  /** Whether functions with neither jobs nor workers are left out. */
  readonly hidesIdle: boolean;
  readonly isPaused: boolean;
  /** How many functions are above the first one that is shown. */
  readonly scroll: number;
  /** The time of day. */
  readonly clock: string;
}

/** A column: its key, its heading, how wide it is, and from how many columns of the screen on it is shown. */
interface Column {
  readonly key: SortKey | "lanes";
  readonly heading: string;
  readonly width: number;
  readonly from: number;
  readonly text: (row: FunctionLoad) => string;
}

const COLUMNS: readonly Column[] = [
  { key: "queued", heading: "QUEUED", width: 9, from: 0, text: ({ queued }) => String(queued) },
  { key: "lanes", heading: "HIGH", width: 8, from: 100, text: ({ high }) => String(high) },
  { key: "lanes", heading: "NORMAL", width: 8, from: 100, text: ({ normal }) => String(normal) },
  { key: "lanes", heading: "LOW", width: 8, from: 100, text: ({ low }) => String(low) },
  { key: "running", heading: "RUNNING", width: 9, from: 0, text: ({ running }) => String(running) },
  { key: "workers", heading: "WORKERS", width: 9, from: 0, text: ({ workers }) => String(workers) },
  { key: "rate", heading: "QUEUE/S", width: 10, from: 60, text: ({ rate }) => rateText(rate) },
];

/** From how many columns on there is a bar of what runs and what waits. */
const BAR_FROM = 120;

const KEYS = "q quit  f function  j queued  r running  w workers  c change  i idle  space stop";

/** How a line is shown. */
export type Style = "plain" | "title" | "heading" | "busy" | "trouble";

/** A line of a screen. */
export interface Line {
  readonly text: string;
  readonly style: Style;
}

/** The lines of a screen, as many as it has rows and none wider than it is. */
export function linesOf(view: View, { columns, rows }: Size): Line[] {
  const head = headOf(view);
  const functions = shownOf(view);
  const room = Math.max(0, rows - head.length - 2);
  const scroll = Math.min(view.scroll, Math.max(0, functions.length - room));
  const body = functions.slice(scroll, scroll + room);
  const lines: Line[] = [
    ...head,
    { text: headingOf(view, columns), style: "heading" },
    ...body.map((row): Line => ({
      text: rowOf(row, functions, columns),
      style: row.running > 0 ? "busy" : row.queued > 0 && row.workers === 0 ? "trouble" : "plain",
    })),
  ];
  while (lines.length < rows - 1) lines.push({ text: "", style: "plain" });
  const below = functions.length - scroll - body.length;
  const foot = below > 0 ? `${below} more below  ${KEYS}` : KEYS;
  return [...lines.slice(0, rows - 1), { text: foot, style: "title" as const }].map((line) => ({
    ...line,
    text: fitted(line.text, columns),
  }));
}

/** How many functions there are to scroll through. */
export function shownOf({ load, sortKey, isReversed, hidesIdle }: View): FunctionLoad[] {
  const isBusy = ({ queued, running, workers }: FunctionLoad) => queued + running + workers > 0;
  const functions = (load?.functions ?? []).filter((row) => !hidesIdle || isBusy(row));
  return sortedBy(functions, sortKey, isReversed);
}

function headOf({ load, clock, isPaused }: View): Line[] {
  const sum = (of: (row: FunctionLoad) => number) =>
    (load?.functions ?? []).reduce((all, row) => all + of(row), 0);
  const servers = load?.servers ?? [];
  const names = servers.map(({ server }) => server).join(", ");
  const lines: Line[] = [
    {
      text: `geartrain top  ${clock}${isPaused ? "  paused" : ""}  ${names}`,
      style: "title",
    },
    {
      text: load === undefined ? "asking ..." : [
        `functions ${load.functions.length}`,
        `queued ${sum(({ queued }) => queued)}`,
        `running ${sum(({ running }) => running)}`,
        `workers ${sum(({ workers }) => workers)}`,
      ].join("   "),
      style: "plain",
    },
  ];
  for (const { server, trouble } of servers) {
    if (trouble !== undefined) lines.push({ text: `${server}: ${trouble}`, style: "trouble" });
  }
  return [...lines, { text: "", style: "plain" }];
}

function headingOf({ sortKey, isReversed }: View, columns: number): string {
  const mark = isReversed ? "^" : "v";
  const marked = (key: string, heading: string) => key === sortKey ? `${heading}${mark}` : heading;
  const cells = shownColumns(columns).map(({ key, heading, width }) =>
    marked(key, heading).padStart(width)
  );
  return marked("function", "FUNCTION").padEnd(nameWidth(columns)) + cells.join("") +
    (columns >= BAR_FROM ? "  RUNNING # AND QUEUED ." : "");
}

function rowOf(row: FunctionLoad, all: readonly FunctionLoad[], columns: number): string {
  const width = nameWidth(columns);
  const cells = shownColumns(columns).map(({ width, text }) => text(row).padStart(width));
  const bar = columns >= BAR_FROM ? `  ${barOf(row, all, barWidth(columns))}` : "";
  return fitted(safe(row.function), width - 1).padEnd(width) + cells.join("") + bar;
}

function shownColumns(columns: number): readonly Column[] {
  return COLUMNS.filter(({ from }) => columns >= from);
}

/** A long name takes what the numbers leave; on a wide screen, half of that. */
function nameWidth(columns: number): number {
  const left = columns - shownColumns(columns).reduce((sum, { width }) => sum + width, 0);
  return Math.max(12, columns >= BAR_FROM ? Math.floor(left / 2) : left);
}

function barWidth(columns: number): number {
  const numbers = shownColumns(columns).reduce((sum, { width }) => sum + width, 0);
  return Math.max(0, columns - nameWidth(columns) - numbers - 2);
}

/** What runs and what waits, the longest bar as wide as there is room. */
function barOf(row: FunctionLoad, all: readonly FunctionLoad[], width: number): string {
  const most = Math.max(1, ...all.map(({ queued, running }) => queued + running));
  const scaled = (jobs: number) => jobs === 0 ? 0 : Math.max(1, Math.round(jobs / most * width));
  return ("#".repeat(scaled(row.running)) + ".".repeat(scaled(row.queued))).slice(0, width);
}

function rateText(rate: number | undefined): string {
  if (rate === undefined) return "";
  const text = Math.abs(rate) < 10 ? rate.toFixed(1) : rate.toFixed(0);
  return rate > 0 ? `+${text}` : rate === 0 ? "0" : text;
}

function fitted(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}\u{2026}`;
}
