/**
 * `GearmanClient`, over the client of the core. What blocks in PHP returns a promise here.
 *
 * @module
 */
import type { JobStatus, Priority } from "../../client/mod.ts";
import { checkChoice, checkFunction, checkOptions, type OptionNames } from "../../misuse.ts";
import type { ClientState } from "./client_state.ts";
import {
  GEARMAN_CLIENT_FREE_TASKS,
  GEARMAN_NO_ACTIVE_FDS,
  GEARMAN_SUCCESS,
  GEARMAN_TIMEOUT,
} from "./constants.ts";
import { DoCalls } from "./do_calls.ts";
import { jobWords } from "./job_words.ts";
import { Ledger, type WarningListener } from "./ledger.ts";
import { MAX_HANDLE_BYTES } from "./names.ts";
import { CLIENT_BITS, OptionBits } from "./option_bits.ts";
import { inTime, limitOf } from "./patience.ts";
import { CORE_OPTIONS, type CoreOptions, Servers } from "./servers.ts";
import {
  bytesOf,
  given,
  phpName,
  type PhpString,
  type StringMode,
  type StringOf,
} from "./strings.ts";
import { TaskClient } from "./task_client.ts";
import { TaskRun } from "./task_run.ts";
import { sentUnique, uniqueOf } from "./unique.ts";

/** Options of {@linkcode GearmanClient}, which has none in PHP. */
export interface GearmanClientOptions<Mode extends StringMode = "text"> extends CoreOptions {
  /** What results and data are given as: `"text"`, from UTF-8, by default; or `"bytes"`. */
  readonly strings?: Mode;
  /** Hears what PHP would raise as warnings. Nothing is printed without it. */
  readonly onWarning?: WarningListener;
  /**
   * How `doNormal()` and its kin are read. `"loop"`, the default, is the manual's reading: a call
   * comes back with each packet of the job, `returnCode()` tells which, and calling it again with
   * the same words goes on, until the code is none of `GEARMAN_WORK_DATA`, `GEARMAN_WORK_STATUS`
   * and `GEARMAN_WORK_WARNING`. `"once"` is what the extension does since libgearman 1.0: a call
   * comes back when the job has ended, with all its data joined.
   */
  readonly doCalls?: "loop" | "once";
}

const CLIENT_OPTIONS: OptionNames<GearmanClientOptions<StringMode>> = {
  ...CORE_OPTIONS,
  strings: true,
  onWarning: true,
  doCalls: true,
};

/** How a job stands: known, running, and how much of how much is done. */
export type GearmanJobStatus = [
  isKnown: boolean,
  isRunning: boolean,
  numerator: number,
  denominator: number,
];

const PRIORITIES = { Normal: "normal", High: "high", Low: "low" } as const;

/** Submits jobs, as PHP's `GearmanClient` does. */
export class GearmanClient<Mode extends StringMode = "text"> extends TaskClient<Mode> {
  readonly #options: GearmanClientOptions<Mode>;
  readonly #state: ClientState<Mode>;
  readonly #doCalls: DoCalls<Mode>;
  readonly #run: TaskRun<Mode>;
  #jobHandle = "";
  #context = "";

  constructor(options: GearmanClientOptions<Mode>) {
    checkOptions(options, CLIENT_OPTIONS, "new GearmanClient()");
    const { doCalls = "loop", strings = "text" as Mode, onWarning } = options;
    checkChoice(doCalls, ["loop", "once"], "doCalls");
    checkChoice<StringMode>(strings, ["text", "bytes"], "strings");
    if (onWarning !== undefined) checkFunction(onWarning, "onWarning");
    const state: ClientState<Mode> = {
      ledger: new Ledger("GearmanClient", onWarning),
      bits: new OptionBits(GEARMAN_CLIENT_FREE_TASKS, CLIENT_BITS),
      servers: new Servers(options),
      clock: options.clock,
      mode: strings,
      timeout: -1,
      showsExceptions: false,
    };
    const run = new TaskRun(state);
    super(state, run, onWarning);
    this.#options = options;
    this.#state = state;
    this.#run = run;
    this.#doCalls = new DoCalls(state, doCalls === "loop");
  }

