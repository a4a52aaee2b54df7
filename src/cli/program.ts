/** A program that is run once for a job: bytes in, bytes out, and an end that can be hastened. */
import { spawn } from "node:child_process";
import process from "node:process";

/** What to run, and what becomes of what it writes. */
export interface ProgramSpec {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input: Uint8Array;
  /** Called with each piece of its standard output. */
  readonly onOutput: (piece: Uint8Array) => void;
  /** Called with each piece of its standard error. */
  readonly onError: (piece: Uint8Array) => void;
  /** Ends it when it aborts. */
  readonly signal: AbortSignal;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly grace: number;
}

/** How a program ended. */
export interface ProgramEnd {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
}

/** On Windows there are no process groups, and a detached program opens a window. */
const HAS_GROUPS = process.platform !== "win32";

/** Runs it to its end. Rejects when it cannot be started. */
export function runProgram(spec: ProgramSpec): Promise<ProgramEnd> {
  const { command: [program, ...args], env, input, onOutput, onError, signal, grace } = spec;
  return new Promise((resolve, reject) => {
    // In a group of its own: ^C at our terminal must not end it, and its children end with it.
    const child = spawn(program, args, { env, stdio: "pipe", detached: HAS_GROUPS });
    const kill = (name: NodeJS.Signals) => {
      if (child.pid === undefined) return;
      try {
        process.kill(HAS_GROUPS ? -child.pid : child.pid, name);
      } catch {
        // It has ended, and we are about to hear of it.
      }
    };
    let hardly: ReturnType<typeof setTimeout> | undefined;
    const onAbort = () => {
      kill("SIGTERM");
      hardly = setTimeout(() => kill("SIGKILL"), grace);
    };
    const done = () => {
      clearTimeout(hardly);
      signal.removeEventListener("abort", onAbort);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    child.on("error", (error) => {
      done();
      reject(error);
    });
    child.stdout.on("data", onOutput);
    child.stderr.on("data", onError);
    child.on("close", (code, signal) => {
      done();
      resolve({ code, signal });
    });
    // It need not read what it is given.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
