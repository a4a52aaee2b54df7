/** The exit codes: what a script learns of how a command ended. docs/cli.md has the table. */
import {
  GearmanError,
  JobException,
  JobFailed,
  JobLost,
  JobTimeout,
  LinkError,
  ProtocolError,
  ServerError,
} from "../../mod.ts";
import { UsageError } from "./usage_error.ts";
import type { EndSignal } from "./terminal.ts";

/** How a command ended. */
export const Exit = {
  OK: 0,
  /** The command line makes no sense, or something went wrong that has no code of its own. */
  TROUBLE: 1,
  /** The worker failed the job. */
  FAILED: 10,
  /** The worker failed the job, and said why. */
  EXCEPTION: 11,
  /** The link was lost while the job was under way. */
  LOST: 12,
  /** No server could be reached, or the link was lost before the job was taken. */
  UNREACHED: 20,
  /** A server said no. */
  REFUSED: 21,
  /** The time was up. */
  TIMEOUT: 22,
} as const;

/** Somebody ended the command by a signal. */
export class Interrupted extends Error {
  readonly code: number;

  constructor(signal: EndSignal) {
    super(`Interrupted by ${signal}`);
    this.code = signal === "SIGINT" ? 130 : 143;
  }
}

/** The code for an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return error.code;
  if (error instanceof JobFailed) return Exit.FAILED;
  if (error instanceof JobException) return Exit.EXCEPTION;
  if (error instanceof JobLost) return Exit.LOST;
  if (error instanceof JobTimeout) return Exit.TIMEOUT;
  if (error instanceof ServerError) return Exit.REFUSED;
  return error instanceof LinkError || error instanceof ProtocolError
    ? Exit.UNREACHED
    : Exit.TROUBLE;
}

/** The words for an error: for what was foreseen no more than its message. */
export function textOf(error: unknown): string {
  const isPlain = error instanceof UsageError || error instanceof GearmanError ||
    error instanceof Interrupted;
  if (isPlain) return error.message;
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

/** The same for programs. */
export function errorRow(error: unknown): Readonly<Record<string, unknown>> {
  const { message } = error instanceof Error ? error : { message: String(error) };
  if (!(error instanceof GearmanError)) return { message };
  return { code: error.code, message, outcome: error.outcome };
}
