/** A result on standard output: at a terminal it ends with a newline, its own or ours. */
import type { Terminal } from "./terminal.ts";

const NEWLINE = 0x0a;

/** Where one result is written. */
export class ResultOutput {
  readonly #terminal: Terminal;
  #endsLine = true;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Writes a piece as it is. */
  async write(piece: Uint8Array): Promise<void> {
    if (piece.length === 0) return;
    this.#endsLine = piece[piece.length - 1] === NEWLINE;
    await this.#terminal.out(piece);
  }

  /** No more comes. What follows at a terminal, a prompt or a message, is to begin a line. */
  async end(): Promise<void> {
    if (this.#terminal.screen === undefined || this.#endsLine) return;
    this.#endsLine = true;
    await this.#terminal.out("\n");
  }
}
