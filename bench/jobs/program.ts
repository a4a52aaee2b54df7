/** A program of a contestant, as the benchmark holds it: takes turns when it is told to. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { CommandLine } from "../../scripts/suite/programs.ts";
import { residentBytes } from "../memory.ts";
import type { Report } from "./report.ts";

/** Milliseconds that a turn takes at most, many times over. */
const MOST_WAIT = 120_000;

/** A program at work. Disposing ends it. */
export class BenchProgram implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #gone: Promise<void>;
  readonly #name: string;

  constructor([program, ...args]: CommandLine) {
    this.#name = [program, ...args].join(" ");
    this.#child = spawn(program, args, {
      stdio: ["pipe", "pipe", "inherit"],
    });
    // A program that ends early breaks the pipe; the missing line tells.
    this.#child.stdin!.on("error", () => {});
    this.#gone = new Promise((resolve) => this.#child.on("close", () => resolve()));
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  /** A turn of a client. */
  async takeTurn(jobs: number): Promise<Report> {
    this.#child.stdin!.write(`${jobs}\n`);
    return await this.#report();
  }

  /** A turn of a worker: resolves when jobs may come. Its report follows. */
  async beginTurn(jobs: number): Promise<() => Promise<Report>> {
    this.#child.stdin!.write(`${jobs}\n`);
    const line = await this.line();
    if (line !== "ready") throw new Error(`Expected "ready" from ${this.#name}, got "${line}"`);
    return () => this.#report();
  }

  async #report(): Promise<Report> {
    const line = await this.line();
    if (line.startsWith("{")) return JSON.parse(line);
    throw new Error(`Expected a report from ${this.#name}, got "${line}"`);
  }

  /** Its resident bytes; undefined where the system does not tell. */
  memory(): number | undefined {
    return residentBytes(this.#child.pid!);
  }

  /** The next line that it prints. Rejects when none has come for two minutes: somebody lost a job. */
  async line(): Promise<string> {
    let timer: ReturnType<typeof setTimeout>;
    const late = new Promise<never>((_, reject) => {
      const error = new Error(`Expected a line from ${this.#name}, got none for ${MOST_WAIT} ms`);
      timer = setTimeout(reject, MOST_WAIT, error);
    });
    try {
      const { value, done } = await Promise.race([this.#lines.next(), late]);
      if (done) throw new Error(`Expected a line from ${this.#name}, it ended`);
      return value;
    } finally {
      clearTimeout(timer!);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin!.end();
    this.#child.kill();
    await this.#gone;
  }
}
