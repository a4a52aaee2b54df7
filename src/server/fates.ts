/**
 * How jobs ended, for a while: what a client that did not wait may ask for later. The oldest are
 * forgotten when their time is up, and before that when they take more than their share of memory.
 *
 * @module
 */
import type { JobFate } from "../protocol/mod.ts";
import { EMPTY, isName, keyOf } from "./bytes.ts";

/** How a job can end. */
export type EndState = "complete" | "failed" | "exception";

/** The end of one job, as it is kept. */
export interface Fate {
  /** Counts ends: later ones have larger numbers. */
  readonly number: number;
  readonly handle: string;
  readonly functionName: Uint8Array;
  readonly unique: Uint8Array;
  readonly state: EndState;
  /** The result, or what came with the exception. Undefined: it was too large to be kept. */
  readonly data: Uint8Array | undefined;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
}

/** What is kept of the ends of background jobs, and for how long. */
export interface ResultsOptions {
  /** Milliseconds for which an end is kept. */
  readonly ttl: number;
  /** Bytes of the largest result that is kept; of a larger one, only that there was one. Default 1 MiB. */
  readonly maxResultBytes?: number;
  /**
   * Bytes that all of them may take: beyond, the oldest are forgotten early. What running jobs have
   * sent of their results counts, too, and may take half; the jobs of one worker, as much of that as
   * they leave free. Default 64 MiB.
   */
  readonly maxBytes?: number;
}

/** Who sends results: what of them is kept. */
export interface Sender {
  partialBytes: number;
}

/** What a running job has sent of its result so far, in memory that the {@linkcode Fates} have for it. */
export class PartialResult {
  readonly #fates: Fates;
  readonly #sender: Sender;
  /** Undefined: there was too much of it, or no room. */
  #buffer: Uint8Array | undefined;
  #bytes = 0;

  /** @param isKept Whether it is to be kept, and not only that there was one. */
  constructor(fates: Fates, sender: Sender, isKept: boolean) {
    this.#fates = fates;
    this.#sender = sender;
    this.#buffer = isKept ? EMPTY : undefined;
  }

