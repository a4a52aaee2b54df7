/**
 * Where a job was submitted. An error that comes out of a socket much later has no caller in its
 * stack: the stack of the `submit()` is put in its place.
 *
 * @module
 */
import type { GearmanError } from "../errors.ts";

/** What holds a stack. Its text is made when it is asked for. */
export type Origin = Pick<Error, "stack">;

/** Takes the stack of whoever called the method that calls this. */
export function originOf(): Origin {
  // An error, and not captureStackTrace(): that costs ten times as much on JavaScriptCore.
  return new Error();
}

/** No stack was taken. */
export const NO_ORIGIN: Origin = {};

/** The same error, whose stack is that of the submission. */
export function noted<T extends GearmanError>(error: T, origin: Origin): T {
  if (origin === NO_ORIGIN) return error;
  Object.defineProperty(error, "stack", {
    configurable: true,
    get: () => [`${error.name}: ${error.message}`, ...framesOf(origin)].join("\n"),
  });
  return error;
}

/** Frames of ours at the top of a stack: this file's, and the method's that was called. */
const OWN_FRAMES = [/originOf/, /\b(submit|submitAll|background|backgroundAll|fate)\b/];

/** The caller's frames. Ours are known by name: JavaScriptCore leaves some out. */
function framesOf(origin: Origin): string[] {
  // The first line is the holder's name.
  let frames = (origin.stack ?? "").split("\n").slice(1);
  for (const own of OWN_FRAMES) if (own.test(nameIn(frames[0]))) frames = frames.slice(1);
  return frames;
}

/** What stands before the place in a frame such as `at Client.submit (file:1:2)`. */
function nameIn(frame: string | undefined): string {
  return frame?.split("(")[0] ?? "";
}
