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
import { Deferred } from "./deferred.ts";
import type { Flow } from "./flow.ts";
import { HandleReader, handleText } from "./handle.ts";
import { JobRequest, type JobSpec } from "./job_request.ts";
import type { Origin } from "./origin.ts";
import { type Limits, type TaskEvent, TaskEvents } from "./task_events.ts";

const handles = new HandleReader();

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
  /** Of a job that has told something. */
  #events: TaskEvents | undefined;
  // Those who wait: for the acceptance, for the result, and for what comes next.
  #acceptance: Deferred<void> | undefined;
  #completion: Deferred<Uint8Array> | undefined;
  #next: Deferred<void> | undefined;
  /** What its link may hold unread: known once a server has the job. */
  flow: Flow | undefined;
  /** Told of the acceptance, of each event, and of the end. */
  follower: Follower | undefined;
  /** Called once it is settled. */
  override onSettled: (() => void) | undefined;

  constructor(spec: JobSpec, unique: string, origin: Origin, limits: Limits) {
    super(spec, unique, origin);
    this.#limits = limits;
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
    if (this.#completion !== undefined || this.#next !== undefined) return true;
    if (this.#acceptance !== undefined && !this.isAccepted) return true;
    return this.follower?.isWaiting() === true;
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
    if (!this.isAccepted || this.#events !== undefined) return undefined;
    return "does a started worker offer it?";
  }

  /** The server's name for the job, or `""` before it was accepted. */
  get handle(): string {
    return handleText(this.#handlePrefix ?? "", this.#handleNumber);
  }

  /** The last WORK_STATUS. */
  get status(): TaskEvents["status"] {
    return this.#events?.status;
  }

  /** Resolves when a server has the job; rejects when none will, or the wait was given up. */
  accepted(): Promise<void> {
    if (this.#acceptance === undefined) {
      this.#acceptance = new Deferred();
      this.#startWait();
    }
    return this.#acceptance.promise;
  }

  /** Resolves with all data and the result, joined. */
  completed(): Promise<Uint8Array> {
    if (this.#completion === undefined) {
      this.#completion = new Deferred();
      this.#startWait();
    }
    return this.#completion.promise;
  }

  /** Resolves when something has come, or the job has ended. */
  changed(): Promise<void> {
    this.#next ??= new Deferred();
    this.flow?.resume();
    return this.#next.promise;
  }

  /** A reader that has heard part of the job would hear it twice. */
  protected override get mayRunTwice(): boolean {
    if (this.#events?.wereHeard) return false;
    return this.isAccepted || this.unique !== "";
  }

  override answer(packet: Packet): boolean {
    // Kept, and not looked up by slot when it is wanted: a slot may change hands within a read.
    handles.read(packet);
    this.#handlePrefix = handles.prefix;
    this.#handleNumber = handles.number;
    if (!this.isIdempotent) this.forgetWorkload();
    this.follower?.told();
    this.#tellWaiting();
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
    this.#events = undefined;
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

  /** The next event that has not been read, if one has come. */
  nextEvent(): TaskEvent | undefined {
    const event = this.#events?.next();
    if (event !== undefined) this.#account();
    return event;
  }

  #names(): { handle: string; functionName: string } {
    return { handle: this.handle, functionName: this.functionName };
  }

  #addStatus(packet: Packet): void {
    const numerator = packet.numerator >= 0 ? packet.numerator : Number(packet.text(1)) || 0;
    const denominator = packet.denominator >= 0 ? packet.denominator : Number(packet.text(2)) || 0;
    this.#add({ type: "status", numerator, denominator });
  }

  /** Whether the result has room for the packet's data. If not, that is the task's end. */
  #fits(packet: Packet): boolean {
    const { maxResultBytes } = this.#limits;
    if ((this.#events?.dataBytes ?? 0) + packet.dataSize <= maxResultBytes) return true;
    this.refuse(new ResultTooLarge(maxResultBytes, this.#names()));
    return false;
  }

  #add(event: TaskEvent): void {
    const events = this.#events ??= new TaskEvents(this.#limits);
    events.add(event);
    this.follower?.told();
    if (!events.fit()) this.refuse(this.#overflow());
    this.#tellWaiting();
    // Last: who waited for this event does so no longer.
    this.#account();
  }

  #account(): void {
    this.#events?.account(this.flow, this.#isSettled);
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
    this.#tellWaiting();
  }

  #startWait(): void {
    this.#tellWaiting();
    this.flow?.resume();
  }

  #tellWaiting(): void {
    this.#next?.resolve();
    this.#next = undefined;
    if (this.#acceptance !== undefined) {
      if (this.isAccepted) this.#acceptance.resolve();
      else if (this.#isSettled) this.#acceptance.reject(this.#error);
    }
    if (this.#completion !== undefined && this.#isSettled) this.#complete(this.#completion);
  }

  #complete(completion: Deferred<Uint8Array>): void {
    if (this.#error !== undefined) return completion.reject(this.#error);
    const events = this.#events;
    // Part of the result had to be forgotten.
    if (events?.haveForgotten) return completion.reject(this.noted(this.#overflow()));
    const result = this.#result!;
    const hasData = events !== undefined && events.dataBytes > 0;
    completion.resolve(hasData ? joined([...events.data, result]) : result);
  }
}
