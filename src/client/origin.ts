/**
 * Where a job was submitted. An error that comes out of a socket much later has no caller in its
 * stack: the stack of the `submit()` is put in its place.
 *
 * @module
 */
import type { GearmanError } from "../errors.ts";
import type { Clock } from "../link/mod.ts";

/** What holds a stack. Its text is made when it is asked for. */
export type Origin = Pick<Error, "stack">;

/** No stack was taken. */
const NO_ORIGIN: Origin = {};

/** So many submissions of a function get a stack of their own in so many milliseconds. */
const MOST_STACKS = 16;
const PERIOD = 10;

/** What was taken for one function in the current period. */
interface Taken {
  count: number;
  ofMany: Origin;
}

/**
 * The stacks of one client's submissions. V8 takes 1 to 4 µs for each, as long as all the rest of a
 * submission, so that a client which submits thousands in a second takes some only. The other errors
 * have the last that was taken for the same function, and a line that says so.
 */
export class Origins {
  readonly #isOn: boolean;
  readonly #clock: Clock;
  readonly #taken = new Map<string, Taken>();
  #since = -Infinity;
  #hasLooked = false;

  constructor(isOn: boolean, clock: Clock) {
    this.#isOn = isOn;
    this.#clock = clock;
  }

  /** The stack of whoever called the method that calls this, for a job of that function. */
  take(functionName = ""): Origin {
    if (!this.#isOn) return NO_ORIGIN;
    if (!this.#hasLooked) this.#lookAtClock();
    let taken = this.#taken.get(functionName);
    if (taken === undefined) this.#taken.set(functionName, taken = { count: 0, ofMany: NO_ORIGIN });
    if (taken.count === MOST_STACKS) return taken.ofMany;
    // An error, and not captureStackTrace(): that costs ten times as much on JavaScriptCore.
    const origin = new Error();
    if (++taken.count === MOST_STACKS) taken.ofMany = ofMany(origin);
    return origin;
  }

  /** Once for all that is submitted in a row: to ask for the time costs as much as some ten objects. */
  #lookAtClock(): void {
    this.#hasLooked = true;
    queueMicrotask(() => this.#hasLooked = false);
    const now = this.#clock.now();
    if (now - this.#since < PERIOD) return;
    this.#since = now;
    this.#taken.clear();
  }
}

/** The stack of one of many, for those that follow it. */
function ofMany(one: Origin): Origin {
  return {
    get stack() {
      return `${one.stack}\n    (one of many jobs of this function at a time: the stack is of one before it)`;
    },
  };
}

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
const OWN_FRAMES = [/\btake\b/, /\b(submit|submitAll|background|backgroundAll|fate)\b/];

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
