/**
 * What a job server tells of its jobs: one typed `EventTarget`.
 *
 * @module
 */
import { checkFunction, wrongType } from "../misuse.ts";
import type { EndedJob } from "./engine.ts";

const decoder = new TextDecoder();

/**
 * A job that has ended. How it did is kept for longer where the option `results` says so.
 *
 * @example
 * ```ts
 * import { Client, JobServer } from "geartrain";
 *
 * await using server = await JobServer.listen();
 * server.addEventListener("ended", ({ functionName, state }) => console.log(functionName, state));
 * await using client = new Client({ servers: server.address });
 * await client.background("resize", "cat.jpg");
 * ```
 */
export class JobEvent extends Event {
  declare readonly type: "ended";
  readonly handle: string;
  readonly functionName: string;
  /** The client's own name for the job; empty where it gave none. */
  readonly unique: string;
  readonly isBackground: boolean;
  readonly state: "complete" | "failed" | "exception";

  constructor({ handle, functionName, unique, isBackground, state }: EndedJob) {
    super("ended");
    this.handle = handle;
    this.functionName = decoder.decode(functionName);
    this.unique = decoder.decode(unique);
    this.isBackground = isBackground;
    this.state = state;
  }
}

/** Hears of jobs. */
export type JobListener = (event: JobEvent) => void;

/** Tells of jobs: `"ended"` for each that has, except for those that nobody waited for any more. */
export class JobEvents {
  readonly #target = new EventTarget();
  #isHeard = false;

  /** Calls `listener` at each such event. */
  addEventListener(
    type: "ended",
    listener: JobListener,
    options?: { once?: boolean; signal?: AbortSignal },
  ): void {
    if (type !== "ended") throw wrongType('the event "ended"', type);
    checkFunction(listener, "the listener");
    this.#isHeard = true;
    this.#target.addEventListener(type, listener as never, options);
  }

  /** Calls it no more. */
  removeEventListener(type: "ended", listener: JobListener): void {
    this.#target.removeEventListener(type, listener as never);
  }

  /** Tells the listeners, if there ever were any: an event for each job costs something. */
  protected tell(end: EndedJob): void {
    if (this.#isHeard) this.#target.dispatchEvent(new JobEvent(end));
  }
}
