/**
 * Those who have come to a listener that speaks TLS, until they have shaken hands: how many they may
 * be, and for how long, on all runtimes alike.
 *
 * @module
 */
import { wrongRange } from "../misuse.ts";
import { DEFAULT_HANDSHAKE_TIMEOUT, type ListenTls, type Lobby } from "./socket.ts";

/** Milliseconds of the longest time for a handshake: an hour. */
const LONGEST_HANDSHAKE = 3_600_000;

/** The time for a handshake. Throws a `RangeError` for what is none. */
export function handshakeTimeoutOf({ handshakeTimeout }: ListenTls): number {
  const milliseconds = handshakeTimeout ?? DEFAULT_HANDSHAKE_TIMEOUT;
  const isTime = typeof milliseconds === "number" && milliseconds >= 1 &&
    milliseconds <= LONGEST_HANDSHAKE;
  if (isTime) return milliseconds;
  throw wrongRange(
    `tls.handshakeTimeout in milliseconds, from 1 to ${LONGEST_HANDSHAKE}`,
    milliseconds,
  );
}

/** The handshakes of one listener. */
export class Handshakes {
  readonly #timeout: number;
  readonly #lobby: Lobby | undefined;
  /** What gives up on each that is under way. */
  readonly #underWay = new Set<() => void>();

  /** Throws a `RangeError` where the time is none. */
  constructor(tls: ListenTls, lobby: Lobby | undefined) {
    this.#timeout = handshakeTimeoutOf(tls);
    this.#lobby = lobby;
  }

  /**
   * Somebody has come; `giveUp` closes the connection, and is called when the time is up. Returns
   * what to call when the handshake is over, or the connection; twice does no harm. Undefined: there
   * is no room, and the connection is to be closed.
   */
  begin(giveUp: () => void): (() => void) | undefined {
    if (this.#lobby?.enter() === false) return undefined;
    const timer = setTimeout(giveUp, this.#timeout);
    this.#underWay.add(giveUp);
    return () => {
      if (!this.#underWay.delete(giveUp)) return;
      clearTimeout(timer);
      this.#lobby?.leave();
    };
  }

  /** Gives up on all that are under way. */
  close(): void {
    for (const giveUp of this.#underWay) giveUp();
  }
}
