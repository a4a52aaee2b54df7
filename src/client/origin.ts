/**
 * Where a job was submitted. An error that comes out of a socket much later has no caller in its
 * stack: the stack of the `submit()` is put in its place.
 *
 * @module
 */
import type { GearmanError } from "../errors.ts";

/** What holds a stack. Its text is made when it is asked for. */
export type Origin = Pick<Error, "stack">;

/** Frames of ours at the top of a stack: this file's, and the method that was called. */
const OWN_FRAMES = 2;

/** Takes the stack of whoever called the method that calls this. */
export function originOf(): Origin {
  // An error, and not captureStackTrace(): that costs ten times as much on JavaScriptCore.
  return new Error();
}

/** The same error, whose stack is that of the submission. */
export function noted<T extends GearmanError>(error: T, origin: Origin): T {
  Object.defineProperty(error, "stack", {
    configurable: true,
    get: () => [`${error.name}: ${error.message}`, ...framesOf(origin)].join("\n"),
  });
  return error;
}

/** The caller's frames. The line before ours is the holder's name. */
function framesOf(origin: Origin): string[] {
  return (origin.stack ?? "").split("\n").slice(1 + OWN_FRAMES);
}
