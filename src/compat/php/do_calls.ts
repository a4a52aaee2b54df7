/**
 * The calls of `doNormal()` and its kin that one client has under way, in both readings.
 *
 * @module
 */
import { JobException, JobFailed } from "../../errors.ts";
import { joined } from "../../joined.ts";
import {
  GEARMAN_CLIENT_NON_BLOCKING,
  GEARMAN_IO_WAIT,
  GEARMAN_SUCCESS,
  GEARMAN_TIMEOUT,
  GEARMAN_WORK_DATA,
  GEARMAN_WORK_EXCEPTION,
  GEARMAN_WORK_FAIL,
  GEARMAN_WORK_STATUS,
  GEARMAN_WORK_WARNING,
} from "./constants.ts";
import type { ClientState } from "./client_state.ts";
import { DoCall, type DoJob } from "./do_call.ts";
import { inTime } from "./patience.ts";
import { given, type StringMode, type StringOf } from "./strings.ts";

const NOTHING = new Uint8Array(0);

/** The do calls of one client. */
export class DoCalls<Mode extends StringMode> {
  readonly #client: ClientState<Mode>;
  readonly #isLoop: boolean;
  #calls: DoCall[] = [];
  #last: DoCall | undefined;

  /** As a loop a call comes back with each packet; else when the job has ended. */
  constructor(client: ClientState<Mode>, isLoop: boolean) {
    this.#client = client;
    this.#isLoop = isLoop;
  }

  /** The job that the last loop began, as far as it is known. */
  get last(): Pick<DoCall, "handle" | "progress"> | undefined {
    return this.#last;
  }

  /** Another job came after it, of which `doJobHandle()` is to tell. */
  forgetLast(): void {
    this.#last = undefined;
  }

  /** One promise for each job under way, which resolves when it has news. */
  changes(): Promise<void>[] {
    return this.#calls.map((call) => call.changed());
  }

  /** Begins a job, or goes on with the one that has these words. */
  async call(method: string, job: DoJob): Promise<StringOf<Mode>> {
    const call = this.#calls.find((call) => call.continues(job)) ?? this.#begin(job);
    call.isBusy = true;
    try {
      return this.#isLoop ? await this.#round(method, call) : await this.#toEnd(method, call);
    } finally {
      call.isBusy = false;
    }
  }

  #begin(job: DoJob): DoCall {
    const { servers } = this.#client;
    const call = new DoCall(job, servers.newestFirst.map(({ client }) => client));
    this.#calls.push(call);
    if (this.#isLoop) this.#last = call;
    return call;
  }

  #end(call: DoCall): void {
    this.#calls = this.#calls.filter((one) => one !== call);
    call.leave();
  }

  /** Comes back with what the job told next. */
  async #round(method: string, call: DoCall): Promise<StringOf<Mode>> {
    const entry = await this.#next(method, call);
    if (entry === undefined) return this.#given(NOTHING);
    switch (entry.type) {
      case "accepted":
        return await this.#round(method, call);
      case "data":
        return this.#note(GEARMAN_WORK_DATA, entry.data);
      case "warning":
        return this.#note(GEARMAN_WORK_WARNING, entry.data);
      case "status":
        return this.#note(GEARMAN_WORK_STATUS);
      case "complete":
        this.#end(call);
        return this.#note(GEARMAN_SUCCESS, entry.data);
      case "failed": {
        const { error } = entry;
        const isShown = error instanceof JobException && this.#client.showsExceptions;
        return this.#failed(method, call, error, isShown ? error.data : NOTHING);
      }
    }
  }

  /** Comes back when the job has ended, with all its data. */
  async #toEnd(method: string, call: DoCall): Promise<StringOf<Mode>> {
    const parts: Uint8Array[] = [];
    for (;;) {
      const entry = await this.#next(method, call);
      if (entry === undefined) return this.#given(NOTHING);
      if (entry.type === "failed") return this.#failed(method, call, entry.error, NOTHING);
      if (entry.type === "data" || entry.type === "complete") parts.push(entry.data);
      if (entry.type === "complete") {
        this.#end(call);
        return this.#note(GEARMAN_SUCCESS, parts.length === 1 ? parts[0] : joined(parts));
      }
    }
  }

  /** What a job tells next; undefined, and the code says why, when nothing came in time. */
  async #next(method: string, call: DoCall): Promise<ReturnType<DoCall["next"]>> {
    const { ledger, bits, timeout, clock } = this.#client;
    for (;;) {
      const entry = call.next();
      if (entry !== undefined) return entry;
      if (bits.has(GEARMAN_CLIENT_NON_BLOCKING)) return ledger.note(GEARMAN_IO_WAIT, undefined);
      if (await inTime(call.changed(), timeout, clock)) continue;
      this.#end(call);
      const message = `Expected news of the job within ${timeout} ms, none came`;
      return ledger.fail(method, GEARMAN_TIMEOUT, message, undefined);
    }
  }

  #failed(method: string, call: DoCall, error: unknown, data: Uint8Array): StringOf<Mode> {
    this.#end(call);
    const { ledger, showsExceptions } = this.#client;
    if (error instanceof JobException && showsExceptions) {
      return this.#note(GEARMAN_WORK_EXCEPTION, data);
    }
    if (error instanceof JobFailed || error instanceof JobException) {
      return this.#note(GEARMAN_WORK_FAIL, data);
    }
    return ledger.failed(method, error, this.#given(data));
  }

  #note(code: number, data: Uint8Array = NOTHING): StringOf<Mode> {
    return this.#client.ledger.note(code, this.#given(data));
  }

  #given(data: Uint8Array): StringOf<Mode> {
    return given(data, this.#client.mode);
  }
}
