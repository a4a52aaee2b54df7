/**
 * What a worker calls on its way. Callbacks of a job are part of it: what they throw, the job's
 * course meets. News comes at any time: what its callbacks throw is kept until somebody can be told.
 *
 * @module
 */
import { Exception } from "./exceptions.ts";

// deno-lint-ignore no-explicit-any -- JSON, whose shape whoever attaches the callback knows
type Json = any;

/** Called when a job begins: handle, function, argument. */
export type StartCallback = (handle: string, job: string, argument: Json) => unknown;
/** Called when a job is complete: handle, function, result as it was sent. */
export type JobCompleteCallback = (handle: string, job: string, result: Json) => unknown;
/** Called when a job has failed: handle, function, and what was thrown. */
export type JobFailCallback = (handle: string, job: string, error: Error) => unknown;
/** Called with news of the worker: of one server, or of all. */
export type WorkerStatusCallback = (
  message: string,
  server: string | null,
  connected: boolean | null,
  failedConnections: number | null,
) => unknown;

/** What may be attached for each type, by its number. */
interface CallbackLists {
  readonly 1: StartCallback[];
  readonly 2: JobCompleteCallback[];
  readonly 3: JobFailCallback[];
  readonly 4: WorkerStatusCallback[];
}

/** One of the `Net_Gearman_Worker` constants. */
export type WorkerCallbackType = keyof CallbackLists;

/** The callbacks of one worker. */
export class WorkerCallbacks {
  readonly #lists: CallbackLists = { 1: [], 2: [], 3: [], 4: [] };
  readonly #onTrouble: () => void;
  /** Ends when all have heard the news. */
  #news: Promise<void> = Promise.resolve();
  #trouble: { readonly error: unknown } | undefined;

  /** `onTrouble` hears of each throw at the news. */
  constructor(onTrouble: () => void) {
    this.#onTrouble = onTrouble;
  }

  /** Adds a callback to those of its type. */
  attach(callback: (...args: never[]) => unknown, type: WorkerCallbackType): void {
    if (typeof callback !== "function") throw new Exception("Invalid callback specified");
    if (!Object.hasOwn(this.#lists, type)) throw new Exception("Invalid callback type specified.");
    this.#lists[type].push(callback as never);
  }

  /** Calls those of a job, one after the other, and passes on what they throw. */
  call(type: 1 | 2 | 3, ...args: [handle: string, job: string, what: unknown]): Promise<void> {
    return this.#call(type, args);
  }

  /** Calls those for news, in the order of the news. Returns at once, and never throws. */
  tell(...news: Parameters<WorkerStatusCallback>): void {
    this.#news = this.#news.then(() => this.#call(4, news)).catch((error) => {
      this.#trouble ??= { error };
      this.#onTrouble();
    });
  }

  /** Waits until all have heard the news, and rejects with the first thing that one of them threw. */
  async settled(): Promise<void> {
    await this.#news;
    const trouble = this.#trouble;
    this.#trouble = undefined;
    if (trouble !== undefined) throw trouble.error;
  }

  async #call(type: WorkerCallbackType, args: readonly unknown[]): Promise<void> {
    for (const callback of this.#lists[type]) {
      await (callback as (...args: readonly unknown[]) => unknown)(...args);
    }
  }
}
