/**
 * What foreground and background submissions have in common: what they put on the wire, and when
 * they may do so again.
 *
 * @module
 */
import { OWN_CHUNK_BYTES } from "../codec/mod.ts";
import { GearmanError } from "../errors.ts";
import { Command } from "../protocol/mod.ts";
import { blockFor, type CopyBlock, copyInto, dropCopy, SHARED_BYTES } from "./copies.ts";
import { noted, type Origin } from "./origin.ts";
import { Request, type Wire } from "./request.ts";
import { Source } from "./source.ts";

/** What many submissions have in common. */
export interface JobSpec {
  /** The command. */
  readonly type: number;
  readonly functionName: string;
  /** The arguments between unique and workload. */
  readonly extras: readonly string[];
  /** Whether the caller chose the unique: it decides which server gets the job. */
  readonly isNamed: boolean;
  /** Whether it may be sent again though it may run twice then. */
  readonly isIdempotent: boolean;
}

/** The submission of a job. */
export abstract class JobRequest extends Request {
  /** The client's own name for the job, or `""`. */
  readonly unique: string;
  protected readonly spec: JobSpec;
  readonly #origin: Origin;
  #workload: string | Uint8Array | Source | undefined;
  /** What the workload is a copy in, where it stands there, and its length. */
  #block: CopyBlock | undefined;
  #copyAt = 0;
  #copyBytes = 0;
  #isBegun = false;

  /** @param origin Where it was submitted. */
  constructor(spec: JobSpec, unique: string, origin: Origin) {
    super();
    this.spec = spec;
    this.unique = unique;
    this.#origin = origin;
  }

  get functionName(): string {
    return this.spec.functionName;
  }
  override get expects(): number {
    return Command.JOB_CREATED;
  }
  override get routingKey(): string {
    return this.spec.isNamed ? this.unique : "";
  }
  override get isIdempotent(): boolean {
    return this.spec.isIdempotent;
  }

  /** Of a workload that comes bit by bit its source knows. */
  override get dueSince(): number | undefined {
    return this.source?.dueSince;
  }

  /** What the job is to be given: set before it is sent, and {@linkcode ownWorkload} follows. */
  set workload(workload: string | Uint8Array | Source) {
    this.#workload = workload;
  }

  /** Copies what its caller may change from now on: once it has been laid, so that this was done without the copy. */
  ownWorkload(): void {
    const workload = this.#workload;
    if (!(workload instanceof Uint8Array) || workload.length >= OWN_CHUNK_BYTES) return;
    const { length } = workload;
    if (length > SHARED_BYTES) {
      // A constructor, for the slice() of Node's Buffer is no copy.
      this.#workload = new Uint8Array(workload);
      return;
    }
    this.#block = blockFor(length);
    this.#copyAt = copyInto(this.#block, workload);
    this.#copyBytes = length;
    this.#workload = undefined;
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
    if (this.isAccepted) this.trouble.since = -1;
    super.repeat();
  }

  protected override lay(wire: Wire): void {
    const { type, functionName, extras } = this.spec;
    const { unique } = this;
    const workload = this.#givenWorkload();
    if (workload instanceof Source) {
      this.#isBegun = true;
      wire.begin(type, [functionName, unique, ...extras], workload.size);
    } else if (extras.length === 0) {
      three[0] = functionName;
      three[1] = unique;
      three[2] = workload;
      try {
        wire.send(type, three);
      } finally {
        three[2] = "";
      }
    } else {
      wire.send(type, [functionName, unique, ...extras, workload]);
    }
  }

  #givenWorkload(): string | Uint8Array | Source {
    const block = this.#block;
    if (block === undefined) return this.#workload!;
    return block.bytes.subarray(this.#copyAt, this.#copyAt + this.#copyBytes);
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
    if (this.#block !== undefined) dropCopy(this.#block);
    this.#block = undefined;
  }

  /** An error of ours, with the place where the job was submitted. */
  noted(error: unknown): unknown {
    return error instanceof GearmanError ? noted(error, this.#origin) : error;
  }
}

/** What nearly all submissions put on the wire: an array for each would be garbage at once. */
const three: [string, string, string | Uint8Array] = ["", "", ""];
