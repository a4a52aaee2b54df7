/**
 * How long a call waits: until its caller's limit or signal says otherwise.
 *
 * @module
 */
import { JobTimeout, type Outcome } from "../errors.ts";
import { type OptionNames, wrongType } from "../misuse.ts";
import { checkTimeout, type Clock } from "./clock.ts";

/** Options of every call that waits. */
export interface WaitOptions {
  /** Gives up waiting; what was sent takes its course. Rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Milliseconds until the call rejects with a {@linkcode JobTimeout}. Default Infinity: what bounds
   * a call then is the link's `answerTimeout`.
   */
  readonly timeout?: number;
}

/** Their names. */
export const WAIT_OPTIONS: OptionNames<WaitOptions> = { signal: true, timeout: true };

/** A call whose wait can be given up. */
export interface Abandonable {
  /** What may have become of it by now. */
  readonly outcome: Outcome;
  /** Where to look when its time is up, where that is likely. */
  readonly hint?: string;
  /** Called once it is settled. */
  onSettled: (() => void) | undefined;
  /** Ends the wait, for a reason that is the caller's, or with an error of ours. */
  abandon(reason: unknown, isOurs?: boolean): void;
}

/** Throws a `TypeError` for what is no signal. One of another realm, or of another make, is one. */
export function checkSignal(signal: AbortSignal): AbortSignal {
  const { aborted, addEventListener } = Object(signal) as Partial<AbortSignal>;
  if (typeof aborted === "boolean" && typeof addEventListener === "function") return signal;
  throw wrongType("an AbortSignal as signal", signal);
}

/**
 * Gives up a wait for `what` when its options say so. Throws for a timeout or a signal that is none.
 * Its time is counted from `since` on, by the clock; by default from now on.
 */
export function limitWait(
  waiting: Abandonable,
  { signal, timeout }: WaitOptions,
  clock: Clock,
  what: string,
  since?: number,
): void {
  if (signal === undefined && timeout === undefined) return;
  if (timeout !== undefined) checkTimeout(timeout, "timeout");
  if (signal !== undefined) checkSignal(signal);
  const onAbort = () => waiting.abandon(signal!.reason);
  if (signal?.aborted) return onAbort();
  const forget = signal === undefined ? undefined : whenAborted(signal, onAbort);
  const stopTimer = timeout === undefined
    ? undefined
    : clock.after(leftOf(timeout, clock, since), () => {
      const { outcome, hint } = waiting;
      waiting.abandon(new JobTimeout(what, timeout, { outcome, hint }), true);
    });
  whenSettled(waiting, () => {
    forget?.();
    stopTimer?.();
  });
}

/** Has this called as well once a call is settled. */
export function whenSettled(waiting: Abandonable, call: () => void): void {
  const before = waiting.onSettled;
  waiting.onSettled = before === undefined ? call : () => {
    before();
    call();
  };
}

function leftOf(timeout: number, clock: Clock, since: number | undefined): number {
  return since === undefined ? timeout : Math.max(0, since + timeout - clock.now());
}

/** What a call that returns a promise does about misuse: it rejects, and throws nothing. */
export function rejecting<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (misuse) {
    return Promise.reject(misuse);
  }
}

/** Who waits for a signal. */
const waiters = new WeakMap<AbortSignal, Waiters>();

/** The same, or the signal's reason where that aborts before. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const forget = whenAborted(signal, () => reject(signal.reason));
    promise.then(resolve, reject).then(forget);
  });
}

/**
 * Has a function called when a signal aborts that has not yet. Returns what takes that back. Thousands
 * of calls may share a signal: it gets one listener for them all, for Node warns of a leak from eleven
 * on, and looks for one that is to be removed among all.
 */
export function whenAborted(signal: AbortSignal, call: () => void): () => void {
  let those = waiters.get(signal);
  if (those === undefined) waiters.set(signal, those = new Waiters(signal));
  return those.add(call);
}

/** The waiters of one signal. */
class Waiters {
  readonly #signal: AbortSignal;
  readonly #calls = new Set<() => void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(call: () => void): () => void {
    if (this.#calls.size === 0) {
      this.#signal.addEventListener("abort", this.#onAbort, { once: true });
    }
    this.#calls.add(call);
    return () => {
      if (!this.#calls.delete(call) || this.#calls.size > 0) return;
      this.#signal.removeEventListener("abort", this.#onAbort);
    };
  }

  readonly #onAbort = (): void => {
    const calls = [...this.#calls];
    this.#calls.clear();
    for (const call of calls) call();
  };
}
