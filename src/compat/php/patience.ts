/**
 * Waiting no longer than `setTimeout()` allows.
 *
 * @module
 */
import type { CoreOptions } from "./servers.ts";

/** The limit of a wait as the core takes it: none for PHP's negative ones. */
export function limitOf(milliseconds: number): number | undefined {
  return milliseconds < 0 ? undefined : milliseconds;
}

/** Waits for a promise that never rejects. Resolves with whether it was settled in time. */
export async function inTime(
  promise: Promise<unknown>,
  milliseconds: number,
  clock: CoreOptions["clock"],
): Promise<boolean> {
  if (milliseconds < 0) {
    await promise;
    return true;
  }
  return await new Promise((resolve) => {
    const stop = clock.after(milliseconds, () => resolve(false));
    promise.then(() => {
      stop();
      resolve(true);
    });
  });
}
