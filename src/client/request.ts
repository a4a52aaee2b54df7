/**
 * A request that waits for a server's answer. Servers answer in the order of the asking, so a
 * session needs no more than a line of these.
 *
 * @module
 */
import type { Packet } from "../codec/mod.ts";
import type { GearmanError, Outcome } from "../errors.ts";
import { type Link, lostRequest } from "../link/mod.ts";
import type { Upstream } from "./upstream.ts";

/** What a session needs of a link. */
export type Wire = Pick<
  Link,
  | "remote"
  | "turn"
  | "heardAt"
  | "waiting"
  | "isBackedUp"
  | "taken"
  | "send"
  | "begin"
  | "release"
  | "pause"
  | "resume"
  | "destroy"
>;

/** What became of a request's earlier tries. */
class Trouble {
  /** What they may have come to. */
  outcome: Outcome = "unsent";
  /** How often it was lost. */
  losses = 0;
  /** Since when it has had no server that takes it, by the clock; -1: it has one. */
  since = -1;
  /** The servers that could not be reached for it since it was last lost. */
  tried: Upstream[] | undefined;
}

/** One request. */
export abstract class Request {
  /** The command that answers it. */
  abstract readonly expects: number;
  /** Whether it is for one server, or for any that can be reached. */
  isPinned = false;
  /** Few have any. */
  #trouble: Trouble | undefined;
  #isLaid = false;
  #turn = 0;

  /** What decides which server it is for; `""`: any will do. */
  get routingKey(): string {
    return "";
  }

  /** Whether the caller said that it may run twice. */
  get isIdempotent(): boolean {
    return false;
  }

  /** When an answer began to be due, by the session's clock; undefined: with the answer before it. */
  get dueSince(): number | undefined {
    return undefined;
  }

  /** What became of its earlier tries. */
  get trouble(): Trouble {
    return this.#trouble ??= new Trouble();
  }

  /** The servers that could not be reached for it since it was last lost. */
  get tried(): readonly Upstream[] | undefined {
    return this.#trouble?.tried;
  }

  /** Whether nobody waits any longer; a late answer is taken, and dropped. */
  abstract readonly isSettled: boolean;

  /** Lays the packet into the link's current turn. */
  send(wire: Wire): void {
    // Before it is laid: a large one is written at once, and the turn is over.
    const { turn } = wire;
    this.lay(wire);
    this.left(turn);
  }

  /**
   * What may have become of it, as long as no answer came. What is laid cannot be taken back: it
   * will leave, unless the link ends first.
   */
  get outcome(): Outcome {
    const before = this.outcomeBefore;
    return this.#isLaid && before === "unsent" ? "unacknowledged" : before;
  }

  /** What earlier tries may have come to, where a server has refused this one. */
  get outcomeBefore(): Outcome {
    return this.#trouble?.outcome ?? "unsent";
  }

  /** Whether it may have left since it was last lost. */
  get isLaid(): boolean {
    return this.#isLaid;
  }

  /** Whether it may be sent again after the loss of its link. */
  get mayRepeat(): boolean {
    return !this.#isLaid;
  }

  protected abstract lay(wire: Wire): void;

  /** The last of it was laid in that turn. */
  protected left(turn: number): void {
    this.#isLaid = true;
    this.#turn = turn;
  }

  /** Its answer. Returns whether what follows of its job is to be shown to it. */
  abstract answer(packet: Packet, wire: Wire): boolean;

  /** There will be no answer. */
  abstract refuse(error: unknown): void;

  /** The server has refused it: that is as if it had never left. */
  decline(error: unknown): void {
    this.#isLaid = false;
    this.refuse(error);
  }

  /** The link has ended, at that turn, before an answer came. Returns what that means for this one. */
  lost(reason: GearmanError | undefined, turn: number): GearmanError {
    if (this.#turn === turn) this.#isLaid = false;
    return lostRequest(reason, this.outcome);
  }

  /** Begins anew, after it was lost. */
  repeat(): void {
    const { trouble } = this;
    trouble.outcome = this.outcome;
    trouble.losses++;
    trouble.tried = undefined;
    this.#isLaid = false;
  }
}
