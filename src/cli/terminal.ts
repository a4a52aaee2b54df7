/**
 * The world as a command sees it: standard input and output, variables, signals, time. Tests put
 * another in its place.
 *
 * @module
 */
import process from "node:process";

/** A signal that asks a program to end. */
export type EndSignal = "SIGINT" | "SIGTERM";

/** How many columns and rows there are. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Where bytes come from. */
export interface Input {
  /** Whether somebody types them. */
  readonly isTerminal: boolean;
  /** The bytes, as they come. */
  bytes(): AsyncIterable<Uint8Array>;
}

/** A terminal that is drawn upon, and the keys that are typed at it. */
export interface Screen {
  readonly size: Size;
  /** Gives each key to `onKey`, and calls `onResize` when the size has changed. Returns what ends that. */
  watch(onKey: (key: string) => void, onResize: () => void): () => void;
}

/** The world of a command. */
export interface Terminal {
  /** Writes to standard output. A promise: it is not taken yet. */
  out(data: string | Uint8Array): void | Promise<void>;
  /** Writes to standard error. */
  err(data: string | Uint8Array): void;
  /** The environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard input. */
  readonly input: Input;
  /** Whether somebody watches standard error. */
  readonly isWatched: boolean;
  /** Standard output, where it is a terminal. */
  readonly screen: Screen | undefined;
  /** Calls `then` for each signal to end, which then ends nothing by itself. Returns what undoes that. */
  onEnd(then: (signal: EndSignal) => void): () => void;
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Resolves after so many milliseconds. Rejects with the signal's reason when that aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** What a shell says of a program that SIGPIPE ended. */
const BROKEN_PIPE = 141;

/** This process's own. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  // Whoever reads us may leave: `geartrain jobs | head`.
  for (const stream of [stdout, stderr]) stream.on("error", () => process.exit(BROKEN_PIPE));
  return {
    out: (data) =>
      new Promise<void>((resolve) => {
        stdout.write(data, () => resolve());
      }),
    err: (data) => void stderr.write(data),
    env: process.env,
    input: {
      get isTerminal(): boolean {
        return stdin.isTTY === true;
      },
      bytes: () => stdin as AsyncIterable<Uint8Array>,
    },
    isWatched: stderr.isTTY === true,
    screen: stdout.isTTY === true ? processScreen() : undefined,
    onEnd: (then) => {
      const names = ["SIGINT", "SIGTERM"] as const;
      const listeners = names.map((name) => [name, () => then(name)] as const);
      for (const [name, listener] of listeners) process.on(name, listener);
      return () => {
        for (const [name, listener] of listeners) process.off(name, listener);
      };
    },
    now: () => performance.now(),
    sleep,
  };
}

function processScreen(): Screen {
  const { stdin, stdout } = process;
  return {
    get size(): Size {
      return { columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 };
    },
    watch: (onKey, onResize) => {
      const takesKeys = stdin.isTTY === true;
      const onData = (bytes: Uint8Array) => onKey(new TextDecoder().decode(bytes));
      if (takesKeys) stdin.setRawMode(true).on("data", onData).resume();
      stdout.on("resize", onResize);
      return () => {
        stdout.off("resize", onResize);
        if (takesKeys) stdin.off("data", onData).setRawMode(false).pause();
      };
    },
  };
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
