/**
 * What a peer has asked beyond its turn. A peer may send thousands of small packets in one read, and
 * ask for long lists in each line: once it has had a turn's worth of work, what it asks next waits
 * until others have had theirs.
 *
 * How much a read brings is the runtime's affair: 64 KiB on Node, half a megabyte on Bun.
 *
 * @module
 */
import { arityOf, Command, commandName, COMMANDS, type PacketView } from "../protocol/mod.ts";
import type { Clock } from "../link/mod.ts";
import { PACKET_COST } from "./costs.ts";

/** What a peer may cost in one turn, in bytes of text that it is sent: some milliseconds' work. */
const TURN_COST = 1024 * 1024;

/** What the submission of a series costs beside that: its times are read, and the first of them is looked for in the calendar. */
const SERIES_COST = 16 * 1024;

/**
 * What a peer may cost before it is found out whether its turn is over. Where the event loop comes
 * round in time, as it does for all who do not flood, it begins anew and nothing ever waits.
 */
const LOOK_COST = TURN_COST / 4;

/** The requests of one connection, in their order. */
export class Backlog {
  readonly #clock: Clock;
  readonly #onWaiting: (isWaiting: boolean) => void;
  #requests: (() => number)[] = [];
  #cost = 0;
  #isWaiting = false;
  #isOver = false;
  #stop: (() => void) | undefined;
  #whenEmpty: (() => void)[] = [];

  /** @param onWaiting Told when requests begin to wait, and when none does any more. */
  constructor(clock: Clock, onWaiting: (isWaiting: boolean) => void) {
    this.#clock = clock;
    this.#onWaiting = onWaiting;
  }

  /** Whether the next request has to wait. */
  get isFull(): boolean {
    return this.#cost >= TURN_COST;
  }

  /** Counts what a request has cost: a packet, and so much more. */
  spend(more: number): void {
    this.#cost += PACKET_COST + more;
    if (this.#cost >= LOOK_COST && this.#stop === undefined && !this.#isOver) this.#wait();
  }

  /** Has a request carried out, now or when its turn has come. */
  take(request: () => number): void {
    if (this.isFull) this.add(request);
    else this.spend(request());
  }

  /** Has a request wait. When its turn comes, it says what it has cost beside a packet. */
  add(request: () => number): void {
    this.#requests.push(request);
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#onWaiting(true);
  }

  /** Resolves when nothing waits any more. Undefined: nothing does. */
  emptied(): Promise<void> | undefined {
    if (!this.#isWaiting) return undefined;
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }

  /** Forgets what waits. */
  end(): void {
    this.#isOver = true;
    this.#stop?.();
    this.#requests = [];
    this.#tellEmpty();
  }

  /** Until the others have had their turns. */
  #wait(): void {
    this.#stop = this.#clock.after(0, () => {
      this.#stop = undefined;
      this.#cost = 0;
      this.#proceed();
    });
  }

  #proceed(): void {
    let done = 0;
    while (done < this.#requests.length && !this.isFull) this.spend(this.#requests[done++]());
    this.#requests.splice(0, done);
    if (!this.#isWaiting || this.#requests.length > 0) return;
    this.#tellEmpty();
    this.#onWaiting(false);
  }

  #tellEmpty(): void {
    this.#isWaiting = false;
    const waiting = this.#whenEmpty;
    this.#whenEmpty = [];
    for (const tell of waiting) tell();
  }
}

/** What a packet costs beyond what all do. */
export function extraCostOf(type: number): number {
  return type === Command.SUBMIT_JOB_SCHED ? SERIES_COST : 0;
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
    borrowBody: () => body,
    keepBody: () => body,
  };
}
