/**
 * For how long connections have been idle, as it shows to who looks now and then: nothing is written
 * down when a packet leaves.
 *
 * @module
 */
import type { Link } from "../link/mod.ts";

/** What was seen of a connection, and when it was last not idle. */
interface Seen {
  turn: number;
  at: number;
}

/** The idle time of connections. */
export class Silences {
  readonly #seen = new WeakMap<Link, Seen>();

  /**
   * Milliseconds for which nothing came, nothing was sent, and nothing was waited for. Counted from
   * the look that found the last of it, so at most the time between two looks too few.
   */
  of(link: Link, isWaiting: boolean, now: number): number {
    let seen = this.#seen.get(link);
    if (seen === undefined) {
      seen = { turn: 0, at: link.heardAt };
      this.#seen.set(link, seen);
    }
    if (isWaiting || link.waiting > 0 || link.turn !== seen.turn) {
      seen.turn = link.turn;
      seen.at = now;
    }
    return now - Math.max(link.heardAt, seen.at);
  }
}
