/**
 * Who is connected, as client, worker or both: abilities, sleep, and the jobs held and followed.
 *
 * @module
 */
import { Command } from "../protocol/mod.ts";
import type { FunctionEntry } from "./functions.ts";
import type { Job } from "./jobs.ts";

/** The way out to a peer. None of its methods throws or calls the engine back. */
export interface PeerOutput {
  /** Sends a packet without a body. */
  bare(type: number): void;
  /** Sends a packet of arguments. */
  packet(type: number, args: readonly (string | Uint8Array)[]): void;
  /** Sends JOB_CREATED for a background job, once what the journal was told of it is kept. */
  receipt(handle: string): void;
  /** Sends a packet with a ready-made body. */
  relay(type: number, body: Uint8Array): void;
  /** Sends lines of the text protocol. */
  text(reply: string): void;
  /** Closes the connection, once what was sent has left. */
  hangUp(): void;
}

/** A function that a worker has registered. */
export interface Ability {
  readonly fn: FunctionEntry;
  /** Milliseconds that a job may run before it is given to another; 0: any time. */
  readonly timeout: number;
}

/** One connection. */
export class Peer {
  /** Counts connections; stands where gearmand shows its file descriptor. */
  readonly number: number;
  /** The address that `workers` shows. */
  readonly address: string;
  readonly output: PeerOutput;
  /** What SET_CLIENT_ID said. */
  clientId = "-";
  /** Whether WORK_EXCEPTION is sent as it is: OPTION_REQ asked for it. */
  wantsExceptions = false;
  /** In the order of registration; the latest is served first. */
  abilities: Ability[] = [];
  /** Jobs that this worker runs, in the order of assignment. */
  readonly holds: Set<Job> = new Set();
  /** Jobs whose reports this client gets. */
  readonly follows: Set<Job> = new Set();
  /** Whether the engine has hung up: what still arrives is not heard. */
  isGone = false;
  #sleeps = false;

  constructor(number: number, address: string, output: PeerOutput) {
    this.number = number;
    this.address = address;
    this.output = output;
  }

  /** Registers an ability. A second registration stands beside the first, and counts. */
  offer(fn: FunctionEntry, timeout: number): void {
    this.abilities.push({ fn, timeout });
    fn.workers++;
    if (this.#sleeps) fn.sleepers.add(this);
  }

  /** Withdraws every registration of an ability. */
  withdraw(fn: FunctionEntry): void {
    const others = this.abilities.filter((ability) => ability.fn !== fn);
    fn.workers -= this.abilities.length - others.length;
    fn.sleepers.delete(this);
    this.abilities = others;
  }

  /** Withdraws every ability. */
  withdrawAll(): void {
    for (const { fn } of this.abilities) {
      fn.workers--;
      fn.sleepers.delete(this);
    }
    this.abilities = [];
  }

  /**
   * Asks for one NOOP when a job comes. gearmand has two flags, asleep and noop-sent, and lets
   * only a grab clear the second; here a NOOP ends the sleep, so that who sleeps anew is woken anew.
   */
  sleep(): void {
    this.#sleeps = true;
    for (const { fn } of this.abilities) fn.sleepers.add(this);
  }

  /** Ends the sleep, if any, without a NOOP. */
  rouse(): void {
    if (!this.#sleeps) return;
    this.#sleeps = false;
    for (const { fn } of this.abilities) fn.sleepers.delete(this);
  }

  /** Ends the sleep with a NOOP. */
  wake(): void {
    this.rouse();
    this.output.bare(Command.NOOP);
  }
}
