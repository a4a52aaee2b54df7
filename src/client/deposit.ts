/**
 * A background job from the client's side of the wire: it is handed over, and a receipt comes back.
 *
 * @module
 */
import type { Packet } from "../codec/mod.ts";
import type { Address } from "../sockets/socket.ts";
import { ServerError } from "../errors.ts";
import { Command } from "../protocol/mod.ts";
import type { Receiver } from "./deferred.ts";
import { JobRequest, type JobSpec } from "./job_request.ts";
import type { Origin } from "./origin.ts";
import type { Wire } from "./request.ts";

/** Where a background job is: what {@linkcode Client.status} takes. */
export interface JobReceipt {
  /** The server that has it: a handle alone does not name its server. */
  readonly server: Address;
  /** The server's name for the job. */
  readonly handle: string;
  /** The client's own name for it. */
  readonly unique: string;
}

/** A background submission. */
export class Deposit extends JobRequest {
  readonly #receiver: Receiver<JobReceipt>;
  #isSettled = false;
  #isAccepted = false;
  /** Called once it is settled. */
  override onSettled: (() => void) | undefined;

  /** @param receiver Told of the answer. */
  constructor(spec: JobSpec, unique: string, origin: Origin, receiver: Receiver<JobReceipt>) {
    super(spec, unique, origin);
    this.#receiver = receiver;
  }

  override get isSettled(): boolean {
    return this.#isSettled;
  }
  override get isAccepted(): boolean {
    return this.#isAccepted;
  }
  /** A series on two servers would run twice for ever. */
  protected override get mayRunTwice(): boolean {
    return this.unique !== "" && !this.#isSeries;
  }
  get #isSeries(): boolean {
    return this.spec.type === Command.SUBMIT_JOB_SCHED;
  }

  override answer(packet: Packet, wire: Wire): boolean {
    this.#isAccepted = true;
    // Nothing more is heard of a background job, so its slot is given back.
    const handle = packet.text(0);
    if (packet.slot >= 0) wire.release(packet.slot);
    if (this.#isSettled) return false;
    this.#receiver.resolve({ server: wire.remote, handle, unique: this.unique });
    this.#settled();
    return false;
  }

  override decline(error: unknown): void {
    const isUnknown = this.#isSeries && error instanceof ServerError &&
      error.serverCode === "INVALID_COMMAND";
    super.decline(isUnknown ? withHint(error) : error);
  }

  override refuse(error: unknown): void {
    this.abandon(error, true);
  }

  /** Waits no longer, for a reason that is the caller's, or with an error of ours. */
  override abandon(reason: unknown, isOurs = false): void {
    if (this.#isSettled) return;
    this.#receiver.reject(isOurs ? this.noted(reason) : reason);
    this.#settled(reason);
  }

  #settled(reason?: unknown): void {
    this.#isSettled = true;
    this.forgetWorkload(reason);
    this.onSettled?.();
  }
}

/** gearmand says of schedules what it says of every packet that it does not expect. */
function withHint({ serverCode, serverText, outcome }: ServerError): ServerError {
  const hint = "it knows no schedules, as gearmand does not; JobServer and geartrain serve do";
  return new ServerError(serverCode, serverText, { outcome, hint });
}
