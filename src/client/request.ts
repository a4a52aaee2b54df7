/**
 * A request that waits for a server's answer. Servers answer in the order of the asking, so a
 * session needs no more than a line of these.
 *
 * @module
 */
import { OWN_CHUNK_BYTES, type Packet } from "../codec/mod.ts";
import type { GearmanError, Outcome } from "../errors.ts";
import { type Link, lostRequest } from "../link/mod.ts";
import type { Upstream } from "./upstream.ts";

/** What a session needs of a link. */
export type Wire = Pick<
  Link,
  "remote" | "turn" | "heardAt" | "isBackedUp" | "taken" | "send" | "release" | "destroy"
>;

/** One request. */
export abstract class Request {
  /** The command that answers it. */
  abstract readonly expects: number;
  /** Whether it is for one server, or for any that can be reached. */
  isPinned = false;
  /** The servers that could not be reached for it. */
  readonly tried: Upstream[] = [];
  /** When it was laid into a link, by the session's clock. */
  since = 0;
  #isLaid = false;
  #turn = 0;

  /** Whether nobody waits any longer; a late answer is taken, and dropped. */
  abstract readonly isSettled: boolean;

  /** Lays the packet into the link's current turn. */
  send(wire: Wire): void {
    // Before it is laid: a large one is written at once, and the turn is over.
    const { turn } = wire;
    this.lay(wire);
    this.#isLaid = true;
    this.#turn = turn;
  }

  /**
   * What may have become of it, as long as no answer came. What is laid cannot be taken back: it
   * will leave, unless the link ends first.
   */
  get outcome(): Outcome {
    return this.#isLaid ? "unacknowledged" : "unsent";
  }

  /** It waits for a link: what the caller may change by then is copied. */
  abstract hold(): void;

  protected abstract lay(wire: Wire): void;

  /** Its answer. Returns whether what follows of its job is to be shown to it. */
  abstract answer(packet: Packet, wire: Wire): boolean;

  /** There will be no answer. */
  abstract refuse(error: unknown): void;

  /** The server has refused it: that is as if it had never left. */
  decline(error: unknown): void {
    this.#isLaid = false;
    this.refuse(error);
  }

  /** The link has ended, at that turn, before an answer came. */
  lose(reason: GearmanError | undefined, turn: number): void {
    if (this.#turn === turn) this.#isLaid = false;
    this.refuse(lostRequest(reason, this.outcome));
  }
}

/** A workload to keep: a copy, unless it is large enough to be sent without one. */
export function held<T extends string | Uint8Array | undefined>(workload: T): T {
  const isSmall = workload instanceof Uint8Array && workload.length < OWN_CHUNK_BYTES;
  // A constructor, for the slice() of Node's Buffer is no copy.
  return isSmall ? new Uint8Array(workload) as T : workload;
}
