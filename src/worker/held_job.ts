/**
 * A job in the hands of a session: the packet that assigned it, and whether it is still ours.
 *
 * @module
 */
import { type Argument, decodeText, type Packet } from "../codec/mod.ts";
import { invalid } from "../errors.ts";
import { noData, wrongType } from "../misuse.ts";
import { Command } from "../protocol/mod.ts";
import type { Address } from "../sockets/socket.ts";
import type { Clock } from "../link/mod.ts";
import type { Ability } from "./ability.ts";
import type { Result, TakenJob } from "./job.ts";

/** What a job needs of the session that holds it. */
export interface JobHolder {
  /** Where jobs come from. */
  readonly server: Address;
  /** Sends a report of the job. */
  report(job: HeldJob, type: number, data?: Argument): void;
  /** Sends its progress. */
  status(job: HeldJob, numerator: number, denominator: number): void;
  /** Sends its last report, and lets it go. */
  finish(job: HeldJob, type: number, data?: Argument): void;
  /** Gives it back to the server. */
  requeue(job: HeldJob): void;
  /** Forgets it, without a report. */
  abandon(job: HeldJob): void;
  /** Gives its place to another. */
  leave(): void;
  /** Resolves when all reports have left. */
  flushed(): Promise<void>;
}

const decoder = new TextDecoder();

/** A job, and what its session does with it. */
export class HeldJob implements TakenJob {
  /** The slot of the handle, or -1. */
  readonly slot: number;
  /** The function, as it was offered when the job came. */
  readonly ability: Ability;
  readonly #holder: JobHolder;
  readonly #body: Uint8Array;
  // Where its arguments end in the body; those that the packet has not, where the one before does.
  readonly #handleEnd: number;
  readonly #functionEnd: number;
  readonly #uniqueEnd: number;
  readonly #reducerEnd: number;
  /** Which one of those that its session holds. */
  index = -1;
  #abort: AbortController | undefined;
  #stopTimer: (() => void) | undefined;
  #hasPlace = true;
  #isOver = false;
  #overReason: unknown;

  /** Jobs are made by a worker's session. */
  constructor(packet: Packet, ability: Ability, holder: JobHolder) {
    this.slot = packet.slot;
    this.ability = ability;
    this.#holder = holder;
    const start = packet.startOf(0);
    const { arity } = packet;
    this.#handleEnd = packet.endOf(0) - start;
    this.#functionEnd = packet.endOf(1) - start;
    this.#uniqueEnd = arity > 3 ? packet.endOf(2) - start : this.#functionEnd;
    this.#reducerEnd = arity > 4 ? packet.endOf(3) - start : this.#uniqueEnd;
    this.#body = packet.keepBody();
  }

  get server(): Address {
    return this.#holder.server;
  }

  get handle(): string {
    return decodeText(this.#body, 0, this.#handleEnd);
  }

  get functionName(): string {
    return this.ability.name;
  }

  get unique(): string {
    return this.#textBehind(this.#functionEnd, this.#uniqueEnd);
  }

  get reducer(): string {
    return this.#textBehind(this.#uniqueEnd, this.#reducerEnd);
  }

  get workload(): Uint8Array {
    return this.#body.subarray(this.#reducerEnd + 1);
  }

  text(): string {
    return decoder.decode(this.workload);
  }

  json(): unknown {
    try {
      return JSON.parse(this.text());
    } catch (cause) {
      const { handle, functionName } = this;
      throw invalid("input", cause, { handle, functionName });
    }
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#isOver && this.#overReason !== undefined) this.#abort.abort(this.#overReason);
    }
    return this.#abort.signal;
  }

  status(numerator: number, denominator: number): void {
    if (!this.#isOver) this.#holder.status(this, numerator, denominator);
  }

  data(part: string | Uint8Array): void {
    this.#report(Command.WORK_DATA, part);
  }

  warning(part: string | Uint8Array): void {
    this.#report(Command.WORK_WARNING, part);
  }

  flushed(): Promise<void> {
    return this.#holder.flushed();
  }

  complete(result?: Result): void {
    if (result !== undefined && !isData(result)) {
      throw noData(
        "a result of text, a Uint8Array or nothing",
        result,
        "job.data() sends its pieces",
      );
    }
    if (!this.#isOver) this.#holder.finish(this, Command.WORK_COMPLETE, result ?? "");
  }

  fail(): void {
    if (!this.#isOver) this.#holder.finish(this, Command.WORK_FAIL);
  }

  exception(data: string | Uint8Array): void {
    checkData(data);
    if (!this.#isOver) this.#holder.finish(this, Command.WORK_EXCEPTION, data);
  }

  requeue(): void {
    if (!this.#isOver) this.#holder.requeue(this);
  }

  /** The handle's bytes, for where it has no slot. */
  get handleBytes(): Uint8Array {
    return this.#body.subarray(0, this.#handleEnd);
  }

  /** Whether it has ended, or nobody waits for it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Starts the time that it may run. */
  limit(clock: Clock, expired: () => void): void {
    this.#stopTimer = clock.after(this.ability.timeout, expired);
  }

  /** Gives its place to another, once. */
  leave(): void {
    if (!this.#hasPlace) return;
    this.#hasPlace = false;
    this.#holder.leave();
  }

  /** Leaves it to the server, which gives it to another when the link is closed. */
  abandon(): void {
    if (!this.#isOver) this.#holder.abandon(this);
  }

  /** No more reports are sent. With a reason, the handler is told. */
  end(reason?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopTimer?.();
    this.#overReason = reason;
    if (reason !== undefined) this.#abort?.abort(reason);
  }

  /** The argument between two ends, if there is one. */
  #textBehind(before: number, end: number): string {
    return end > before ? decodeText(this.#body, before + 1, end) : "";
  }

  #report(type: number, data: Argument): void {
    checkData(data);
    if (!this.#isOver) this.#holder.report(this, type, data);
  }
}

function isData(data: unknown): data is Argument {
  return typeof data === "string" || data instanceof Uint8Array;
}

function checkData(data: unknown): void {
  if (!isData(data)) throw wrongType("text or a Uint8Array", data);
}
