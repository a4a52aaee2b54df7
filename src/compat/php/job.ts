/**
 * A job as the extension hands it to a worker's callback, and what is known of it.
 *
 * @module
 */
import { JobTimeout } from "../../errors.ts";
import type { TakenJob } from "../../worker/mod.ts";
import { isCode } from "./codes.ts";
import {
  GEARMAN_LOST_CONNECTION,
  GEARMAN_SUCCESS,
  GEARMAN_UNEXPECTED_PACKET,
} from "./constants.ts";
import type { Ledger } from "./ledger.ts";
import {
  given,
  phpInt,
  type PhpString,
  phpString,
  type StringMode,
  type StringOf,
} from "./strings.ts";

/** A job in the hands of a worker: read and reported on through its face. */
export class JobState<Mode extends StringMode = StringMode> {
  readonly job: TakenJob;
  readonly mode: Mode;
  readonly ledger: Ledger;
  /** The client's own name for it, as far as the worker asks for such. */
  readonly unique: string;
  /** What the worker's loop is to make of it: set by `setReturn()`, and by each report. */
  code: number = GEARMAN_SUCCESS;
  /** Whether its end has been reported. */
  isOver = false;

  constructor(options: Pick<JobState<Mode>, "job" | "mode" | "ledger" | "unique">) {
    this.job = options.job;
    this.mode = options.mode;
    this.ledger = options.ledger;
    this.unique = options.unique;
  }

  /**
   * Sends a report. One that follows the job's end is dropped, and counts as sent. Resolves when it
   * has left, with whether it could.
   */
  async send(send: (job: TakenJob) => void, isEnd = false): Promise<boolean> {
    if (this.isOver) return true;
    const { job } = this;
    if (job.signal.aborted) {
      this.code = isLate(job) ? GEARMAN_UNEXPECTED_PACKET : GEARMAN_LOST_CONNECTION;
      return false;
    }
    send(job);
    this.isOver = isEnd;
    this.code = GEARMAN_SUCCESS;
    await job.flushed();
    return true;
  }

  /** {@linkcode send}, with a warning when it could not. */
  async report(method: string, send: (job: TakenJob) => void, isEnd = false): Promise<boolean> {
    if (await this.send(send, isEnd)) return true;
    const message = isLate(this.job)
      ? "Expected the job within its limit, it has gone back to the server"
      : "Expected the link that the job came on, it was lost";
    return this.ledger.warn(method, message, false, this.code, this.job.signal.reason);
  }
}

/** Whether a job has gone back because it took too long. */
function isLate({ signal }: TakenJob): boolean {
  return signal.reason instanceof JobTimeout;
}

/** What may be sent: text or bytes. */
type Sent = string | Uint8Array;

/**
 * A job, as a worker's callback is given it. Reports resolve with true when they have left; once
 * the job has ended they are dropped, and still resolve with true.
 *
 * @example
 * ```ts
 * import type { GearmanJob } from "geartrain/compat/php";
 *
 * export async function count(job: GearmanJob): Promise<string> {
 *   await job.sendStatus(1, 2);
 *   return String(job.workloadSize());
 * }
 * ```
 */
export class GearmanJob<Mode extends StringMode = "text"> {
  #state: JobState<Mode> | undefined;

  /** Without a state, which workers alone can give, a shell that no job stands behind. */
  constructor(state?: JobState<Mode>) {
    this.#state = state;
  }

  /** Lets go of the job. One that has not ended stays with its worker until that disconnects. */
  __destruct(): void {
    this.#state = undefined;
  }

  /** How the last report went, or what `setReturn()` said. */
  returnCode(): number {
    return this.#state?.code ?? GEARMAN_SUCCESS;
  }

  /** Says what the worker's loop is to make of this job. To be called last: each report sets it too. */
  setReturn(gearman_return_t: number): boolean {
    const state = this.#state;
    const code = phpInt(gearman_return_t, "gearman_return_t");
    if (state === undefined) return false;
    if (!isCode(code)) {
      return state.ledger.warn(
        "setReturn",
        `Expected a return code of 0 to 53, got ${code}`,
        false,
      );
    }
    state.code = code;
    return true;
  }

  /** Sends a piece of the result. */
  sendData(data: PhpString): Promise<boolean> {
    return this.#send("sendData", data, (job, data) => job.data(data));
  }

  /** Sends a warning. */
  sendWarning(warning: PhpString): Promise<boolean> {
    return this.#send("sendWarning", warning, (job, data) => job.warning(data));
  }

  /** Tells how much of how much is done, each cut to 32 bits. */
  sendStatus(numerator: number, denominator: number): Promise<boolean> {
    const done = phpInt(numerator, "numerator") >>> 0;
    const all = phpInt(denominator, "denominator") >>> 0;
    return this.#report("sendStatus", (job) => job.status(done, all));
  }

  /** Ends the job with a result. */
  sendComplete(result: PhpString): Promise<boolean> {
    return this.#send("sendComplete", result, (job, data) => job.complete(data), true);
  }

  /** Ends the job with an exception. */
  sendException(exception: PhpString): Promise<boolean> {
    return this.#send("sendException", exception, (job, data) => job.exception(data), true);
  }

  /** Ends the job as failed. */
  sendFail(): Promise<boolean> {
    return this.#report("sendFail", (job) => job.fail(), true);
  }

  /** The server's name for the job. */
  handle(): string | false {
    return this.#state?.job.handle ?? false;
  }

  /** The function to run. */
  functionName(): string | false {
    return this.#state?.job.functionName ?? false;
  }

  /** The client's own name for the job; `""` where the worker does not ask for such. */
  unique(): string | false {
    return this.#state?.unique ?? false;
  }

  /** What the job was given. */
  workload(): StringOf<Mode> {
    const state = this.#state;
    return state === undefined ? "" as StringOf<Mode> : given(state.job.workload, state.mode);
  }

  /** Bytes of what the job was given. */
  workloadSize(): number {
    return this.#state?.job.workload.length ?? 0;
  }

  /** @deprecated Use {@linkcode sendData}. */
  data(data: PhpString): Promise<boolean> {
    return this.sendData(data);
  }

  /** @deprecated Use {@linkcode sendWarning}. */
  warning(warning: PhpString): Promise<boolean> {
    return this.sendWarning(warning);
  }

  /** @deprecated Use {@linkcode sendStatus}. */
  status(numerator: number, denominator: number): Promise<boolean> {
    return this.sendStatus(numerator, denominator);
  }

  /** @deprecated Use {@linkcode sendComplete}. */
  complete(result: PhpString): Promise<boolean> {
    return this.sendComplete(result);
  }

  /** @deprecated Use {@linkcode sendException}. */
  exception(exception: PhpString): Promise<boolean> {
    return this.sendException(exception);
  }

  /** @deprecated Use {@linkcode sendFail}. */
  fail(): Promise<boolean> {
    return this.sendFail();
  }

  #send(
    method: string,
    data: PhpString,
    send: (job: TakenJob, data: Sent) => void,
    isEnd = false,
  ): Promise<boolean> {
    const sent = phpString(data, "data");
    return this.#report(method, (job) => send(job, sent), isEnd);
  }

  #report(method: string, send: (job: TakenJob) => void, isEnd = false): Promise<boolean> {
    return this.#state?.report(method, send, isEnd) ?? Promise.resolve(false);
  }
}