  /** Closes the links to all servers, which PHP does when the object goes. */
  async __destruct(): Promise<void> {
    await this.#state.servers.close();
  }

  /** The text that was kept with the client. */
  context(): string {
    return this.#context;
  }

  /** Keeps a text with the client. */
  setContext(data: PhpString): boolean {
    this.#context = phpName(data, "data");
    return true;
  }

  // One job.

  /** Runs a job. See {@linkcode GearmanClientOptions.doCalls} for when it comes back. */
  doNormal(
    function_name: PhpString,
    workload: PhpString,
    unique: PhpString = null,
  ): Promise<StringOf<Mode>> {
    return this.#do("Normal", function_name, workload, unique);
  }

  /** {@linkcode doNormal} with high priority. */
  doHigh(
    function_name: PhpString,
    workload: PhpString,
    unique: PhpString = null,
  ): Promise<StringOf<Mode>> {
    return this.#do("High", function_name, workload, unique);
  }

  /** {@linkcode doNormal} with low priority. */
  doLow(
    function_name: PhpString,
    workload: PhpString,
    unique: PhpString = null,
  ): Promise<StringOf<Mode>> {
    return this.#do("Low", function_name, workload, unique);
  }

  /** Hands a job over. Resolves with its handle, or with `""` and a warning. */
  doBackground(
    function_name: PhpString,
    workload: PhpString,
    unique: PhpString = null,
  ): Promise<string> {
    return this.#doBackground("doBackground", "normal", function_name, workload, unique);
  }

  /** {@linkcode doBackground} with high priority. */
  doHighBackground(
    function_name: PhpString,
    workload: PhpString,
    unique: PhpString = null,
  ): Promise<string> {
    return this.#doBackground("doHighBackground", "high", function_name, workload, unique);
  }

  /** {@linkcode doBackground} with low priority. */
  doLowBackground(
    function_name: PhpString,
    workload: PhpString,
    unique: PhpString = null,
  ): Promise<string> {
    return this.#doBackground("doLowBackground", "low", function_name, workload, unique);
  }

  /** The handle of the last background job; and, where do calls are loops, of the job that one runs. */
  doJobHandle(): string {
    return this.#doCalls.last?.handle ?? this.#jobHandle;
  }

