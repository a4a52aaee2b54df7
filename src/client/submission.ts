/**
 * A foreground job from the client's side of the wire: its submission, and what comes of it. A
 * {@linkcode Task} is its face.
 *
 *     waiting ── sent ── JOB_CREATED ──> accepted ── WORK_COMPLETE ──> complete
 *      │  ▲         │                         │
 *      │  └─────────┴── lost, sent again ─────┤
 *      └── ERROR, lost ───────────────────────┴── fail, exception, lost ──> failed
 *                       abort and timeout settle it from anywhere; the job runs on
 *
 * @module
 */
import type { Packet } from "../codec/mod.ts";
import {
  JobException,
  JobFailed,
  JobLost,
  type Outcome,
  ResultTooLarge,
  TaskOverflow,
} from "../errors.ts";
import { joined } from "../joined.ts";
import { Command } from "../protocol/mod.ts";
import type { Flow } from "./flow.ts";
import { HandleReader, handleText } from "./handle.ts";
import { JobRequest, type JobSpec } from "./job_request.ts";

/** What a job tells before its end, in the order of the wire. */
export type TaskEvent =
  | { readonly type: "data"; readonly data: Uint8Array }
  | { readonly type: "warning"; readonly data: Uint8Array }
  | { readonly type: "status"; readonly numerator: number; readonly denominator: number };

const handles = new HandleReader();

/** Those of the many jobs that tell nothing before their end. */
const NO_EVENTS: TaskEvent[] = [];

/** Bytes that an event counts beside its data. */
const EVENT_BYTES = 64;

/** What a task is to bear. */
export interface Limits {
  /** Bytes that may be held. */
  readonly taskBytes: number;
  /** What happens when more comes unread. */
  readonly overflow: "fail" | "drop";
  /** Bytes that the result may have, its data included. */
  readonly maxResultBytes: number;
}

/** Who is told when something about a submission changes. */
export interface Watcher {
  /** It was accepted, an event came, or it ended. */
  changed(): void;
  /** Whether somebody waits for one of these. */
  isWaiting(): boolean;
}

/** Who is told of each thing that comes, one call for each. */
export interface Follower {
  told(): void;
  /** Whether somebody waits for one of these. */
  isWaiting(): boolean;
}

/** The submission of a foreground job, and what is known of the job. */
export class Submission extends JobRequest {
  readonly #limits: Limits;
  /** The handle, in two parts until somebody asks for it; undefined: no server has the job. */
  #handlePrefix: string | undefined;
  #handleNumber = -1;
  #isSettled = false;
  #error: unknown;
  #result: Uint8Array | undefined;
  /** What came, in order; those before {@linkcode #read} have been read. */
  #events = NO_EVENTS;
  #read = 0;
  #held = 0;
  #unread = 0;
  /** As its link knows it. */
  #accounted = 0;
  #resultBytes = 0;
  #forgot = false;
  #wasHeard = false;
  /** The last WORK_STATUS. */
  status: { readonly numerator: number; readonly denominator: number } | undefined;
  /** Told of changes. */
  watcher: Watcher | undefined;
  /** What its link may hold unread: known once a server has the job. */
  flow: Flow | undefined;
  /** Told of the acceptance, of each event, and of the end. */
  follower: Follower | undefined;
  /** Called once it is settled. */
  override onSettled: (() => void) | undefined;

  constructor(spec: JobSpec, limits: Limits) {
    super(spec);
    this.#limits = limits;
  }

