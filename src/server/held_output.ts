/** The engine's way out to a peer of a server with a store: behind the commit of what it tells of. */
import { Command } from "../protocol/mod.ts";
import type { Ledger, Verdict } from "./ledger.ts";
import type { LinkOutput } from "./link_output.ts";
import type { PeerOutput } from "./peers.ts";
import { REFUSALS } from "./refusals.ts";

/** Bytes that a reply takes while it waits, beside its own. */
const REPLY_BYTES = 128;

/** A {@linkcode PeerOutput} that waits for the ledger. */
export class HeldOutput implements PeerOutput {
  readonly #output: LinkOutput;
  readonly #ledger: Ledger;
  #held = 0;

  constructor(output: LinkOutput, ledger: Ledger) {
    this.#output = output;
    this.#ledger = ledger;
  }

  bare(type: number): void {
    if (!this.#ledger.holds) return this.#output.bare(type);
    this.#hold(0, () => this.#output.bare(type));
  }

  packet(type: number, args: readonly (string | Uint8Array)[]): void {
    if (!this.#ledger.holds) return this.#output.packet(type, args);
    const bytes = args.reduce((sum, { length }) => sum + length, 0);
    this.#hold(bytes, ({ gone }) => {
      // Grabbed within the turn in which it was submitted, and then it could not be kept.
      if (isAssignment(type) && gone.has(args[0] as string)) this.#output.bare(Command.NO_JOB);
      else this.#output.packet(type, args);
    });
  }

  receipt(handle: string): void {
    if (!this.#ledger.holds) return this.#output.receipt(handle);
    this.#hold(handle.length, ({ refused }) => {
      if (refused.has(handle)) this.#output.packet(Command.ERROR, REFUSALS.unkept);
      else this.#output.receipt(handle);
    });
  }

  relay(type: number, body: Uint8Array): void {
    if (!this.#ledger.holds) return this.#output.relay(type, body);
    this.#hold(body.length, () => this.#output.relay(type, body));
  }

  copies(bytes: number): boolean {
    return !this.#ledger.holds && this.#output.copies(bytes);
  }

  text(reply: string): void {
    if (!this.#ledger.holds) return this.#output.text(reply);
    this.#hold(reply.length, () => this.#output.text(reply));
  }

  list(pieces: Iterable<string>): number {
    if (!this.#ledger.holds) return this.#output.list(pieces);
    this.#hold(0, () => this.#output.list(pieces));
    return 0;
  }

  textOnceKept(reply: string, unkept: string): void {
    this.#ledger.waitFor();
    if (!this.#ledger.holds) return this.#output.text(reply);
    this.#hold(reply.length, ({ isKept }) => this.#output.text(isKept ? reply : unkept));
  }

  hangUp(why: string): void {
    if (!this.#ledger.holds) return this.#output.hangUp(why);
    this.#hold(0, () => this.#output.hangUp(why));
  }

  /** Where commits take time, what waits for them is bounded as what waits for the peer is. */
  #hold(bytes: number, reply: (verdict: Verdict) => unknown): void {
    if (this.#output.isCutOff) return;
    const all = REPLY_BYTES + bytes;
    this.#held += all;
    this.#ledger.hold((verdict) => {
      this.#held -= all;
      reply(verdict);
    });
    const { maxWaitingBytes } = this.#output;
    if (this.#held <= maxWaitingBytes) return;
    this.#output.cutOff(`more than ${maxWaitingBytes} bytes for it wait for the store`);
  }
}

function isAssignment(type: number): boolean {
  return type === Command.JOB_ASSIGN || type === Command.JOB_ASSIGN_UNIQ ||
    type === Command.JOB_ASSIGN_ALL;
}
