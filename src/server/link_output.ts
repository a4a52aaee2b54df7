/** The engine's way out to a peer, over a link, with an end to its patience. */
import { OWN_CHUNK_BYTES } from "../codec/mod.ts";
import type { Clock, Link } from "../link/mod.ts";
import { Command } from "../protocol/mod.ts";
import { bytesOf } from "./bytes.ts";
import type { PeerOutput } from "./peers.ts";
import type { RemarkKind } from "./remarks.ts";

/** Told why a peer is hung up on. */
export type TellHungUp = (kind: RemarkKind, why: string) => void;

/** Options of {@linkcode LinkOutput}. */
export interface LinkOutputOptions {
  /** Bytes that may wait for the peer. */
  readonly maxWaitingBytes: number;
  readonly clock: Clock;
  readonly tell: TellHungUp;
}

/**
 * Bytes of a list that are made in one turn, and those that count for what is sent then of what waits
 * behind it: the rest follows when the peer has taken them.
 */
const LIST_BYTES = 256 * 1024;

/** Bytes that a packet takes while it waits behind a list, beside its own. */
const BEHIND_BYTES = 128;

/** Bytes that a list takes while it waits behind another: it is short to ask for, and work to make. */
const LIST_BEHIND_BYTES = 4_096;

/** Milliseconds in which a peer must take some of a list that is the last that it is sent. */
const LIST_GRACE = 2_000;

/** What waits behind a list. */
interface Behind {
  readonly bytes: number;
  readonly send: () => void;
  next: Behind | undefined;
}

/** A {@linkcode PeerOutput} that hangs up on a peer that does not read. */
export class LinkOutput implements PeerOutput {
  /** Bytes that may wait for the peer. */
  readonly maxWaitingBytes: number;
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #tell: TellHungUp;
  /** Whether a list is under way, or some of what follows one: all else waits behind it. */
  #isListing = false;
  /** What follows it, the next first. */
  #first: Behind | undefined;
  #last: Behind | undefined;
  #behindBytes = 0;
  #onListed: (() => void) | undefined;
  #isCutOff = false;

  constructor(link: Link, { maxWaitingBytes, clock, tell }: LinkOutputOptions) {
    this.#link = link;
    this.maxWaitingBytes = maxWaitingBytes;
    this.#clock = clock;
    this.#tell = tell;
  }

