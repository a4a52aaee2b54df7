/**
 * A request that waits for a server's answer. Servers answer in the order of the asking, so a
 * session needs no more than a line of these.
 *
 * @module
 */
import type { Packet } from "../codec/mod.ts";
import type { Outcome } from "../errors.ts";
import type { Link } from "../link/mod.ts";

/** What a session needs of a link. */
export type Wire = Pick<
  Link,
  "remote" | "turn" | "send" | "release" | "nameInto" | "destroy"
>;

/** One request. */
export abstract class Request {
  /** The command that answers it. */
  abstract readonly expects: number;
  /** The number of servers that could not be reached for it. */
  tries = 0;
  /** When it was laid into a link, by the session's clock. */
  since = 0;
  #wire: Wire | undefined;
  #turn = 0;

  /** Whether nobody waits any longer; a late answer is taken, and dropped. */
  abstract readonly isSettled: boolean;

  /** Lays the packet into the link's current turn. */
  send(wire: Wire): void {
    this.#wire = wire;
    this.#turn = wire.turn;
    this.lay(wire);
  }

  /** What may have become of it, as long as no answer came. */
  get outcome(): Outcome {
    const wire = this.#wire;
    return wire === undefined || wire.turn === this.#turn ? "unsent" : "unacknowledged";
  }

  protected abstract lay(wire: Wire): void;

  /** Its answer. Returns whether what follows of its job is to be shown to it. */
  abstract answer(packet: Packet, wire: Wire): boolean;

  /** There will be no answer. */
  abstract refuse(error: unknown): void;
}
