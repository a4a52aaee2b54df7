/**
 * The requests that have one answer and no more: status, echo, options.
 *
 * @module
 */
import type { Packet } from "../codec/mod.ts";
import { wrongType } from "../misuse.ts";
import { checkHandle, checkUnique, Command } from "../protocol/mod.ts";
import type { Address } from "../sockets/socket.ts";
import { Deferred } from "./deferred.ts";
import type { KnownJob } from "./options.ts";
import { Request, type Wire } from "./request.ts";

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
  readonly #deferred = new Deferred<T>();
  /** Called once it is settled. */
  onSettled: (() => void) | undefined;
  #isSettled = false;

  /** Settles with the answer. */
  get promise(): Promise<T> {
    return this.#deferred.promise;
  }

  override get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Reads the answer. */
  protected abstract read(packet: Packet, wire: Wire): T;

  override answer(packet: Packet, wire: Wire): boolean {
    const value = this.read(packet, wire);
    if (this.#isSettled) return false;
    this.#deferred.resolve(value);
    this.#settled();
    return false;
  }

  override refuse(error: unknown): void {
    if (this.#isSettled) return;
    this.#deferred.reject(error);
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

/** GET_STATUS, or GET_STATUS_UNIQUE. */
export class StatusQuestion extends Question<JobStatus> {
  readonly #isByUnique: boolean;
  readonly #name: string;

  constructor(by: "handle" | "unique", name: string) {
    super();
    this.#isByUnique = by === "unique";
    this.#name = name;
  }

  override get expects(): number {
    return this.#isByUnique ? Command.STATUS_RES_UNIQUE : Command.STATUS_RES;
  }

  /** A job with a unique is on the server that its unique leads to. */
  override get routingKey(): string {
    return this.#isByUnique ? this.#name : "";
  }

  protected override lay(wire: Wire): void {
    wire.send(this.#isByUnique ? Command.GET_STATUS_UNIQUE : Command.GET_STATUS, [this.#name]);
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
  readonly #data: Uint8Array;

  constructor(data: Uint8Array = new Uint8Array(0)) {
    super();
    if (!(data instanceof Uint8Array)) {
      throw wrongType("data as a Uint8Array", data);
    }
    // It may have to wait for a link, and the caller may change it by then.
    this.#data = new Uint8Array(data);
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
  readonly #routingKey: string;

  constructor(option: string, routingKey = "") {
    super();
    this.#option = option;
    this.#routingKey = routingKey;
  }

  override get routingKey(): string {
    return this.#routingKey;
  }

  protected override lay(wire: Wire): void {
    wire.send(Command.OPTION_REQ, [this.#option]);
  }

  protected override read(_packet: Packet, wire: Wire): Address {
    return wire.remote;
  }
}

/** How a job is named, and its name. Throws a `TypeError` or `RangeError` for what is none. */
export function nameOf(job: KnownJob): [by: "handle" | "unique", name: string] {
  if (typeof job === "object" && job !== null) {
    if ("handle" in job) {
      // A task that no server has taken yet.
      if (job.handle === "") {
        throw new TypeError("Expected a handle, got none: await task.accepted");
      }
      return ["handle", checkHandle(job.handle)];
    }
    if ("unique" in job) return ["unique", checkUnique(job.unique)];
  }
  throw wrongType("{ handle } or { unique }", job);
}
