/** Runs a program to its end within a time limit, and keeps what it wrote. */
import { spawn } from "node:child_process";
import process from "node:process";

/** How a command ended. */
export interface CommandResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** In words, when it did not end well: its code, its signal or its time limit. */
  readonly trouble: string | undefined;
}

/** Options of {@linkcode command}. */
export interface CommandOptions {
  /** Variables beside our own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where it runs. Default: where we do. */
  readonly cwd?: string;
  /** Milliseconds until it is killed, with all that it started. Default 3,000,000: a leg, on a slow machine that others use. */
  readonly timeout?: number;
}

/** Starts `program` and waits for it. Never rejects for what the program does. */
export function command(
  program: string,
  args: readonly string[],
  { env = {}, cwd, timeout = 3_000_000 }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, NO_COLOR: "1", ...env },
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that what it started can be ended with it.
      detached: process.platform !== "win32",
    });
    const killAll = (): void => {
      try {
        process.kill(-child.pid!, "SIGKILL");
      } catch {
        child.kill("SIGKILL");
      }
    };
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killAll();
    }, timeout);
    process.once("exit", killAll);
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (chunk: string) => output[name] += chunk);
    }
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      process.off("exit", killAll);
      const trouble = late
        ? `was killed after ${timeout / 1000} s`
        : code === 0
        ? undefined
        : code === null
        ? `ended with ${signal}`
        : `ended with code ${code}`;
      resolve({ code, ...output, trouble });
    });
  });
}

/** The last lines of a text, for an error message. */
export function tail(text: string, lines = 30): string {
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}
