/**
 * What a handler does, and what it says of its job's end.
 *
 * @module
 */
import { JobFailed } from "../errors.ts";
import type { HeldJob } from "./held_job.ts";
import type { Handler, Result } from "./job.ts";

/** Runs a job to its end, and gives its place back when the handler has ended. Never throws. */
export function runJob(job: HeldJob, handler: Handler): void {
  let result: Result | PromiseLike<Result>;
  try {
    result = handler(job);
    if (isPromise(result)) {
      result.then((value) => complete(job, value), (error) => failed(job, error));
      return;
    }
  } catch (error) {
    return failed(job, error);
  }
  complete(job, result);
}

function complete(job: HeldJob, result: Result): void {
  try {
    job.complete(result);
  } catch (error) {
    return failed(job, error);
  }
  job.leave();
}

function failed(job: HeldJob, error: unknown): void {
  if (error instanceof JobFailed) job.fail();
  else raise(job, textOf(error));
  job.leave();
}

/** Where not even the exception may be sent, the job fails without a word. */
function raise(job: HeldJob, text: string): void {
  try {
    job.exception(text);
  } catch {
    job.fail();
  }
}

/** Whether a handler's result is still to come. */
export function isPromise<T>(result: T | PromiseLike<T>): result is PromiseLike<T> {
  return typeof (result as { then?: unknown } | null | undefined)?.then === "function";
}

/** What an exception says of a thrown value, whatever that is. */
function textOf(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return "A value that has no text was thrown";
  }
}
