/** What a command of `geartrain` is, and what it may touch. */

/** The world as a command sees it: the terminal, and the variables. */
export interface Terminal {
  /** Writes to standard output. */
  out(text: string): void;
  /** Writes to standard error. */
  err(text: string): void;
  /** The environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** One command. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** Carries it out with the words that follow its name. Resolves with the exit code. */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number>;
}

/** A command line that makes no sense. The message is for whoever typed it. */
export class UsageError extends Error {}
