/** The engine's way out to a peer, over a link, with an end to its patience. */
import type { Link } from "../link/mod.ts";
import { Command } from "../protocol/mod.ts";
import { bytesOf } from "./bytes.ts";
import type { PeerOutput } from "./peers.ts";
import type { RemarkKind } from "./remarks.ts";

/** Told why a peer is hung up on. */
export type TellHungUp = (kind: RemarkKind, why: string) => void;

/** A {@linkcode PeerOutput} that hangs up on a peer that does not read. */
export class LinkOutput implements PeerOutput {
  /** Bytes that may wait for the peer. */
  readonly maxWaitingBytes: number;
  readonly #link: Link;
  readonly #tell: TellHungUp;
  #isCutOff = false;

  constructor(link: Link, maxWaitingBytes: number, tell: TellHungUp) {
    this.#link = link;
    this.maxWaitingBytes = maxWaitingBytes;
    this.#tell = tell;
  }

  bare(type: number): void {
    if (this.#reads()) this.#link.bare(type);
  }

  packet(type: number, args: readonly (string | Uint8Array)[]): void {
    if (this.#reads()) this.#link.send(type, args);
  }

  receipt(handle: string): void {
    this.packet(Command.JOB_CREATED, [handle]);
  }

  relay(type: number, body: Uint8Array): void {
    if (this.#reads()) this.#link.relay(type, body);
  }

  text(reply: string): void {
    if (this.#reads()) this.#link.text(bytesOf(reply));
  }

  textOnceKept(reply: string): void {
    this.text(reply);
  }

  hangUp(why: string): void {
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

  /** Looks at what waits already, so that one large packet never counts against a peer that reads. */
  #reads(): boolean {
    if (this.#isCutOff) return false;
    if (this.#link.waiting <= this.maxWaitingBytes) return true;
    this.cutOff(`it does not read, and more than ${this.maxWaitingBytes} bytes wait for it`);
    return false;
  }
}
