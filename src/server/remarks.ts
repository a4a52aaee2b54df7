/**
 * What a job server tells its operator of peers that are turned away or hung up on.
 *
 * @module
 */
import type { Clock } from "../link/mod.ts";
import { type Address, addressText } from "../sockets/socket.ts";

/** Milliseconds between two remarks of a kind: who is turned away all the time must not fill the log. */
const INTERVAL = 1000;

/** Why a peer is turned away or hung up on. */
export type RemarkKind = "refused" | "full" | "fault" | "large" | "unread" | "limit" | "silent";

/** What was said of a kind, and what was not. */
interface Said {
  at: number;
  unsaid: number;
}

/** Remarks of each kind: the first at once, and then one a second. */
export class Remarks {
  readonly #clock: Clock;
  readonly #warn: (message: string) => void;
  readonly #said = new Map<RemarkKind, Said>();

  constructor(clock: Clock, warn: (message: string) => void) {
    this.#clock = clock;
    this.#warn = warn;
  }

  /** Says what was done to whom, and why: `Hung up on 10.0.0.1:5000`, `: it does not read`. */
  make(kind: RemarkKind, what: string, why: string): void {
    const now = this.#clock.now();
    const said = this.#said.get(kind) ?? { at: -Infinity, unsaid: 0 };
    this.#said.set(kind, said);
    if (now - said.at < INTERVAL) {
      said.unsaid++;
      return;
    }
    const others = said.unsaid === 0 ? "" : `, and ${said.unsaid} more before it`;
    this.#warn(`${what}${others}${why}`);
    said.at = now;
    said.unsaid = 0;
  }

  /** Says that a peer is hung up on. */
  hungUp(kind: RemarkKind, { remote }: { readonly remote: Address }, why: string): void {
    this.make(kind, `Hung up on ${addressText(remote)}`, `: ${why}`);
  }
}
