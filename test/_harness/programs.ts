/**
 * Other programs as tests see them: what can be started, and what can be done with it then. The
 * same on every runtime; on workerd, which starts nothing, the run's own process does it.
 *
 * @module
 */

/** The programs that tests may ask for, by the names that {@linkcode Host.missing} takes. */
export type ProgramName =
  | "gearmand"
  | "gearman"
  | "gearadmin"
  | "php"
  | "perl"
  | "stunnel"
  | "openssl";

/** What to start. */
export interface ProgramSpec {
  /** A program of the machine, or a TypeScript file of ours, from the repository's root. */
  readonly run: ProgramName | `${string}_fixture.ts`;
  readonly args?: readonly string[];
  /** Variables beside those of the run. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it gets those variables only. Default false. */
  readonly isBare?: boolean;
  /** The folder that it runs in. Default: the repository's root. */
  readonly folder?: string;
}

/** The signals that tests send. */
export type Signal =
  | "SIGTERM"
  | "SIGKILL"
  | "SIGINT"
  | "SIGHUP"
  | "SIGUSR1"
  | "SIGUSR2"
  | "SIGSTOP"
  | "SIGCONT";

/** How a program ended, and all that it wrote. */
export interface Exit {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program at work. Disposing kills it and waits for its end. */
export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** The next line of its standard output, without the line ending. Undefined: no more will come. */
  line(): Promise<string | undefined>;
  /** The next line of its standard error. */
  errorLine(): Promise<string | undefined>;
  /** Writes to its standard input. */
  write(text: string): Promise<void>;
  /** Ends its standard input. */
  end(): Promise<void>;
  kill(signal?: Signal): Promise<void>;
  /** Waits for its end. */
  exit(): Promise<Exit>;
}

/** What starts programs. */
export interface Host {
  /** Why these programs cannot be had, or undefined when they can. */
  missing(names: readonly ProgramName[]): string | undefined;
  start(spec: ProgramSpec): Promise<Program>;
  /** A port of the loopback address that nobody listens at, and that no system gives out by itself. */
  freePort(): Promise<number>;
}
