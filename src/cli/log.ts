/** The log of a server: lines with a time and a level, to a file, to standard error, or nowhere. */
import { closeSync, openSync, writeSync } from "node:fs";

/** The levels, as gearmand names them, the gravest first. */
export const LEVELS = [
  "FATAL",
  "ALERT",
  "CRITICAL",
  "ERROR",
  "WARNING",
  "NOTICE",
  "INFO",
  "DEBUG",
] as const;

/** How grave a line is. */
export type Level = typeof LEVELS[number];

const STDERR = 2;

/** A log. */
export class Log {
  readonly #to: string;
  readonly #limit: number;
  #file: number | undefined;

  /** Opens it: a path, `"stderr"` or `"none"`. Throws where the file cannot be written. */
  constructor(to: string, level: Level) {
    this.#to = to;
    this.#limit = LEVELS.indexOf(level);
    this.#file = this.#open();
  }

  /** Writes a line, unless its level is beyond the log's. */
  write(level: Level, message: string): void {
    if (this.#file === undefined || LEVELS.indexOf(level) > this.#limit) return;
    const line = `${new Date().toISOString()} ${level} ${message.replaceAll("\n", "\n  ")}\n`;
    try {
      writeSync(this.#file, line);
    } catch {
      // A full disk or a closed terminal must not end a server.
    }
  }

  /** Opens the file anew, at its path: a rotated log goes on in a new file. */
  reopen(): void {
    try {
      const file = this.#open();
      this.close();
      this.#file = file;
    } catch (error) {
      this.write("ERROR", `The log was not opened anew, and goes on in the old file: ${error}`);
    }
  }

  /** Closes the file. */
  close(): void {
    if (this.#file !== undefined && this.#file !== STDERR) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(): number | undefined {
    if (this.#to === "none") return undefined;
    return this.#to === "stderr" ? STDERR : openSync(this.#to, "a");
  }
}
