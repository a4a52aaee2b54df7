/**
 * What a handler does, and what it says of its job's end.
 *
 * @module
 */
import { JobFailed } from "../errors.ts";
import type { HeldJob } from "./held_job.ts";
import type { Handler, Result } from "./job.ts";

/** Runs a job to its end; `onEnd` is called once, when its handler has. Never throws. */
export function runJob(job: HeldJob, handler: Handler | undefined, onEnd: () => void): void {
  let result: Result | PromiseLike<Result>;
  try {
    if (handler === undefined) throw new JobFailed();
    result = handler(job);
    if (isPromise(result)) {
      result.then((value) => complete(job, value, onEnd), (error) => failed(job, error, onEnd));
      return;
    }
  } catch (error) {
    return failed(job, error, onEnd);
  }
  complete(job, result, onEnd);
}

function complete(job: HeldJob, result: Result, onEnd: () => void): void {
  try {
    job.complete(result);
  } catch (error) {
    return failed(job, error, onEnd);
  }
  onEnd();
}

function failed(job: HeldJob, error: unknown, onEnd: () => void): void {
  if (error instanceof JobFailed) job.fail();
  else job.exception(textOf(error));
  onEnd();
}

function isPromise(result: Result | PromiseLike<Result>): result is PromiseLike<Result> {
  return typeof (result as { then?: unknown } | undefined)?.then === "function";
}

/** What an exception says of a thrown value, whatever that is. */
function textOf(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return "A value that has no text was thrown";
  }
}
