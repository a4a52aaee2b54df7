/**
 * The deadline and the signal of a dial, the same for every adapter.
 *
 * @module
 */
import { linkError } from "./link_error.ts";
import { type Address, DEFAULT_DIAL_TIMEOUT, type DialOptions, type Socket } from "./socket.ts";

/** The longest time that a timer takes; a longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Runs one attempt to dial, and gives up on it at the deadline or when the caller's signal aborts.
 * `open` may end early when its own signal aborts; a socket that it opens too late is destroyed.
 */
export async function dialInTime(
  to: Address,
  options: DialOptions,
  open: (givenUp: AbortSignal) => Promise<Socket>,
): Promise<Socket> {
  const { signal, timeout = DEFAULT_DIAL_TIMEOUT } = options;
  signal?.throwIfAborted();
  const giveUp = new AbortController();
  const aborted = () => giveUp.abort(signal?.reason);
  const late = () => giveUp.abort(linkError("DIAL_TIMEOUT", to));
  signal?.addEventListener("abort", aborted, { once: true });
  const timer = timeout > LONGEST_TIMER ? undefined : setTimeout(late, timeout);
  // First in the line of listeners: what giving up does to the opening must not be the answer.
  const givenUp = whenAborted(giveUp.signal);
  let opening: Promise<Socket> | undefined;
  try {
    opening = open(giveUp.signal);
    return await Promise.race([opening, givenUp]);
  } catch (error) {
    opening?.then((socket) => socket.destroy(), () => {});
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", aborted);
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