  bare(type: number): void {
    if (this.#isListing) return this.#follow(0, () => this.bare(type));
    if (this.#reads()) this.#link.bare(type);
  }

  packet(type: number, args: readonly (string | Uint8Array)[]): void {
    if (this.#isListing) {
      const bytes = args.reduce((sum, { length }) => sum + length, 0);
      return this.#follow(bytes, () => this.packet(type, args));
    }
    if (this.#reads()) this.#link.send(type, args);
  }

  receipt(handle: string): void {
    this.packet(Command.JOB_CREATED, [handle]);
  }

  relay(type: number, body: Uint8Array): void {
    if (this.#isListing) {
      return this.#follow(body.length, () => this.relay(type, body));
    }
    if (this.#reads()) this.#link.relay(type, body);
  }

  copies(bytes: number): boolean {
    return !this.#isListing && bytes < OWN_CHUNK_BYTES;
  }

  text(reply: string): void {
    if (this.#isListing) return this.#follow(reply.length, () => this.text(reply));
    if (this.#reads()) this.#link.text(bytesOf(reply));
  }

  textOnceKept(reply: string): void {
    this.text(reply);
  }

  list(pieces: Iterable<string>): number {
    if (this.#isListing) {
      this.#follow(LIST_BEHIND_BYTES, () => this.list(pieces));
      return 0;
    }
    if (!this.#reads()) return 0;
    const rest = pieces[Symbol.iterator]();
    const { bytes, isDone } = this.#layFrom(rest);
    if (!isDone) void this.#layRest(rest);
    return bytes;
  }

  /**
   * Resolves when what was listed has been taken, or the peer takes none of it for a while. Undefined:
   * no list is under way.
   */
  listed(): Promise<void> | undefined {
    if (!this.#isListing) return undefined;
    return new Promise((resolve) => {
      let stop: () => void;
      const watch = () => {
        const { taken } = this.#link;
        stop = this.#clock.after(LIST_GRACE, () => this.#link.taken > taken ? watch() : resolve());
      };
      watch();
      this.#onListed = () => {
        stop();
        resolve();
      };
    });
  }

  hangUp(why: string): void {
    if (this.#isListing) return this.#follow(0, () => this.hangUp(why));
    this.#tell("limit", why);
    void this.#link.close();
  }

  /** Whether nothing is sent any more. */
  get isCutOff(): boolean {
    return this.#isCutOff;
  }

  /** Ends the connection, with all that waits. */
  cutOff(why: string): void {
    if (this.#isCutOff) return;
    this.#isCutOff = true;
    this.#tell("unread", why);
    // Not now: the end of a link is told to the engine, which is in the middle of a call.
    queueMicrotask(() => this.#link.destroy());
  }

  /** Makes some of a list. */
  #layFrom(rest: Iterator<string>): { bytes: number; isDone: boolean } {
    const most = this.#mostInTurn;
    let bytes = 0;
    // A socket may take all that it is given, and then it is the turn that ends.
    while (bytes < LIST_BYTES && this.#link.waiting <= most) {
      const { value, done } = rest.next();
      if (done) return { bytes, isDone: true };
      this.#link.text(bytesOf(value));
      bytes += value.length;
    }
    return { bytes, isDone: false };
  }

  /** Makes the rest of a list as the peer takes it, and lets others have their turns in between. */
  async #layRest(rest: Iterator<string>): Promise<void> {
    do {
      await this.#nextTurn();
    } while (this.#hasPeer && !this.#layFrom(rest).isDone);
    while (this.#sendSome()) await this.#nextTurn();
  }

  /** Waits until what was sent has left, and others have had their turns. All else waits behind. */
  async #nextTurn(): Promise<void> {
    this.#isListing = true;
    await this.#link.flushed();
    await new Promise<void>((resolve) => this.#clock.after(0, resolve));
  }

  /** Sends a turn's worth of what waits. Whether there is more for the next; another list sees to it itself. */
  #sendSome(): boolean {
    this.#isListing = false;
    const most = this.#mostInTurn;
    let sent = 0;
    while (this.#hasPeer && this.#first !== undefined) {
      if (sent >= LIST_BYTES || this.#link.waiting > most) return true;
      const { bytes, send, next } = this.#first;
      this.#first = next;
      sent += bytes;
      this.#behindBytes -= bytes;
      send();
      // It was another list.
      if (this.#isListing) return false;
    }
    this.#first = undefined;
    this.#onListed?.();
    return false;
  }

  /** Bytes that may wait before a turn has made enough. */
  get #mostInTurn(): number {
    return Math.min(LIST_BYTES, this.maxWaitingBytes);
  }

  get #hasPeer(): boolean {
    return this.#link.isOpen && !this.#isCutOff;
  }

  /** Sends something when the list has been sent. */
  #follow(ofThese: number, send: () => void): void {
    if (this.#isCutOff) return;
    const last: Behind = { bytes: BEHIND_BYTES + ofThese, send, next: undefined };
    if (this.#first === undefined) this.#first = last;
    else this.#last!.next = last;
    this.#last = last;
    this.#behindBytes += last.bytes;
    if (this.#behindBytes > this.maxWaitingBytes) this.#giveUp();
  }

  /** Looks at what waits already, so that one large packet never counts against a peer that reads. */
  #reads(): boolean {
    if (this.#isCutOff) return false;
    if (this.#link.waiting <= this.maxWaitingBytes) return true;
    this.#giveUp();
    return false;
  }

  #giveUp(): void {
    this.cutOff(`it does not read, and more than ${this.maxWaitingBytes} bytes wait for it`);
  }
}
