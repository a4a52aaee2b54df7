/**
 * What foreground and background submissions have in common: what they put on the wire, and when
 * they may do so again.
 *
 * @module
 */
import { OWN_CHUNK_BYTES } from "../codec/mod.ts";
import { GearmanError } from "../errors.ts";
import { Command } from "../protocol/mod.ts";
import { noted, type Origin } from "./origin.ts";
import { Request, type Wire } from "./request.ts";
import { Source } from "./source.ts";

/** What is submitted, but for the workload. */
export interface JobSpec {
  /** The command. */
  readonly type: number;
  readonly functionName: string;
  /** The client's own name for the job, or `""`. */
  readonly unique: string;
  /** The arguments between unique and workload. */
  readonly extras: readonly string[];
  /** Whether the caller chose the unique: it decides which server gets the job. */
  readonly isNamed: boolean;
  /** Whether it may be sent again though it may run twice then. */
  readonly isIdempotent: boolean;
  /** Where it was submitted. */
  readonly origin: Origin;
}

/** The submission of a job. */
export abstract class JobRequest extends Request {
  override readonly expects: number = Command.JOB_CREATED;
  override readonly routingKey: string;
  override readonly isIdempotent: boolean;
  protected readonly spec: JobSpec;
  #workload: string | Uint8Array | Source | undefined;
  #isBegun = false;

  constructor(spec: JobSpec) {
    super();
    this.spec = spec;
    this.routingKey = spec.isNamed ? spec.unique : "";
    this.isIdempotent = spec.isIdempotent;
  }

  /** What the job is to be given: set before it is sent. What the caller may change is copied. */
  set workload(workload: string | Uint8Array | Source) {
    const isSmall = workload instanceof Uint8Array && workload.length < OWN_CHUNK_BYTES;
    this.#workload = isSmall ? copyOf(workload) : workload;
  }

  /** Where the workload comes bit by bit, and so needs a link of its own. */
  get source(): Source | undefined {
    return this.#workload instanceof Source ? this.#workload : undefined;
  }

  /** Waits no longer, for a reason that is the caller's, or with an error of ours. */
  abstract abandon(reason: unknown, isOurs?: boolean): void;

  /** Called once it is settled. */
  abstract onSettled: (() => void) | undefined;

  /** Whether the server has said that it has the job, since it was last lost. */
  abstract readonly isAccepted: boolean;

  override get mayRepeat(): boolean {
    if (this.#isBegun) return false;
    if (!this.isLaid) return true;
    return this.isIdempotent && this.mayRunTwice;
  }

  /** Whether sending it again, where the job may have run, is what was asked for. */
  protected abstract readonly mayRunTwice: boolean;

  override repeat(): void {
    // A server had taken it: what follows is a trouble of its own.
    if (this.isAccepted) this.troubledAt = -1;
    super.repeat();
  }

  protected override lay(wire: Wire): void {
    const { type, functionName, unique, extras } = this.spec;
    const workload = this.#workload!;
    if (workload instanceof Source) {
      this.#isBegun = true;
      wire.begin(type, [functionName, unique, ...extras], workload.size);
    } else if (extras.length === 0) {
      wire.send(type, [functionName, unique, workload]);
    } else {
      wire.send(type, [functionName, unique, ...extras, workload]);
    }
  }

  /** A job whose workload comes bit by bit has not left before the last of it is laid. */
  protected override left(turn: number): void {
    if (!this.#isBegun) super.left(turn);
  }

  /** The last of it was laid in that turn. */
  ended(turn: number): void {
    super.left(turn);
  }

  /** The workload is not needed any more. */
  protected forgetWorkload(reason?: unknown): void {
    if (this.#workload instanceof Source) this.#workload.stop(reason);
    this.#workload = undefined;
  }

  /** An error of ours, with the place where the job was submitted. */
  noted(error: unknown): unknown {
    return error instanceof GearmanError ? noted(error, this.spec.origin) : error;
  }
}

/** Bytes of the blocks that small copies share, and up to which they do. */
const BLOCK_BYTES = 16 * 1024;
const SHARED_BYTES = 2 * 1024;

let block: Uint8Array = new Uint8Array(0);
let used = 0;

/** A copy. Small ones share a block: an allocation for each costs twice what the copying does. */
function copyOf(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  // A constructor, for the slice() of Node's Buffer is no copy.
  if (length > SHARED_BYTES) return new Uint8Array(bytes);
  if (used + length > block.length) {
    block = new Uint8Array(BLOCK_BYTES);
    used = 0;
  }
  block.set(bytes, used);
  used += length;
  return block.subarray(used - length, used);
}
