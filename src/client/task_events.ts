/**
 * What a job tells on its way, held for whoever reads it, up to the task's budget. Most jobs tell
 * nothing, and have none of this.
 *
 * @module
 */
import type { Flow } from "./flow.ts";

/** What a job tells before its end, in the order of the wire. */
export type TaskEvent =
  | { readonly type: "data"; readonly data: Uint8Array }
  | { readonly type: "warning"; readonly data: Uint8Array }
  | { readonly type: "status"; readonly numerator: number; readonly denominator: number };

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

/** The events of one task. */
export class TaskEvents {
  /** Bytes of all data that came. */
  dataBytes = 0;
  /** The last WORK_STATUS. */
  status: { readonly numerator: number; readonly denominator: number } | undefined;
  /** Whether a reader has had data or warnings. */
  wereHeard = false;
  /** Whether data was forgotten that the result is to have. */
  haveForgotten = false;
  readonly #limits: Limits;
  /** What came, in order; those before {@linkcode #read} have been read. */
  #events: TaskEvent[] = [];
  #read = 0;
  #held = 0;
  #unread = 0;
  /** As its link knows it. */
  #accounted = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** The data that is held. */
  get data(): Uint8Array[] {
    return this.#events.flatMap((event) => event.type === "data" ? event.data : []);
  }

  /** One has come. {@linkcode fit} follows. */
  add(event: TaskEvent): void {
    const bytes = bytesOf(event);
    this.#held += bytes;
    this.#unread += bytes;
    this.#events.push(event);
    if (event.type === "data") this.dataBytes += event.data.length;
    if (event.type !== "status") return;
    const { numerator, denominator } = event;
    this.status = { numerator, denominator };
  }

  /** The next one that has not been read, if one has come. */
  next(): TaskEvent | undefined {
    if (this.#read === this.#events.length) return undefined;
    const event = this.#events[this.#read++];
    this.#unread -= bytesOf(event);
    this.wereHeard ||= event.type !== "status";
    return event;
  }

  /**
   * Keeps to the budget: forgets what has been read, then progress that nobody reads. False: data
   * that nobody reads is too much.
   */
  fit(): boolean {
    const { taskBytes, overflow } = this.#limits;
    if (this.#held <= taskBytes) return true;
    this.haveForgotten ||= this.#events.slice(0, this.#read).some(isData);
    let kept = this.#events.slice(this.#read);
    if (this.#unread > taskBytes) kept = kept.filter(isData);
    if (overflow === "drop") kept = this.#withoutOldest(kept);
    this.#events = kept;
    this.#read = 0;
    this.#held = this.#unread = bytesOfAll(kept);
    return this.#unread <= taskBytes;
  }

  /** Tells the link what of its bytes is unread here; what has ended keeps it waiting no more. */
  account(flow: Flow | undefined, hasEnded: boolean): void {
    const unread = hasEnded ? 0 : this.#unread;
    const change = unread - this.#accounted;
    if (change === 0) return;
    this.#accounted = unread;
    flow?.add(change);
  }

  /** The latest events, as soon as there are too many: some more are dropped than must be, so that it is not done for each. */
  #withoutOldest(events: TaskEvent[]): TaskEvent[] {
    const { taskBytes } = this.#limits;
    let bytes = bytesOfAll(events);
    if (bytes <= taskBytes) return events;
    let first = 0;
    while (bytes > taskBytes * 0.75) bytes -= bytesOf(events[first++]);
    this.haveForgotten ||= events.slice(0, first).some(isData);
    return events.slice(first);
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