  get unique(): string {
    return this.spec.unique;
  }
  override get isSettled(): boolean {
    return this.#isSettled;
  }
  override get isAccepted(): boolean {
    return this.#handlePrefix !== undefined;
  }
  /** Whether somebody waits for what the server says next. */
  get isAwaited(): boolean {
    if (this.#isSettled) return false;
    return this.watcher?.isWaiting() === true || this.follower?.isWaiting() === true;
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

  /** Nothing was heard of the job: it may wait for somebody who runs it. */
  get hint(): string | undefined {
    if (!this.isAccepted || this.#events.length > 0) return undefined;
    return "does a started worker offer it?";
  }

  /** The server's name for the job, or `""` before it was accepted. */
  get handle(): string {
    return handleText(this.#handlePrefix ?? "", this.#handleNumber);
  }

  /** A reader that has heard part of the job would hear it twice. */
  protected override get mayRunTwice(): boolean {
    if (this.#wasHeard) return false;
    return this.isAccepted || this.unique !== "";
  }

  override answer(packet: Packet): boolean {
    // Kept, and not looked up by slot when it is wanted: a slot may change hands within a read.
    handles.read(packet);
    this.#handlePrefix = handles.prefix;
    this.#handleNumber = handles.number;
    if (!this.isIdempotent) this.forgetWorkload();
    this.follower?.told();
    this.watcher?.changed();
    return true;
  }

  override refuse(error: unknown): void {
    this.abandon(error, true);
  }

  /** The link is gone, and the job was accepted. */
  forsaken(cause: unknown): JobLost {
    return new JobLost({ ...this.#names(), cause });
  }

  /** What came of the job so far is forgotten with it. */
  override repeat(): void {
    super.repeat();
    this.#handlePrefix = undefined;
    this.#handleNumber = -1;
    this.status = undefined;
    this.#events = NO_EVENTS;
    this.#read = 0;
    this.#held =
      this.#unread =
      this.#accounted =
      this.#resultBytes =
        0;
    this.#forgot = false;
    this.flow = undefined;
  }

  /** Shows it a WORK_* packet. Returns whether that ended the job. */
  take(packet: Packet): boolean {
    switch (packet.type) {
      case Command.WORK_DATA:
        if (!this.#isSettled && this.#fits(packet)) {
          this.#add({ type: "data", data: packet.keepData() });
        }
        return false;
      case Command.WORK_WARNING:
        if (!this.#isSettled) this.#add({ type: "warning", data: packet.keepData() });
        return false;
      case Command.WORK_STATUS:
        if (!this.#isSettled) this.#addStatus(packet);
        return false;
      case Command.WORK_COMPLETE:
        if (this.#isSettled || !this.#fits(packet)) break;
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

  /** Stops following, for a reason that is the caller's, or with an error of ours. The job runs on. */
  override abandon(reason: unknown, isOurs = false): void {
    if (this.#isSettled) return;
    this.#error = isOurs ? this.noted(reason) : reason;
    this.#settle();
  }

  /** All data and the result, joined. Only when complete. Throws when part of it had to be forgotten. */
  joined(): Uint8Array {
    if (this.#forgot) throw this.noted(this.#overflow());
    const result = this.#result!;
    const parts: Uint8Array[] = [];
    for (const event of this.#events) if (event.type === "data") parts.push(event.data);
    if (parts.length === 0) return result;
    parts.push(result);
    return joined(parts);
  }

  /** The next event that has not been read, if one has come. */
  nextEvent(): TaskEvent | undefined {
    if (this.#read === this.#events.length) return undefined;
    const event = this.#events[this.#read++];
    this.#unread -= bytesOf(event);
    this.#wasHeard ||= event.type !== "status";
    this.#account();
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

  /** Whether the result has room for the packet's data. If not, that is the task's end. */
  #fits(packet: Packet): boolean {
    this.#resultBytes += packet.dataSize;
    const { maxResultBytes } = this.#limits;
    if (this.#resultBytes <= maxResultBytes) return true;
    this.refuse(new ResultTooLarge(maxResultBytes, this.#names()));
    return false;
  }

  #add(event: TaskEvent): void {
    const bytes = bytesOf(event);
    this.#held += bytes;
    this.#unread += bytes;
    if (this.#events === NO_EVENTS) this.#events = [event];
    else this.#events.push(event);
    this.follower?.told();
    if (this.#held > this.#limits.taskBytes) this.#fitBudget();
    this.watcher?.changed();
    // Last: who waited for this event does so no longer.
    this.#account();
  }

  /** Tells the link what of its bytes is unread here; what has ended keeps it waiting no more. */
  #account(): void {
    const unread = this.#isSettled ? 0 : this.#unread;
    const change = unread - this.#accounted;
    if (change === 0) return;
    this.#accounted = unread;
    this.flow?.add(change);
  }

  /** Forgets what has been read, then progress that nobody reads; data that nobody reads is too much. */
  #fitBudget(): void {
    const { taskBytes, overflow } = this.#limits;
    this.#forgot ||= this.#events.slice(0, this.#read).some(isData);
    let kept = this.#events.slice(this.#read);
    if (this.#unread > taskBytes) kept = kept.filter(isData);
    if (overflow === "drop") kept = this.#withoutOldest(kept);
    this.#events = kept;
    this.#read = 0;
    this.#held = this.#unread = bytesOfAll(kept);
    if (this.#unread > taskBytes) this.refuse(this.#overflow());
  }

  /** The latest events, as soon as there are too many: some more are dropped than must be, so that it is not done for each. */
  #withoutOldest(events: TaskEvent[]): TaskEvent[] {
    const { taskBytes } = this.#limits;
    let bytes = bytesOfAll(events);
    if (bytes <= taskBytes) return events;
    let first = 0;
    while (bytes > taskBytes * 0.75) bytes -= bytesOf(events[first++]);
    this.#forgot ||= events.slice(0, first).some(isData);
    return events.slice(first);
  }

  #overflow(): TaskOverflow {
    return new TaskOverflow(this.#limits.taskBytes, this.#names());
  }

  #settle(): void {
    this.#isSettled = true;
    this.forgetWorkload(this.#error);
    this.#account();
    this.onSettled?.();
    this.follower?.told();
    this.watcher?.changed();
  }
}

function isData(event: TaskEvent): boolean {
  return event.type === "data";
}

function bytesOfAll(events: readonly TaskEvent[]): number {
  return events.reduce((sum, event) => sum + bytesOf(event), 0);
}

function bytesOf(event: TaskEvent): number {
  return event.type === "status" ? EVENT_BYTES : EVENT_BYTES + event.data.length;
}
