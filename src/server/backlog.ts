/**
 * What a peer has asked beyond its turn. Lists of the text protocol may be long, and a peer may ask
 * for thousands of them at once: once it has been sent a turn's worth, what it asks next waits until
 * others have had theirs.
 *
 * @module
 */
import { arityOf, commandName, COMMANDS, type PacketView } from "../protocol/mod.ts";
import type { Clock } from "../link/mod.ts";

/** Bytes of text that a peer is sent in one turn: about a millisecond's work. */
const TURN_BYTES = 1024 * 1024;

/** The requests of one connection, in their order. */
export class Backlog {
  readonly #clock: Clock;
  readonly #onWaiting: (isWaiting: boolean) => void;
  #requests: (() => number)[] = [];
  #sent = 0;
  #stop: (() => void) | undefined;
  #whenEmpty: (() => void)[] = [];

  /** @param onWaiting Told when requests begin to wait, and when none does any more. */
  constructor(clock: Clock, onWaiting: (isWaiting: boolean) => void) {
    this.#clock = clock;
    this.#onWaiting = onWaiting;
  }

  /** Whether the next request has to wait. */
  get isFull(): boolean {
    return this.#sent >= TURN_BYTES;
  }

  /** Counts what a request has cost, in bytes of text. */
  spend(bytes: number): void {
    this.#sent += bytes;
  }

  /** Has a request wait. When its turn comes, it says what it cost. */
  add(request: () => number): void {
    this.#requests.push(request);
    if (this.#stop !== undefined) return;
    this.#onWaiting(true);
    this.#wait();
  }

  /** Resolves when nothing waits any more. Undefined: nothing does. */
  emptied(): Promise<void> | undefined {
    if (this.#stop === undefined) return undefined;
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }

  /** Forgets what waits. */
  end(): void {
    this.#stop?.();
    this.#requests = [];
    this.#tellEmpty();
  }

  #wait(): void {
    this.#stop = this.#clock.after(0, () => {
      this.#sent = 0;
      let done = 0;
      while (done < this.#requests.length && !this.isFull) this.#sent += this.#requests[done++]();
      this.#requests.splice(0, done);
      if (this.#requests.length > 0) return this.#wait();
      this.#tellEmpty();
      this.#onWaiting(false);
    });
  }

  #tellEmpty(): void {
    this.#stop = undefined;
    const waiting = this.#whenEmpty;
    this.#whenEmpty = [];
    for (const tell of waiting) tell();
  }
}

/** A packet that outlives the call that it was shown in. */
export function keptPacket(packet: PacketView): PacketView {
  const { type, isResponse } = packet;
  const body = packet.keepBody();
  const name = commandName(type);
  const arity = name === undefined ? 0 : arityOf(COMMANDS[name]);
  const argument = (index: number): Uint8Array => {
    let at = 0;
    for (let before = index; before > 0; before--) at = body.indexOf(0, at) + 1;
    return body.subarray(at, index === arity - 1 ? body.length : body.indexOf(0, at));
  };
  return {
    type,
    isResponse,
    borrow: argument,
    keep: argument,
    keepData: () => argument(Math.max(arity - 1, 0)),
    keepBody: () => body,
  };
}
