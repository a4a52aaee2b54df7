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
import { safeLines } from "./table.ts";
import { UsageError } from "./usage_error.ts";
import type { EndSignal } from "./terminal.ts";

/** How a command ended. */
export const Exit = {
  OK: 0,
  /** Something went wrong that has no code of its own. Of `serve`, which ends as gearmand does: whatever. */
  TROUBLE: 1,
  /** The command line makes no sense. */
  USAGE: 2,
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
  /** No server knows the job or the function. */
  UNKNOWN: 23,
  /** The job has not ended. */
  UNENDED: 24,
} as const;

/** A job or a function that no server knows. */
export class NotKnown extends Error {}

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
  if (error instanceof UsageError) return Exit.USAGE;
  if (error instanceof NotKnown) return Exit.UNKNOWN;
  if (error instanceof JobFailed) return Exit.FAILED;
  if (error instanceof JobException) return Exit.EXCEPTION;
  if (error instanceof JobLost) return Exit.LOST;
  if (error instanceof JobTimeout) return Exit.TIMEOUT;
  if (error instanceof ServerError) return Exit.REFUSED;
  // It was too large to be sent from here: no server has seen it.
  if (error instanceof ProtocolError && error.code === "TOO_LARGE" && error.outcome === "unsent") {
    return Exit.TROUBLE;
  }
  return error instanceof LinkError || error instanceof ProtocolError
    ? Exit.UNREACHED
    : Exit.TROUBLE;
}

/** The words for an error: for what was foreseen no more than its message. */
export function textOf(error: unknown): string {
  const isPlain = [UsageError, NotKnown, GearmanError, Interrupted].some((foreseen) =>
    error instanceof foreseen
  );
  if (!(error instanceof Error)) return String(error);
  // A worker's exception and a server's words may be in it.
  return safeLines(isPlain ? messageOf(error) : error.stack ?? error.message);
}

/** The message, with the flag for the option that stands in it. */
function messageOf({ message }: { readonly message: string }): string {
  return message.replace("raise maxPacketBytes", "raise --max-packet-bytes");
}

/** The same for programs. */
export function errorRow(error: unknown): Readonly<Record<string, unknown>> {
  const message = messageOf(error instanceof Error ? error : { message: String(error) });
  if (error instanceof UsageError) return { code: "USAGE", message };
  if (error instanceof NotKnown) return { code: "UNKNOWN", message };
  if (!(error instanceof GearmanError)) return { message };
  return { code: error.code, message, outcome: error.outcome };
}
