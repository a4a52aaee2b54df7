/** The engine's way out to a peer of a server with a store: behind the commit of what it tells of. */
import { Command } from "../protocol/mod.ts";
import type { Ledger } from "./ledger.ts";
import type { PeerOutput } from "./peers.ts";
import { REFUSALS } from "./refusals.ts";

/** A {@linkcode PeerOutput} that waits for the ledger. */
export class HeldOutput implements PeerOutput {
  readonly #output: PeerOutput;
  readonly #ledger: Ledger;

  constructor(output: PeerOutput, ledger: Ledger) {
    this.#output = output;
    this.#ledger = ledger;
  }

  bare(type: number): void {
    if (!this.#ledger.holds) return this.#output.bare(type);
    this.#ledger.hold(() => this.#output.bare(type));
  }

  packet(type: number, args: readonly (string | Uint8Array)[]): void {
    if (!this.#ledger.holds) return this.#output.packet(type, args);
    this.#ledger.hold(({ gone }) => {
      // Grabbed within the turn in which it was submitted, and then it could not be kept.
      if (isAssignment(type) && gone.has(args[0] as string)) this.#output.bare(Command.NO_JOB);
      else this.#output.packet(type, args);
    });
  }

  receipt(handle: string): void {
    if (!this.#ledger.holds) return this.#output.receipt(handle);
    this.#ledger.hold(({ refused }) => {
      if (refused.has(handle)) this.#output.packet(Command.ERROR, REFUSALS.unkept);
      else this.#output.receipt(handle);
    });
  }

  relay(type: number, body: Uint8Array): void {
    if (!this.#ledger.holds) return this.#output.relay(type, body);
    this.#ledger.hold(() => this.#output.relay(type, body));
  }

  text(reply: string): void {
    if (!this.#ledger.holds) return this.#output.text(reply);
    this.#ledger.hold(() => this.#output.text(reply));
  }

  textOnceKept(reply: string, unkept: string): void {
    this.#ledger.waitFor();
    if (!this.#ledger.holds) return this.#output.text(reply);
    this.#ledger.hold(({ isKept }) => this.#output.text(isKept ? reply : unkept));
  }

  hangUp(): void {
    if (!this.#ledger.holds) return this.#output.hangUp();
    this.#ledger.hold(() => this.#output.hangUp());
  }
}

function isAssignment(type: number): boolean {
  return type === Command.JOB_ASSIGN || type === Command.JOB_ASSIGN_UNIQ ||
    type === Command.JOB_ASSIGN_ALL;
}
