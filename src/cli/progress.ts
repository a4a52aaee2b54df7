/** How far something is, on standard error: a bar where somebody watches, and lines if asked for. */
import type { Flag } from "./flags.ts";
import type { Terminal } from "./terminal.ts";

/** The flags. */
export const PROGRESS: readonly Flag[] = [
  { name: "progress", help: "Tell of progress also when nobody watches, in lines." },
  { name: "quiet", short: "q", help: "Tell neither of progress nor of warnings." },
];

const WIDTH = 30;
const CLEAR = "\r\x1b[K";

/** Standard error with a bar at its foot. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #style: "bar" | "lines" | "none";
  readonly #isQuiet: boolean;
  #shown = "";

  constructor(terminal: Terminal, flags: { has(name: string): boolean }) {
    this.#terminal = terminal;
    this.#isQuiet = flags.has("quiet");
    if (this.#isQuiet) this.#style = "none";
    else if (terminal.isWatched) this.#style = "bar";
    else this.#style = flags.has("progress") ? "lines" : "none";
  }

  /** Shows how far it is. A total of 0 is one that nobody knows. */
  show(done: number, total: number, unit = ""): void {
    const count = `${done}${total > 0 ? `/${total}` : ""}${unit}`;
    const text = this.#style === "bar" ? `${barOf(done, total)}${count}` : count;
    if (this.#style === "none" || text === this.#shown) return;
    this.#terminal.err(this.#style === "bar" ? CLEAR + text : `${text}\n`);
    this.#shown = text;
  }

  /** Writes a line that is not about progress. */
  note(line: string): void {
    if (this.#isQuiet) return;
    this.clear();
    this.#terminal.err(`${line}\n`);
  }

  /** Takes the bar away: something else is to be written. */
  clear(): void {
    if (this.#style === "bar" && this.#shown !== "") this.#terminal.err(CLEAR);
    this.#shown = "";
  }
}

function barOf(done: number, total: number): string {
  if (total <= 0) return "";
  const part = Math.min(1, Math.max(0, done / total));
  const full = Math.round(part * WIDTH);
  const percent = `${Math.floor(part * 100)}%`.padStart(4);
  return `[${"#".repeat(full)}${"-".repeat(WIDTH - full)}]${percent}  `;
}
