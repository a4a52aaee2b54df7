/**
 * One text command and its reply.
 *
 * @module
 */
import { type GearmanError, LinkError, type Outcome, ServerError } from "../errors.ts";
import { type Abandonable, type Link, lostRequest } from "../link/mod.ts";
import { parseErrorLine } from "../protocol/mod.ts";
import type { Reply } from "./replies.ts";

/** What a request needs of a link. */
export type Wire = Pick<Link, "text" | "turn">;

/** A command that is to be sent, or whose reply has not come in full. */
export class Request<T = unknown> implements Abandonable {
  /** Settles with the reply. */
  readonly promise: Promise<T>;
  onSettled: (() => void) | undefined;
  /** When it was laid into a link, by the session's clock. */
  since = 0;
  readonly #command: string;
  readonly #reply: Reply<T>;
  /** What it resolves with when the server leaves in place of a reply, if it may. */
  readonly #farewell: { readonly value: T } | undefined;
  #resolve!: (value: T) => void;
  #reject!: (reason: unknown) => void;
  #isSettled = false;
  #isBegun = false;
  #isLaid = false;
  #turn = 0;

  constructor(command: string, reply: Reply<T>, farewell?: { readonly value: T }) {
    this.#command = command;
    this.#reply = reply;
    this.#farewell = farewell;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A failure that nobody awaits must not end the program.
    this.promise.catch(() => {});
  }

  get outcome(): Outcome {
    return this.#isLaid ? "unacknowledged" : "unsent";
  }

  /** Whether nobody waits any longer; the reply is taken all the same, and dropped. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Lays the command into the link's current turn. */
  send(wire: Wire): void {
    this.#turn = wire.turn;
    this.#isLaid = true;
    wire.text(`${this.#command}\r\n`);
  }

  /** Shows it a line of its reply. Returns whether that was the last one. */
  take(line: string): boolean {
    const error = this.#isBegun ? undefined : parseErrorLine(line);
    this.#isBegun = true;
    if (error !== undefined) {
      this.refuse(new ServerError(error.code, error.text));
      return true;
    }
    const reply = this.#reply(line);
    if (reply === undefined) return false;
    this.#resolve(reply.value);
    this.#settled();
    return true;
  }

  /** There will be no reply. */
  refuse(error: unknown): void {
    this.#reject(error);
    this.#settled();
  }

  /** The link has ended, at that turn, before the reply was there. */
  lose(reason: GearmanError | undefined, turn: number): void {
    if (this.#turn === turn) this.#isLaid = false;
    const hasLeft = reason instanceof LinkError && reason.code === "CLOSED" && this.#isLaid;
    if (hasLeft && this.#farewell !== undefined) this.#resolve(this.#farewell.value);
    this.refuse(lostRequest(reason, this.outcome));
  }

  abandon(reason: unknown): void {
    this.refuse(reason);
  }

  #settled(): void {
    this.#isSettled = true;
    this.onSettled?.();
  }
}
