/** Dials that do not succeed. */
import type { LinkErrorCode } from "../../src/errors.ts";
import type { Clock } from "../../src/link/mod.ts";
import { linkError } from "../../src/sockets/link_error.ts";
import type { Dial } from "../../src/sockets/socket.ts";

/** A dial that fails at once, with that code. */
export function failing(code: LinkErrorCode): Dial {
  return (to) => Promise.reject(linkError(code, to));
}

/** A dial that nobody answers. Its time limit goes by the clock. */
export function unanswered(clock: Clock): Dial {
  return (to, { timeout = 0, signal } = {}) =>
    new Promise((_, reject) => {
      const stopTimer = clock.after(timeout, () => reject(linkError("DIAL_TIMEOUT", to)));
      signal?.addEventListener("abort", () => {
        stopTimer();
        reject(signal.reason);
      });
    });
}

/** A way to a server that takes nothing more from some time on. */
export function deafening(dial: Dial, isDeaf: () => boolean): Dial {
  return async (to, options) => {
    const socket = await dial(to, options);
    const write = socket.write.bind(socket);
    socket.write = (bytes) => isDeaf() ? new Promise(() => {}) : write(bytes);
    return socket;
  };
}
