/** A terminal for commands that run within a test: its input is given, and what it shows is kept. */
import { run } from "../../src/cli/run.ts";
import type { EndSignal, Screen, Size, Terminal } from "../../src/cli/terminal.ts";

/** What a terminal is given. */
export interface FakeOptions {
  /** Standard input, in pieces. Undefined: somebody sits at a terminal, and types nothing. */
  readonly input?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether somebody watches standard error. */
  readonly isWatched?: boolean;
  /** Standard output as a terminal of this size. */
  readonly size?: Size;
}

/** How a command ended, and what it wrote. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const encoder = new TextEncoder();

/** A terminal of a test. */
export class FakeTerminal implements Terminal {
  readonly #decoder = new TextDecoder();
  readonly #ends = new Set<(signal: EndSignal) => void>();
  readonly #sleepers = new Set<() => void>();
  readonly #changes = new Set<() => void>();
  #onKey: ((key: string) => void) | undefined;
  #onResize: (() => void) | undefined;
  #now = 0;
  /** What was written to standard output and to standard error. */
  text = "";
  errors = "";
  size: Size;
  readonly env: Readonly<Record<string, string>>;
  readonly input: Terminal["input"];
  readonly isWatched: boolean;
  readonly screen: Screen | undefined;

  constructor({ input, env = {}, isWatched = false, size }: FakeOptions = {}) {
    this.env = env;
    this.isWatched = isWatched;
    this.input = { isTerminal: input === undefined, bytes: () => piecesOf(input ?? "") };
    this.size = size ?? { columns: 80, rows: 24 };
    if (size !== undefined) this.screen = this.#screen();
  }

  out(data: string | Uint8Array): void {
    this.text += typeof data === "string" ? data : this.#decoder.decode(data, { stream: true });
    this.#changed();
  }

  err(data: string | Uint8Array): void {
    this.errors += typeof data === "string" ? data : new TextDecoder().decode(data);
    this.#changed();
  }

  onEnd(then: (signal: EndSignal) => void): () => void {
    this.#ends.add(then);
    return () => this.#ends.delete(then);
  }

  now(): number {
    return this.#now;
  }

  /** Time stands still until somebody calls {@linkcode pass}. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const wake = () => {
        this.#now += milliseconds;
        this.#sleepers.delete(wake);
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      const onAbort = () => {
        this.#sleepers.delete(wake);
        reject(signal!.reason);
      };
      this.#sleepers.add(wake);
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#changed();
    });
  }

  /** Waits until somebody sleeps, and lets the time pass. */
  async pass(): Promise<void> {
    await this.until(() => this.#sleepers.size > 0);
    for (const wake of [...this.#sleepers]) wake();
  }

  /** Sends a signal to whoever listens to it. */
  end(signal: EndSignal): void {
    for (const then of [...this.#ends]) then(signal);
  }

  /** Types a key at the screen. */
  type(key: string): void {
    this.#onKey?.(key);
  }

  /** Makes the screen another size. */
  resize(size: Size): void {
    this.size = size;
    this.#onResize?.();
  }

  /** Waits until something holds. It is asked after each thing that the command does here. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => this.#changes.add(resolve));
    }
  }

  #changed(): void {
    for (const wake of this.#changes) wake();
    this.#changes.clear();
  }

  #screen(): Screen {
    const size = () => this.size;
    return {
      get size(): Size {
        return size();
      },
      watch: (onKey, onResize) => {
        this.#onKey = onKey;
        this.#onResize = onResize;
        this.#changed();
        return () => {
          this.#onKey = this.#onResize = undefined;
        };
      },
    };
  }
}

/** Runs a command line in this process. */
export async function ran(args: readonly string[], options?: FakeOptions): Promise<Ran> {
  const terminal = new FakeTerminal(options);
  const code = await run(args, terminal);
  return { code, out: terminal.text, err: terminal.errors };
}

async function* piecesOf(
  input: string | Uint8Array | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (typeof input === "string") yield encoder.encode(input);
  else if (input instanceof Uint8Array) yield input;
  else yield* input;
}
