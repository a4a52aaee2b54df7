/**
 * The requests that have one answer and no more: background submissions, status, echo, options.
 *
 * @module
 */
import type { Packet } from "../codec/mod.ts";
import { Command } from "../protocol/mod.ts";
import type { Address } from "../sockets/socket.ts";
import { quiet } from "./quiet.ts";
import { held, Request, type Wire } from "./request.ts";

/** Where a background job is: what {@linkcode Client.status} takes. */
export interface JobReceipt {
  /** The server that has it: a handle alone does not name its server. */
  readonly server: Address;
  /** The server's name for the job. */
  readonly handle: string;
  /** The client's own name for it. */
  readonly unique: string;
}

/** How a job stands. */
export interface JobStatus {
  /** Whether the server knows the job. It forgets a job when it ends. */
  readonly isKnown: boolean;
  /** Whether a worker has it. */
  readonly isRunning: boolean;
  /** The progress last told, 0 of 0 before that. */
  readonly numerator: number;
  readonly denominator: number;
  /** How many clients follow it: only known when asked by unique. */
  readonly clients?: number;
}

/** A request that is settled by its one answer. */
export abstract class Question<T> extends Request {
  /** Settles with the answer. */
  readonly promise: Promise<T>;
  /** Called once it is settled. */
  onSettled: (() => void) | undefined;
  #resolve!: (value: T) => void;
  #reject!: (reason: unknown) => void;
  #isSettled = false;

  constructor() {
    super();
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  override get isSettled(): boolean {
    return this.#isSettled;
  }

  override hold(): void {}

  /** Reads the answer. */
  protected abstract read(packet: Packet, wire: Wire): T;

  override answer(packet: Packet, wire: Wire): boolean {
    const value = this.read(packet, wire);
    if (this.#isSettled) return false;
    this.#resolve(value);
    this.#settled();
    return false;
  }

  override refuse(error: unknown): void {
    if (this.#isSettled) return;
    quiet(this.promise);
    this.#reject(error);
    this.#settled();
  }

  /** Waits no longer, for a reason of ours. */
  abandon(reason: unknown): void {
    this.refuse(reason);
  }

  #settled(): void {
    this.#isSettled = true;
    this.onSettled?.();
  }
}

/** A background submission. */
export class Deposit extends Question<JobReceipt> {
  override readonly expects: number = Command.JOB_CREATED;
  readonly #type: number;
  readonly #functionName: string;
  readonly #unique: string;
  #workload: string | Uint8Array | undefined;

  constructor(type: number, functionName: string, unique: string) {
    super();
    this.#type = type;
    this.#functionName = functionName;
    this.#unique = unique;
  }

  /** What the job is to be given: set before it is sent. */
  set workload(workload: string | Uint8Array) {
    this.#workload = workload;
  }

  override hold(): void {
    this.#workload = held(this.#workload);
  }

  protected override lay(wire: Wire): void {
    wire.send(this.#type, [this.#functionName, this.#unique, this.#workload!]);
    this.#workload = undefined;
  }

  protected override read(packet: Packet, wire: Wire): JobReceipt {
    const receipt = { server: wire.remote, handle: packet.text(0), unique: this.#unique };
    // Nothing more is heard of a background job, so its slot is given back.
    if (packet.slot >= 0) wire.release(packet.slot);
    return receipt;
  }
}

/** GET_STATUS, or GET_STATUS_UNIQUE. */
export class StatusQuestion extends Question<JobStatus> {
  override readonly expects: number;
  readonly #type: number;
  readonly #name: string;

  constructor(by: "handle" | "unique", name: string) {
    super();
    this.#type = by === "handle" ? Command.GET_STATUS : Command.GET_STATUS_UNIQUE;
    this.expects = by === "handle" ? Command.STATUS_RES : Command.STATUS_RES_UNIQUE;
    this.#name = name;
  }

  protected override lay(wire: Wire): void {
    wire.send(this.#type, [this.#name]);
  }

  protected override read(packet: Packet): JobStatus {
    const status = {
      isKnown: packet.text(1) === "1",
      isRunning: packet.text(2) === "1",
      numerator: Number(packet.text(3)),
      denominator: Number(packet.text(4)),
    };
    return packet.type === Command.STATUS_RES
      ? status
      : { ...status, clients: Number(packet.text(5)) };
  }
}

/** ECHO_REQ: the bytes that came back. */
export class EchoQuestion extends Question<Uint8Array> {
  override readonly expects: number = Command.ECHO_RES;
  #data: Uint8Array;

  constructor(data: Uint8Array = new Uint8Array(0)) {
    super();
    this.#data = data;
  }

  override hold(): void {
    this.#data = held(this.#data);
  }

  protected override lay(wire: Wire): void {
    wire.send(Command.ECHO_REQ, [this.#data]);
  }

  protected override read(packet: Packet): Uint8Array {
    return packet.keepData();
  }
}

/** OPTION_REQ: the server that has switched the option on. */
export class OptionQuestion extends Question<Address> {
  override readonly expects: number = Command.OPTION_RES;
  readonly #option: string;

  constructor(option: string) {
    super();
    this.#option = option;
  }

  protected override lay(wire: Wire): void {
    wire.send(Command.OPTION_REQ, [this.#option]);
  }

  protected override read(_packet: Packet, wire: Wire): Address {
    return wire.remote;
  }
}
