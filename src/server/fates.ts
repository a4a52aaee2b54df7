/**
 * How jobs ended, for a while: what a client that did not wait may ask for later. The oldest are
 * forgotten when their time is up, and before that when they take more than their share of memory.
 *
 * @module
 */
import type { JobFate } from "../protocol/mod.ts";
import { isName, keyOf } from "./bytes.ts";

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
  /** Bytes that all of them may take: beyond, the oldest are forgotten early. Default 64 MiB. */
  readonly maxBytes?: number;
}

/** What a running job has sent of its result so far. */
export class PartialResult {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  /** @param maxBytes What a whole result may have. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the next part. */
  add(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#bytes <= this.#maxBytes) this.#parts.push(part);
    else this.#parts = [];
  }

  /** All parts with the last one, or undefined where that is too much. */
  with(last: Uint8Array): Uint8Array | undefined {
    if (this.#bytes + last.length > this.#maxBytes) return undefined;
    if (this.#bytes === 0) return last;
    const whole = new Uint8Array(this.#bytes + last.length);
    let at = 0;
    for (const part of [...this.#parts, last]) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

/** Bytes that an end takes beside its names and data. */
const OVERHEAD = 256;

/** Ends are forgotten in batches, so that a busy server is not called for each of them. */
const BATCH_MILLISECONDS = 1000;

/** The ends that are kept. */
export class Fates {
  /** Milliseconds for which an end is kept. */
  readonly ttl: number;
  readonly maxResultBytes: number;
  readonly #maxBytes: number;
  readonly #onForgotten: (fate: Fate) => void;
  /** The oldest first. */
  readonly #byHandle = new Map<string, Fate>();
  /** The latest end of each unique. */
  readonly #byUnique = new Map<string, Fate>();
  #bytes = 0;

  constructor(options: ResultsOptions, onForgotten: (fate: Fate) => void) {
    this.ttl = options.ttl;
    this.maxResultBytes = options.maxResultBytes ?? 1024 * 1024;
    this.#maxBytes = options.maxBytes ?? 64 * 1024 * 1024;
    this.#onForgotten = onForgotten;
  }

  /** Keeps an end. */
  add(fate: Fate): void {
    this.#byHandle.set(fate.handle, fate);
    if (isName(fate.unique)) this.#byUnique.set(keyOf(fate.unique), fate);
    this.#bytes += bytesOf(fate);
    for (const oldest of this.#byHandle.values()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#forget(oldest);
    }
  }

  /** The end of the job of that handle, if it is kept. */
  withHandle(handle: string): Fate | undefined {
    return this.#byHandle.get(handle);
  }

  /** The latest end of a job of that unique, if it is kept. */
  withUnique(unique: Uint8Array): Fate | undefined {
    return this.#byUnique.get(keyOf(unique));
  }

  /** Forgets those whose time is up. */
  runDue(now: number): void {
    for (const fate of this.#byHandle.values()) {
      if (fate.endedAt + this.ttl > now) return;
      this.#forget(fate);
    }
  }

  /** When {@linkcode runDue} next has something to do: milliseconds since the epoch. */
  get nextDue(): number | undefined {
    for (const { endedAt } of this.#byHandle.values()) {
      return Math.ceil((endedAt + this.ttl) / BATCH_MILLISECONDS) * BATCH_MILLISECONDS;
    }
    return undefined;
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
