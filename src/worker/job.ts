/**
 * A job in a worker's hands.
 *
 * @module
 */
import { type Argument, decodeText, type Packet } from "../codec/mod.ts";
import { Command } from "../protocol/mod.ts";

/** What a handler may return: the result, as bytes or as text. Nothing is an empty result. */
export type Result = Uint8Array | string | void;

/**
 * Runs a job. Return, and the job is complete; throw {@linkcode JobFailed}, and it fails; throw
 * anything else, and it fails with an exception that carries name and message; when `job.signal`
 * aborts, stop, for nobody is listening.
 */
export type Handler = (job: Job) => Result | Promise<Result>;

/** What a job needs of the session that holds it. */
export interface JobHolder {
  /** Sends a report of the job. */
  report(job: Job, type: number, data?: Argument): void;
  /** Sends its progress. */
  status(job: Job, numerator: number, denominator: number): void;
  /** Resolves when all reports have left. */
  flushed(): Promise<void>;
}

const decoder = new TextDecoder();

/** A job, as its handler sees it. */
export class Job {
  /** The slot of the handle, or -1. */
  readonly slot: number;
  readonly #holder: JobHolder;
  readonly #body: Uint8Array;
  readonly #ends: readonly number[];
  #abort: AbortController | undefined;
  #isOver = false;
  #overReason: unknown;

  /** Jobs are made by a worker's session. */
  constructor(packet: Packet, holder: JobHolder) {
    this.slot = packet.slot;
    this.#holder = holder;
    const start = packet.startOf(0);
    const ends: number[] = [];
    for (let i = 0; i < packet.arity; i++) ends.push(packet.endOf(i) - start);
    this.#ends = ends;
    this.#body = packet.keepBody();
  }

  /** The server's name for the job. */
  get handle(): string {
    return this.#text(0);
  }

  /** The function to run. */
  get functionName(): string {
    return this.#text(1);
  }

  /** The client's own name for the job, or `""`. */
  get unique(): string {
    return this.#ends.length > 3 ? this.#text(2) : "";
  }

  /** The function that joins the results of a reduce job, or `""`. */
  get reducer(): string {
    return this.#ends.length > 4 ? this.#text(3) : "";
  }

  /** The job's input. */
  get workload(): Uint8Array {
    const last = this.#ends.length - 1;
    return this.#body.subarray(this.#ends[last - 1] + 1, this.#ends[last]);
  }

  /** {@linkcode workload} as text, from UTF-8. */
  text(): string {
    return decoder.decode(this.workload);
  }

  /** {@linkcode workload} as what its JSON says. Throws a `SyntaxError` when it is none. */
  json(): unknown {
    return JSON.parse(this.text());
  }

  /** Aborts when nobody waits for the job any more: its link is lost, or its worker closes. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#isOver && this.#overReason !== undefined) this.#abort.abort(this.#overReason);
    }
    return this.#abort.signal;
  }

  /** Tells how far the job is, for instance 3 of 10. Throws a `RangeError` for what is no whole number. */
  status(numerator: number, denominator: number): void {
    if (!this.#isOver) this.#holder.status(this, numerator, denominator);
  }

  /** Sends a part of the result. Bytes of 16 KiB and more are not copied: leave them alone until flushed. */
  data(part: string | Uint8Array): void {
    this.#report(Command.WORK_DATA, part);
  }

  /** Sends a warning. */
  warning(part: string | Uint8Array): void {
    this.#report(Command.WORK_WARNING, part);
  }

  /** Resolves when everything sent so far has left. */
  flushed(): Promise<void> {
    return this.#holder.flushed();
  }

  /** The handle's bytes, for where it has no slot. */
  get handleBytes(): Uint8Array {
    return this.#body.subarray(0, this.#ends[0]);
  }

  /** Whether it has ended, or nobody waits for it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** No more reports are sent. With a reason, the handler is told. */
  end(reason?: unknown): void {
    this.#isOver = true;
    this.#overReason = reason;
    if (reason !== undefined) this.#abort?.abort(reason);
  }

  #text(index: number): string {
    const start = index === 0 ? 0 : this.#ends[index - 1] + 1;
    return decodeText(this.#body, start, this.#ends[index]);
  }

  #report(type: number, data: Argument): void {
    if (!this.#isOver) this.#holder.report(this, type, data);
  }
}
