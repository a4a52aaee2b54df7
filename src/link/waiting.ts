/**
 * How long a call waits: until its caller's limit or signal says otherwise.
 *
 * @module
 */
import { JobTimeout, type Outcome } from "../errors.ts";
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

/** A call whose wait can be given up. */
export interface Abandonable {
  /** What may have become of it by now. */
  readonly outcome: Outcome;
  /** Called once it is settled. */
  onSettled: (() => void) | undefined;
  /** Ends the wait, for a reason that is the caller's, or with an error of ours. */
  abandon(reason: unknown, isOurs?: boolean): void;
}

/** Gives up a wait for `what` when its options say so. Throws a `RangeError` for a timeout that is none. */
export function limitWait(
  waiting: Abandonable,
  { signal, timeout }: WaitOptions,
  clock: Clock,
  what: string,
): void {
  if (signal === undefined && timeout === undefined) return;
  if (timeout !== undefined) checkTimeout(timeout, "timeout");
  const onAbort = () => waiting.abandon(signal!.reason);
  if (signal?.aborted) return onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  const stopTimer = timeout === undefined ? undefined : clock.after(timeout, () => {
    waiting.abandon(new JobTimeout(what, timeout, { outcome: waiting.outcome }), true);
  });
  waiting.onSettled = () => {
    signal?.removeEventListener("abort", onAbort);
    stopTimer?.();
  };
}