  /** How much of how much the job has done that a loop of do calls runs. */
  doStatus(): [numerator: number, denominator: number] {
    return [...this.#doCalls.last?.progress ?? [0, 0]];
  }

  /** How a job stands, by its handle. */
  async jobStatus(job_handle: PhpString): Promise<GearmanJobStatus> {
    const handle = phpName(job_handle, "job_handle");
    return await this.#status("jobStatus", handle, { handle });
  }

  /** How a job stands, by its unique. */
  async jobStatusByUniqueKey(unique_key: PhpString): Promise<GearmanJobStatus> {
    const unique = sentUnique(phpName(unique_key, "unique_key"));
    // It does not say how it went.
    const { ledger } = this.#state;
    const { code } = ledger;
    const status = await this.#status("jobStatusByUniqueKey", unique, { unique });
    ledger.code = code;
    return status;
  }

  /** Waits until a job has news: for use with `GEARMAN_CLIENT_NON_BLOCKING`. */
  async wait(): Promise<boolean> {
    const { ledger, servers, timeout, clock } = this.#state;
    const calls = this.#doCalls.changes();
    const waits = this.#run.isUnderWay ? [...calls, this.#run.changed()] : calls;
    if (waits.length === 0 && !servers.isConnected) {
      const message = "Expected a link to wait on, there is none";
      return ledger.fail("wait", GEARMAN_NO_ACTIVE_FDS, message, false);
    }
    const news = waits.length === 0 ? new Promise(() => {}) : Promise.race(waits);
    const isInTime = await inTime(news, timeout, clock);
    return ledger.note(isInTime ? GEARMAN_SUCCESS : GEARMAN_TIMEOUT, isInTime);
  }

  // Names of earlier versions.

  /** @deprecated Use {@linkcode doNormal}. */
  do(
    function_name: PhpString,
    workload: PhpString,
    unique: PhpString = null,
  ): Promise<StringOf<Mode>> {
    return this.doNormal(function_name, workload, unique);
  }

  /** @deprecated Use {@linkcode context}. */
  data(): string {
    return this.context();
  }

  /** @deprecated Use {@linkcode setContext}. */
  setData(data: PhpString): boolean {
    return this.setContext(data);
  }

  /** @deprecated Make a new client. A clone has the servers, the options, the timeout and the context of this one. */
  clone(): GearmanClient<Mode> {
    const { servers, bits, timeout, showsExceptions } = this.#state;
    const made = new GearmanClient(this.#options);
    for (const place of servers.places) void made.#state.servers.add(place);
    made.#state.bits.replace(bits.bits);
    made.#state.timeout = timeout;
    made.#state.showsExceptions = showsExceptions;
    made.#context = this.#context;
    return made;
  }

  async #do(
    priority: keyof typeof PRIORITIES,
    function_name: PhpString,
    workload: PhpString,
    unique: PhpString,
  ): Promise<StringOf<Mode>> {
    const method = `do${priority}`;
    const { ledger, servers, mode } = this.#state;
    const words = jobWords(ledger, method, function_name, workload, unique);
    const empty = given(new Uint8Array(0), mode);
    if (words === undefined) return empty;
    if (servers.isEmpty) return ledger.noServers(method, empty);
    const made = sentUnique(uniqueOf(words.key, words.workload));
    const job = { ...words, unique: made, priority: PRIORITIES[priority] };
    return await this.#doCalls.call(method, job);
  }

  async #doBackground(
    method: string,
    priority: Priority,
    function_name: PhpString,
    workload: PhpString,
    unique: PhpString,
  ): Promise<string> {
    const { ledger, servers, timeout } = this.#state;
    const words = jobWords(ledger, method, function_name, workload, unique);
    if (words === undefined) return "";
    if (servers.isEmpty) return ledger.noServers(method, "");
    const options = {
      unique: sentUnique(uniqueOf(words.key, words.workload)),
      priority,
      timeout: limitOf(timeout),
    };
    try {
      const { handle } = await servers.ask((client) =>
        client.background(words.functionName, words.workload, options)
      );
      this.#doCalls.forgetLast();
      this.#jobHandle = handle;
      return ledger.note(GEARMAN_SUCCESS, handle);
    } catch (error) {
      return ledger.failed(method, error, "");
    }
  }

  async #status(
    method: string,
    name: string,
    job: { handle: string } | { unique: string },
  ): Promise<GearmanJobStatus> {
    const { ledger, servers, timeout } = this.#state;
    const unknown: GearmanJobStatus = [false, false, 0, 0];
    if (servers.isEmpty) return ledger.noServers(method, unknown);
    // No server has a job of such a name.
    const bytes = bytesOf(name).length;
    if (bytes === 0 || bytes > MAX_HANDLE_BYTES) return ledger.note(GEARMAN_SUCCESS, unknown);
    try {
      const status = await servers.status(job, limitOf(timeout));
      return ledger.note(GEARMAN_SUCCESS, statusArray(status));
    } catch (error) {
      return ledger.failed(method, error, unknown);
    }
  }
}

function statusArray({ isKnown, isRunning, numerator, denominator }: JobStatus): GearmanJobStatus {
  return [isKnown, isRunning, numerator, denominator];
}