  /** Takes the next part. */
  add(part: Uint8Array): void {
    const bytes = this.#bytes + part.length;
    if (this.#buffer === undefined || !this.#hasRoomFor(this.#buffer, bytes)) return this.drop();
    this.#buffer.set(part, this.#bytes);
    this.#bytes = bytes;
  }

  /** All parts with the last one, or undefined where they are not kept. */
  with(last: Uint8Array): Uint8Array | undefined {
    if (this.#buffer === undefined || this.#bytes === 0) return this.#buffer && last;
    const whole = new Uint8Array(this.#bytes + last.length);
    whole.set(this.#buffer.subarray(0, this.#bytes));
    whole.set(last, this.#bytes);
    return whole;
  }

  /** Keeps it no more. */
  drop(): void {
    this.#fates.give(this.#buffer?.length ?? 0, this.#sender);
    this.#buffer = undefined;
  }

  /** Sees to it that the buffer has room for so many. It doubles: a result may come in bytes. */
  #hasRoomFor(buffer: Uint8Array, bytes: number): boolean {
    if (bytes <= buffer.length) return true;
    const { maxResultBytes } = this.#fates;
    if (bytes > maxResultBytes) return false;
    const length = Math.min(Math.max(bytes, 2 * buffer.length), maxResultBytes);
    if (!this.#fates.take(length - buffer.length, this.#sender)) return false;
    this.#buffer = new Uint8Array(length);
    this.#buffer.set(buffer);
    return true;
  }
}

/** Bytes that an end takes beside its names and data. */
const OVERHEAD = 256;

/** Ends are forgotten in batches, so that a busy server is not called for each of them. */
const BATCH_MILLISECONDS = 1000;

/**
 * Milliseconds that a clock may be set back by without a look at all ends: those that were made
 * before are kept for so much longer.
 */
const MOST_AHEAD = 1000;

/** An end, and when it is forgotten: milliseconds since the epoch. */
interface Kept {
  readonly fate: Fate;
  until: number;
}

/** The ends that are kept. */
export class Fates {
  /** Milliseconds for which an end is kept. */
  readonly ttl: number;
  readonly maxResultBytes: number;
  readonly #maxBytes: number;
  readonly #onForgotten: (fate: Fate) => void;
  /** The oldest first. */
  readonly #byHandle = new Map<string, Kept>();
  /** The latest end of each unique. */
  readonly #byUnique = new Map<string, Fate>();
  #bytes = 0;
  /** Those of them that the results of running jobs take. */
  #partialBytes = 0;
  /** The latest time that was seen. */
  #seen = -Infinity;

  constructor(options: ResultsOptions, onForgotten: (fate: Fate) => void) {
    this.ttl = options.ttl;
    this.maxResultBytes = Math.floor(options.maxResultBytes ?? 1024 * 1024);
    this.#maxBytes = options.maxBytes ?? 64 * 1024 * 1024;
    this.#onForgotten = onForgotten;
  }

  /** Keeps an end. One that was made by a clock that stood ahead is kept as if it were made now. */
  add(fate: Fate, now: number): void {
    this.#lookAt(now);
    this.#byHandle.set(fate.handle, { fate, until: Math.min(fate.endedAt, now) + this.ttl });
    if (isName(fate.unique)) this.#byUnique.set(keyOf(fate.unique), fate);
    this.#bytes += bytesOf(fate);
    this.#makeRoom(this.#maxBytes);
  }

  /**
   * Takes bytes for the result of a running job; the oldest ends make room for them. False: there is
   * none, since half of all is for the ends, and nobody may have more than is left for the others.
   */
  take(bytes: number, sender: Sender): boolean {
    const free = this.#maxBytes / 2 - this.#partialBytes - bytes;
    if (sender.partialBytes + bytes > free) return false;
    this.#makeRoom(this.#maxBytes - bytes);
    this.give(-bytes, sender);
    return true;
  }

  /** Gives such bytes back. */
  give(bytes: number, sender: Sender): void {
    this.#bytes -= bytes;
    this.#partialBytes -= bytes;
    sender.partialBytes -= bytes;
  }

  /** The end of the job of that handle, if it is kept. */
  withHandle(handle: string): Fate | undefined {
    return this.#byHandle.get(handle)?.fate;
  }

  /** The latest end of a job of that unique, if it is kept. */
  withUnique(unique: Uint8Array): Fate | undefined {
    return this.#byUnique.get(keyOf(unique));
  }

  /** Forgets those whose time is up. */
  runDue(now: number): void {
    this.#lookAt(now);
    for (const { fate, until } of this.#byHandle.values()) {
      if (until > now) return;
      this.#forget(fate);
    }
  }

  /** When {@linkcode runDue} next has something to do: milliseconds since the epoch. */
  get nextDue(): number | undefined {
    for (const { until } of this.#byHandle.values()) {
      return Math.ceil(until / BATCH_MILLISECONDS) * BATCH_MILLISECONDS;
    }
    return undefined;
  }

  /** Where the clock was set back, none is kept for longer than one that is made now. */
  #lookAt(now: number): void {
    if (this.#seen - now > MOST_AHEAD) {
      for (const kept of this.#byHandle.values()) kept.until = Math.min(kept.until, now + this.ttl);
      this.#seen = now;
    }
    this.#seen = Math.max(this.#seen, now);
  }

  /** Forgets the oldest until no more than so many bytes are taken. */
  #makeRoom(bytes: number): void {
    if (this.#bytes <= bytes) return;
    for (const { fate } of this.#byHandle.values()) {
      this.#forget(fate);
      if (this.#bytes <= bytes) return;
    }
  }

  #forget(fate: Fate): void {
    this.#byHandle.delete(fate.handle);
    const key = keyOf(fate.unique);
    if (this.#byUnique.get(key) === fate) this.#byUnique.delete(key);
    this.#bytes -= bytesOf(fate);
    this.#onForgotten(fate);
  }
}

function bytesOf({ unique, functionName, data }: Fate): number {
  return OVERHEAD + unique.length + functionName.length + (data?.length ?? 0);
}

/** An end, as those who ask are told. */
export function told({ state, data, endedAt }: Fate): JobFate {
  if (state === "failed") return { state, endedAt };
  if (data === undefined) return { state, endedAt };
  return state === "complete" ? { state, endedAt, result: data } : { state, endedAt, data };
}
