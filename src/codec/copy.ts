/**
 * Copies of bytes, many of which are of a few only.
 *
 * @module
 */

/** Below this a loop is faster than `set()`, which is a call out of the engine, and the view it needs. */
const LOOP_BYTES = 48;

/**
 * Copies the bytes of `from` between `start` and `end` to `to`, from `at` on. Both may be one, where
 * the bytes move towards its start.
 */
export function copyBytes(
  from: Uint8Array,
  start: number,
  end: number,
  to: Uint8Array,
  at: number,
): void {
  if (end - start < LOOP_BYTES) {
    for (let i = start, j = at; i < end; i++, j++) to[j] = from[i];
  } else to.set(end - start === from.length ? from : from.subarray(start, end), at);
}
