/**
 * Connections that have been silent for too long. How long shows to who looks now and then: nothing is
 * written down when a packet leaves.
 *
 * @module
 */
import { checkTimeout, type Clock, type Link } from "../link/mod.ts";
import type { Conversation } from "./conversation.ts";
import type { Remarks } from "./remarks.ts";

/** For how long a connection may be silent, in milliseconds. */
export interface SilenceLimits {
  /** Where it waits for nothing. Default Infinity. */
  readonly idleTimeout?: number;
  /** Within a packet, or a line. Default Infinity. */
  readonly partialTimeout?: number;
}

/** What was seen of a connection, and when it was last not idle. */
interface Seen {
  turn: number;
  at: number;
}

/** How often silent connections are looked for within the time that they have. */
const LOOKS = 4;

/** Ends the connections that are silent for longer than they may. */
export class Silences {
  readonly #idleTimeout: number;
  readonly #partialTimeout: number;
  readonly #conversations: Iterable<Conversation>;
  readonly #clock: Clock;
  readonly #remarks: Remarks;
  readonly #seen = new WeakMap<Link, Seen>();
  #stopTimer: (() => void) | undefined;

  /** Throws a `RangeError` for a limit that is none. */
  constructor(
    { idleTimeout = Infinity, partialTimeout = Infinity }: SilenceLimits,
    conversations: Iterable<Conversation>,
    clock: Clock,
    remarks: Remarks,
  ) {
    this.#idleTimeout = checkTimeout(idleTimeout, "idleTimeout");
    this.#partialTimeout = checkTimeout(partialTimeout, "partialTimeout");
    this.#conversations = conversations;
    this.#clock = clock;
    this.#remarks = remarks;
  }

  /** Looks for them from now on, if there is a limit. */
  watch(): void {
    const least = Math.min(this.#idleTimeout, this.#partialTimeout);
    if (least === Infinity) return;
    this.#stopTimer = this.#clock.after(Math.max(least / LOOKS, 1), () => {
      // First: whoever is told of what is found may stop this.
      this.watch();
      this.#look();
    });
  }

  /** Looks no more. */
  stop(): void {
    this.#stopTimer?.();
  }

  #look(): void {
    const now = this.#clock.now();
    for (const { link, peer } of this.#conversations) {
      const idle = this.#idleTime(link, peer.isWaiting, now);
      const { isWithin } = link;
      const isLate = isWithin
        ? now - link.heardAt >= this.#partialTimeout
        : idle >= this.#idleTimeout;
      if (!isLate) continue;
      const silence = isWithin
        ? `within a packet for ${this.#partialTimeout}`
        : `for ${this.#idleTimeout}`;
      this.#remarks.hungUp("silent", link, `it was silent ${silence} ms`);
      link.destroy();
    }
  }

  /**
   * Milliseconds for which nothing came, nothing was sent, and nothing was waited for. Counted from
   * the look that found the last of it, so at most the time between two looks too few.
   */
  #idleTime(link: Link, isWaiting: boolean, now: number): number {
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
