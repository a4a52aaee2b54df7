/**
 * A foreground job from the client's side of the wire: its submission, and what comes of it. A
 * {@linkcode Task} is its face.
 *
 *     waiting ── sent ── JOB_CREATED ──> accepted ── WORK_COMPLETE ──> complete
 *        └──────────┴── ERROR, lost ────────┴── fail, exception, lost ──> failed
 *                       abort and timeout settle it from anywhere; the job runs on
 *
 * @module
 */
import type { Packet } from "../codec/mod.ts";
import { decodeText } from "../codec/mod.ts";
import { JobException, JobFailed, JobLost, type Outcome, TaskOverflow } from "../errors.ts";
import { Command } from "../protocol/mod.ts";
import { held, Request, type Wire } from "./request.ts";

/** What a job tells before its end, in the order of the wire. */
export type TaskEvent =
  | { readonly type: "data"; readonly data: Uint8Array }
  | { readonly type: "warning"; readonly data: Uint8Array }
  | { readonly type: "status"; readonly numerator: number; readonly denominator: number };

/** Bytes that an event counts beside its data. */
const EVENT_BYTES = 64;

/** Who is told when something about a submission changes. */
export interface Watcher {
  /** It was accepted, an event came, or it ended. */
  changed(): void;
}

/** Who is told of each thing that comes, one call for each. */
export interface Follower {
  told(): void;
}

/** The submission of a foreground job, and what is known of the job. */
export class Submission extends Request {
  override readonly expects: number = Command.JOB_CREATED;
  readonly functionName: string;
  readonly unique: string;
  readonly budget: number;
  readonly #type: number;
  #workload: string | Uint8Array | undefined;
  /** The handle: its bytes until somebody asks for the text. */
  #name: Uint8Array | undefined;
  #handle = "";
  #isSettled = false;
  #error: unknown;
  #result: Uint8Array | undefined;
  /** What came, in order; those before {@linkcode #read} have been read. */
  #events: TaskEvent[] = [];
  #read = 0;
  #held = 0;
  #unread = 0;
  #forgot = false;
  /** The last WORK_STATUS. */
  status: { readonly numerator: number; readonly denominator: number } | undefined;
  /** Told of changes. */
  watcher: Watcher | undefined;
  /** Told of the acceptance, of each event, and of the end. */
  follower: Follower | undefined;
  /** Called once it is settled. */
  onSettled: (() => void) | undefined;

  constructor(
    type: number,
    functionName: string,
    unique: string,
    budget: number,
  ) {
    super();
    this.#type = type;
    this.functionName = functionName;
    this.unique = unique;
    this.budget = budget;
  }

  /** What the job is to be given: set before it is sent. */
  set workload(workload: string | Uint8Array) {
    this.#workload = workload;
  }

  override get isSettled(): boolean {
    return this.#isSettled;
  }
  get isAccepted(): boolean {
    return this.#name !== undefined;
  }
  /** Why it failed; meaningful once settled, undefined when complete. */
  get error(): unknown {
    return this.#error;
  }
  /** What the last packet brought; undefined unless complete. */
  get result(): Uint8Array | undefined {
    return this.#result;
  }
  override get outcome(): Outcome {
    return this.isAccepted ? "accepted" : super.outcome;
  }

  /** The server's name for the job, or `""` before it was accepted. */
  get handle(): string {
    if (this.#handle === "" && this.#name !== undefined) {
      this.#handle = decodeText(this.#name, 0, this.#name.length);
    }
    return this.#handle;
  }

  override hold(): void {
    this.#workload = held(this.#workload);
  }

  protected override lay(wire: Wire): void {
    wire.send(this.#type, [this.functionName, this.unique, this.#workload!]);
    this.#workload = undefined;
  }

  override answer(packet: Packet): boolean {
    // Kept, and not looked up by slot when it is wanted: a slot may change hands within a read.
    this.#name = packet.keep(0);
    this.follower?.told();
    this.watcher?.changed();
    return true;
  }

  override refuse(error: unknown): void {
    if (this.#isSettled) return;
    this.#error = error;
    this.#settle();
  }

  /** The link is gone, and the job was accepted. */
  forsake(cause: unknown): void {
    if (!this.#isSettled) this.refuse(new JobLost({ ...this.#names(), cause }));
  }

  /** Shows it a WORK_* packet. Returns whether that ended the job. */
  take(packet: Packet): boolean {
    switch (packet.type) {
      case Command.WORK_DATA:
        if (!this.#isSettled) this.#add({ type: "data", data: packet.keepData() });
        return false;
      case Command.WORK_WARNING:
        if (!this.#isSettled) this.#add({ type: "warning", data: packet.keepData() });
        return false;
      case Command.WORK_STATUS:
        if (!this.#isSettled) this.#addStatus(packet);
        return false;
      case Command.WORK_COMPLETE:
        if (this.#isSettled) break;
        this.#result = packet.keepData();
        this.#settle();
        break;
      case Command.WORK_FAIL:
        this.refuse(new JobFailed(this.#names()));
        break;
      default:
        this.refuse(new JobException(packet.keepData(), this.#names()));
    }
    return true;
  }

  /** Stops following, for a reason of ours. The job runs on. */
  abandon(reason: unknown): void {
    this.refuse(reason);
  }

  /** All data and the result, joined. Only when complete. Throws when part of it had to be forgotten. */
  joined(): Uint8Array {
    if (this.#forgot) throw new TaskOverflow(this.budget, this.#names());
    const result = this.#result!;
    const parts: Uint8Array[] = [];
    for (const event of this.#events) if (event.type === "data") parts.push(event.data);
    if (parts.length === 0) return result;
    parts.push(result);
    const joined = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  /** The next event that has not been read, if one has come. */
  nextEvent(): TaskEvent | undefined {
    if (this.#read === this.#events.length) return undefined;
    const event = this.#events[this.#read++];
    this.#unread -= bytesOf(event);
    return event;
  }

  #names(): { handle: string; functionName: string } {
    return { handle: this.handle, functionName: this.functionName };
  }

  #addStatus(packet: Packet): void {
    const numerator = packet.numerator >= 0 ? packet.numerator : Number(packet.text(1)) || 0;
    const denominator = packet.denominator >= 0 ? packet.denominator : Number(packet.text(2)) || 0;
    this.status = { numerator, denominator };
    this.#add({ type: "status", numerator, denominator });
  }

  #add(event: TaskEvent): void {
    const bytes = bytesOf(event);
    this.#held += bytes;
    this.#unread += bytes;
    this.#events.push(event);
    this.follower?.told();
    if (this.#held > this.budget) this.#fitBudget();
    this.watcher?.changed();
  }

  /** Forgets what has been read, then progress that nobody reads; data that nobody reads is too much. */
  #fitBudget(): void {
    const isData = (event: TaskEvent) => event.type === "data";
    this.#forgot ||= this.#events.slice(0, this.#read).some(isData);
    this.#events = this.#events.slice(this.#read);
    this.#read = 0;
    if (this.#unread > this.budget) this.#events = this.#events.filter(isData);
    this.#held = this.#unread = this.#events.reduce((sum, event) => sum + bytesOf(event), 0);
    if (this.#unread > this.budget) this.refuse(new TaskOverflow(this.budget, this.#names()));
  }

  #settle(): void {
    this.#isSettled = true;
    this.#workload = undefined;
    this.onSettled?.();
    this.follower?.told();
    this.watcher?.changed();
  }
}

function bytesOf(event: TaskEvent): number {
  return event.type === "status" ? EVENT_BYTES : EVENT_BYTES + event.data.length;
}
