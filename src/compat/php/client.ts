/**
 * `GearmanClient`, over the client of the core. What blocks in PHP returns a promise here.
 *
 * @module
 */
import type { JobStatus, Priority } from "../../client/mod.ts";
import { JobException, JobFailed } from "../../errors.ts";
import { codeOf, IN_PROGRESS, INVALID_ARGUMENT } from "./codes.ts";
import {
  GEARMAN_CLIENT_FREE_TASKS,
  GEARMAN_CLIENT_NON_BLOCKING,
  GEARMAN_CLIENT_UNBUFFERED_RESULT,
  GEARMAN_GETADDRINFO,
  GEARMAN_IO_WAIT,
  GEARMAN_NO_ACTIVE_FDS,
  GEARMAN_NO_SERVERS,
  GEARMAN_SUCCESS,
  GEARMAN_TIMEOUT,
  GEARMAN_WORK_DATA,
  GEARMAN_WORK_EXCEPTION,
  GEARMAN_WORK_FAIL,
  GEARMAN_WORK_STATUS,
  GEARMAN_WORK_WARNING,
} from "./constants.ts";
import { DoCall, type DoJob } from "./do_call.ts";
import { GearmanException } from "./exception.ts";
import { Ledger, type WarningListener, wordsOf } from "./ledger.ts";
import { MAX_FUNCTION_BYTES, MAX_HANDLE_BYTES, wrongName } from "./names.ts";
import { CLIENT_BITS, OptionBits } from "./option_bits.ts";
import { inTime, limitOf } from "./patience.ts";
import { type ServerPlace, serverPlace, serverPlaces } from "./server_list.ts";
import { type CoreOptions, Servers } from "./servers.ts";
import {
  bytesOf,
  given,
  phpInt,
  phpName,
  type PhpString,
  phpString,
  type StringMode,
  type StringOf,
} from "./strings.ts";
import { type CallbackKind, GearmanTask, TaskState } from "./task.ts";
import { type Errand, type TaskCallback, TaskRun } from "./task_run.ts";
import { MAX_UNIQUE_BYTES, sentUnique, uniqueOf } from "./unique.ts";

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

/** How a job stands: known, running, and how much of how much is done. */
export type GearmanJobStatus = [
  isKnown: boolean,
  isRunning: boolean,
  numerator: number,
  denominator: number,
];

const PRIORITIES = { Normal: "normal", High: "high", Low: "low" } as const;

/** Submits jobs, as PHP's `GearmanClient` does. */
export class GearmanClient<Mode extends StringMode = "text"> {
  readonly #options: GearmanClientOptions<Mode>;
  readonly #mode: Mode;
  readonly #ledger: Ledger;
  readonly #taskLedger: Ledger;
  readonly #bits = new OptionBits(GEARMAN_CLIENT_FREE_TASKS, CLIENT_BITS);
  readonly #servers: Servers;
  readonly #callbacks = new Map<CallbackKind, TaskCallback<Mode>>();
  readonly #run: TaskRun<Mode>;
  #doCalls: DoCall[] = [];
  #lastDoCall: DoCall | undefined;
  #jobHandle = "";
  #isRunning = false;
  #showsExceptions = false;
  #timeout = -1;
  #context = "";

  constructor(options: GearmanClientOptions<Mode>) {
    const { strings = "text" as Mode, onWarning, clock } = options;
    this.#options = options;
    this.#mode = strings;
    this.#ledger = new Ledger("GearmanClient", onWarning);
    this.#taskLedger = new Ledger("GearmanTask", onWarning);
    this.#servers = new Servers(options);
    this.#run = new TaskRun({
      clock,
      servers: this.#servers,
      callbackOf: (kind) => this.#callbacks.get(kind),
      showsExceptions: () => this.#showsExceptions,
      isUnbuffered: () => this.#bits.has(GEARMAN_CLIENT_UNBUFFERED_RESULT),
      freesTasks: () => this.#bits.has(GEARMAN_CLIENT_FREE_TASKS),
    });
  }

  /** Closes the links to all servers, which PHP does when the object goes. */
  async __destruct(): Promise<void> {
    await this.#servers.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.__destruct();
  }

  // State, options, time.

  /** How the last call went that says so; 0 at first. */
  returnCode(): number {
    return this.#ledger.code;
  }

  /** The text of the last error; false as long as there was none. */
  error(): string | false {
    return this.#ledger.text;
  }

  /** The system's number of the last error: always 0, for runtimes do not tell. */
  getErrno(): number {
    return 0;
  }

  /** The option bits; at first `GEARMAN_CLIENT_FREE_TASKS` alone. */
  options(): number {
    return this.#bits.bits;
  }

  /** Puts these bits in the place of all that can be set. */
  setOptions(option: number): boolean {
    this.#bits.replace(phpInt(option, "option"));
    return true;
  }

  /** Sets bits. */
  addOptions(option: number): boolean {
    this.#bits.add(phpInt(option, "option"));
    return true;
  }

  /** Clears bits. */
  removeOptions(option: number): boolean {
    this.#bits.remove(phpInt(option, "option"));
    return true;
  }

  /** Milliseconds that a call waits without news; negative: for ever. */
  timeout(): number {
    return this.#timeout;
  }

  /** Sets how many milliseconds a call waits without news before it gives `GEARMAN_TIMEOUT`. */
  setTimeout(timeout: number): boolean {
    this.#timeout = phpInt(timeout, "timeout");
    return true;
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

  // Servers.

  /**
   * Adds a server, by default `localhost:4730`. Unless `setupExceptionHandler` is false, connects to
   * every server at once; throws a {@linkcode GearmanException} when one cannot be reached, and has
   * added it all the same.
   */
  addServer(
    host: string | null = null,
    port: number = 0,
    setupExceptionHandler: boolean = true,
  ): Promise<boolean> {
    const place = serverPlace(phpName(host, "host"), phpInt(port, "port"));
    return this.#addServers("addServer", [place], setupExceptionHandler);
  }

  /** Adds a list of servers, `host:port,host`. See {@linkcode addServer}. */
  addServers(
    servers: string | null = null,
    setupExceptionHandler: boolean = true,
  ): Promise<boolean> {
    const places = serverPlaces(phpName(servers, "servers"));
    return this.#addServers("addServers", places, setupExceptionHandler);
  }

  /** Asks all servers to tell job exceptions apart from failures. */
  async enableExceptionHandler(): Promise<boolean> {
    this.#showsExceptions = true;
    const cause = await this.#servers.reachAll(undefined, limitOf(this.#timeout));
    if (cause !== undefined) {
      throw new GearmanException("Failed to set exception option", { cause });
    }
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
    return this.#lastDoCall?.handle ?? this.#jobHandle;
  }

  /** How much of how much the job has done that a loop of do calls runs. */
  doStatus(): [numerator: number, denominator: number] {
    return [...this.#lastDoCall?.progress ?? [0, 0]];
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
    const { code } = this.#ledger;
    const status = await this.#status("jobStatusByUniqueKey", unique, { unique });
    this.#ledger.code = code;
    return status;
  }

  /** Sends something to every server, for it to come back. */
  async ping(workload: PhpString): Promise<boolean> {
    const data = bytesOf(phpString(workload, "workload"));
    if (data.length === 0) {
      return this.#ledger.fail("ping", INVALID_ARGUMENT, "Expected a workload, got none", false);
    }
    if (this.#servers.isEmpty) return this.#noServers("ping", false);
    const error = await this.#servers.reachAll(data, limitOf(this.#timeout));
    if (error !== undefined) return this.#failed("ping", error, false);
    return this.#ledger.note(GEARMAN_SUCCESS, true);
  }

  /** Waits until a job has news: for use with `GEARMAN_CLIENT_NON_BLOCKING`. */
  async wait(): Promise<boolean> {
    const calls = this.#doCalls.map((call) => call.changed());
    const waits = this.#run.isUnderWay ? [...calls, this.#run.changed()] : calls;
    if (waits.length === 0 && !this.#servers.isConnected) {
      const message = "Expected a link to wait on, there is none";
      return this.#ledger.fail("wait", GEARMAN_NO_ACTIVE_FDS, message, false);
    }
    const news = waits.length === 0 ? new Promise(() => {}) : Promise.race(waits);
    const isInTime = await inTime(news, this.#timeout, this.#options.clock);
    return isInTime
      ? this.#ledger.note(GEARMAN_SUCCESS, true)
      : this.#ledger.note(GEARMAN_TIMEOUT, false);
  }

  // Many jobs.

  /** Adds a job for {@linkcode runTasks} to run. */
  addTask(
    function_name: PhpString,
    workload: PhpString,
    // deno-lint-ignore no-explicit-any -- PHP's `mixed`
    context: any = undefined,
    unique_key: PhpString = null,
  ): GearmanTask<Mode> | false {
    return this.#addTask("addTask", "normal", function_name, workload, context, unique_key);
  }

  /** {@linkcode addTask} with high priority. */
  addTaskHigh(
    function_name: PhpString,
    workload: PhpString,
    // deno-lint-ignore no-explicit-any -- PHP's `mixed`
    context: any = undefined,
    unique_key: PhpString = null,
  ): GearmanTask<Mode> | false {
    return this.#addTask("addTaskHigh", "high", function_name, workload, context, unique_key);
  }

  /** {@linkcode addTask} with low priority. */
  addTaskLow(
    function_name: PhpString,
    workload: PhpString,
    // deno-lint-ignore no-explicit-any -- PHP's `mixed`
    context: any = undefined,
    unique_key: PhpString = null,
  ): GearmanTask<Mode> | false {
    return this.#addTask("addTaskLow", "low", function_name, workload, context, unique_key);
  }

  /** Adds a job for {@linkcode runTasks} to hand over. */
  addTaskBackground(
    function_name: PhpString,
    workload: PhpString,
    // deno-lint-ignore no-explicit-any -- PHP's `mixed`
    context: any = undefined,
    unique_key: PhpString = null,
  ): GearmanTask<Mode> | false {
    const method = "addTaskBackground";
    return this.#addTask(method, "normal", function_name, workload, context, unique_key);
  }

  /** {@linkcode addTaskBackground} with high priority. */
  addTaskHighBackground(
    function_name: PhpString,
    workload: PhpString,
    // deno-lint-ignore no-explicit-any -- PHP's `mixed`
    context: any = undefined,
    unique_key: PhpString = null,
  ): GearmanTask<Mode> | false {
    const method = "addTaskHighBackground";
    return this.#addTask(method, "high", function_name, workload, context, unique_key);
  }

  /** {@linkcode addTaskBackground} with low priority. */
  addTaskLowBackground(
    function_name: PhpString,
    workload: PhpString,
    // deno-lint-ignore no-explicit-any -- PHP's `mixed`
    context: any = undefined,
    unique_key: PhpString = null,
  ): GearmanTask<Mode> | false {
    const method = "addTaskLowBackground";
    return this.#addTask(method, "low", function_name, workload, context, unique_key);
  }

  /** Adds a question about a job. Its answer goes to the status callback. */
  addTaskStatus(
    job_handle: PhpString,
    // deno-lint-ignore no-explicit-any -- PHP's `mixed`
    context: any = undefined,
  ): GearmanTask<Mode> | false {
    return this.#add(phpName(job_handle, "job_handle"), "", context, { type: "status" });
  }

  /**
   * Sends what was added, and runs until all tasks have ended. True although jobs failed: that is
   * told to callbacks. What is left after a timeout or a callback's `GEARMAN_PAUSE` goes on with the
   * next call. What a callback throws is thrown here.
   */
  async runTasks(): Promise<boolean> {
    if (this.#isRunning) {
      const message = "Expected tasks at rest, got some that are being run";
      return this.#ledger.fail("runTasks", IN_PROGRESS, message, false);
    }
    this.#isRunning = true;
    try {
      const isNonBlocking = this.#bits.has(GEARMAN_CLIENT_NON_BLOCKING);
      const { code, value, error } = await this.#run.run(this.#timeout, isNonBlocking);
      if (code === GEARMAN_NO_SERVERS) return this.#noServers("runTasks", value);
      if (value) return this.#ledger.note(code, value);
      const why = error === undefined ? "Tasks were interrupted" : wordsOf(error);
      return this.#ledger.fail("runTasks", code, why, value, error);
    } finally {
      this.#isRunning = false;
    }
  }

  // Callbacks.

  /** Calls back when a task without a workload of its own wants it. */
  setWorkloadCallback(callback: TaskCallback<Mode>): boolean {
    return this.#setCallback("setWorkloadCallback", "workload", callback);
  }

  /** Calls back when a server has taken a task. */
  setCreatedCallback(callback: TaskCallback<Mode>): boolean {
    return this.#setCallback("setCreatedCallback", "created", callback);
  }

  /** Calls back with each piece of data that a job sends. */
  setDataCallback(callback: TaskCallback<Mode>): boolean {
    return this.#setCallback("setDataCallback", "data", callback);
  }

  /** Calls back with each warning that a job sends. */
  setWarningCallback(callback: TaskCallback<Mode>): boolean {
    return this.#setCallback("setWarningCallback", "warning", callback);
  }

  /** Calls back with each step of progress, and with the answer to `addTaskStatus()`. */
  setStatusCallback(callback: TaskCallback<Mode>): boolean {
    return this.#setCallback("setStatusCallback", "status", callback);
  }

  /** Calls back when a job is complete. */
  setCompleteCallback(callback: TaskCallback<Mode>): boolean {
    return this.#setCallback("setCompleteCallback", "complete", callback);
  }

  /** Calls back when a job ends with an exception, and asks all servers to tell of such. */
  async setExceptionCallback(callback: TaskCallback<Mode>): Promise<boolean> {
    if (!this.#setCallback("setExceptionCallback", "exception", callback)) return false;
    return await this.enableExceptionHandler();
  }

  /** Calls back when a job has failed. */
  setFailCallback(callback: TaskCallback<Mode>): boolean {
    return this.#setCallback("setFailCallback", "fail", callback);
  }

  /** Forgets all callbacks. */
  clearCallbacks(): boolean {
    this.#callbacks.clear();
    return true;
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

  /** @deprecated Use {@linkcode ping}. */
  echo(workload: PhpString): Promise<boolean> {
    return this.ping(workload);
  }

  /** @deprecated Use {@linkcode setDataCallback}. */
  setClientCallback(callback: TaskCallback<Mode>): boolean {
    return this.setDataCallback(callback);
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
    const made = new GearmanClient(this.#options);
    for (const place of this.#servers.places) made.#servers.add(place);
    made.#bits.replace(this.#bits.bits);
    made.#showsExceptions = this.#showsExceptions;
    made.#timeout = this.#timeout;
    made.#context = this.#context;
    return made;
  }

  async #addServers(
    method: string,
    places: readonly ServerPlace[],
    setupExceptionHandler: boolean,
  ): Promise<boolean> {
    for (const place of places) {
      const server = this.#servers.add(place);
      if (!setupExceptionHandler) continue;
      try {
        await server.client.ping({ timeout: limitOf(this.#timeout) });
      } catch (error) {
        if (codeOf(error) !== GEARMAN_GETADDRINFO) continue;
        await this.#servers.remove(server);
        return this.#failed(method, error, false);
      }
    }
    return setupExceptionHandler ? await this.enableExceptionHandler() : true;
  }

  #noServers<T>(method: string, value: T): T {
    const message = "Expected a server, none was added";
    return this.#ledger.fail(method, GEARMAN_NO_SERVERS, message, value);
  }

  #failed<T>(method: string, error: unknown, value: T): T {
    return this.#ledger.fail(method, codeOf(error), wordsOf(error), value, error);
  }

  /** A name, a workload and a unique as they can be sent; undefined, with a warning, for others. */
  #checked(
    method: string,
    function_name: PhpString,
    workload: PhpString,
    unique: PhpString,
  ): { functionName: string; workload: string | Uint8Array; key: string } | undefined {
    const functionName = phpName(function_name, "function_name");
    const load = phpString(workload, "workload");
    const key = phpName(unique, "unique");
    const wrong = wrongName(functionName, "a function name", MAX_FUNCTION_BYTES) ??
      (load.length === 0 ? "Expected a workload, got none" : undefined) ??
      (key === "" ? undefined : wrongName(key, "a unique", MAX_UNIQUE_BYTES));
    if (wrong === undefined) return { functionName, workload: load, key };
    return this.#ledger.fail(method, INVALID_ARGUMENT, wrong, undefined);
  }

  async #do(
    priority: keyof typeof PRIORITIES,
    function_name: PhpString,
    workload: PhpString,
    unique: PhpString,
  ): Promise<StringOf<Mode>> {
    const method = `do${priority}`;
    const checked = this.#checked(method, function_name, workload, unique);
    if (checked === undefined) return this.#empty;
    if (this.#servers.isEmpty) return this.#noServers(method, this.#empty);
    const { key } = checked;
    const made = sentUnique(uniqueOf(key, checked.workload));
    const job: DoJob = { ...checked, unique: made, priority: PRIORITIES[priority] };
    const call = this.#doCalls.find((call) => call.continues(job)) ?? this.#beginDo(job);
    call.isBusy = true;
    try {
      return this.#options.doCalls === "once"
        ? await this.#doToEnd(method, call)
        : await this.#doRound(method, call);
    } finally {
      call.isBusy = false;
    }
  }

  #beginDo(job: DoJob): DoCall {
    const call = new DoCall(job, this.#servers.newestFirst.map(({ client }) => client));
    this.#doCalls.push(call);
    if (this.#options.doCalls !== "once") this.#lastDoCall = call;
    return call;
  }

  #endDo(call: DoCall): void {
    this.#doCalls = this.#doCalls.filter((one) => one !== call);
    call.leave();
  }

  /** Comes back with what the job told next. */
  async #doRound(method: string, call: DoCall): Promise<StringOf<Mode>> {
    for (;;) {
      const entry = await this.#doNext(method, call);
      if (entry === undefined) return this.#empty;
      switch (entry.type) {
        case "data":
          return this.#ledger.note(GEARMAN_WORK_DATA, given(entry.data, this.#mode));
        case "warning":
          return this.#ledger.note(GEARMAN_WORK_WARNING, given(entry.data, this.#mode));
        case "status":
          return this.#ledger.note(GEARMAN_WORK_STATUS, this.#empty);
        case "complete":
          this.#endDo(call);
          return this.#ledger.note(GEARMAN_SUCCESS, given(entry.data, this.#mode));
        case "failed": {
          const { error } = entry;
          const isShown = error instanceof JobException && this.#showsExceptions;
          return this.#doFailed(method, call, error, isShown ? error.data : undefined);
        }
      }
    }
  }

  /** Comes back when the job has ended, with all its data. */
  async #doToEnd(method: string, call: DoCall): Promise<StringOf<Mode>> {
    const parts: Uint8Array[] = [];
    for (;;) {
      const entry = await this.#doNext(method, call);
      if (entry === undefined) return this.#empty;
      if (entry.type === "failed") return this.#doFailed(method, call, entry.error);
      if (entry.type === "data" || entry.type === "complete") parts.push(entry.data);
      if (entry.type === "complete") {
        this.#endDo(call);
        return this.#ledger.note(GEARMAN_SUCCESS, given(joined(parts), this.#mode));
      }
    }
  }

  /** What a do call tells next; undefined, and the code says why, when nothing came in time. */
  async #doNext(method: string, call: DoCall): Promise<ReturnType<DoCall["next"]>> {
    for (;;) {
      const entry = call.next();
      if (entry !== undefined) return entry;
      if (this.#bits.has(GEARMAN_CLIENT_NON_BLOCKING)) {
        return this.#ledger.note(GEARMAN_IO_WAIT, undefined);
      }
      if (await inTime(call.changed(), this.#timeout, this.#options.clock)) continue;
      this.#endDo(call);
      const message = `Expected news of the job within ${this.#timeout} ms, none came`;
      return this.#ledger.fail(method, GEARMAN_TIMEOUT, message, undefined);
    }
  }

  #doFailed(
    method: string,
    call: DoCall,
    error: unknown,
    data?: Uint8Array,
  ): StringOf<Mode> {
    this.#endDo(call);
    const value = data === undefined ? this.#empty : given(data, this.#mode);
    if (error instanceof JobFailed) return this.#ledger.note(GEARMAN_WORK_FAIL, value);
    if (error instanceof JobException) {
      return this.#ledger.note(
        this.#showsExceptions ? GEARMAN_WORK_EXCEPTION : GEARMAN_WORK_FAIL,
        value,
      );
    }
    return this.#failed(method, error, value);
  }

  async #doBackground(
    method: string,
    priority: Priority,
    function_name: PhpString,
    workload: PhpString,
    unique: PhpString,
  ): Promise<string> {
    const checked = this.#checked(method, function_name, workload, unique);
    if (checked === undefined) return "";
    if (this.#servers.isEmpty) return this.#noServers(method, "");
    const options = {
      unique: sentUnique(uniqueOf(checked.key, checked.workload)),
      priority,
      timeout: limitOf(this.#timeout),
    };
    try {
      const { handle } = await this.#servers.ask((client) =>
        client.background(checked.functionName, checked.workload, options)
      );
      this.#lastDoCall = undefined;
      this.#jobHandle = handle;
      return this.#ledger.note(GEARMAN_SUCCESS, handle);
    } catch (error) {
      return this.#failed(method, error, "");
    }
  }

  async #status(
    method: string,
    name: string,
    job: { handle: string } | { unique: string },
  ): Promise<GearmanJobStatus> {
    if (this.#servers.isEmpty) return this.#noServers(method, [false, false, 0, 0]);
    // No server has a job of such a name.
    const bytes = bytesOf(name).length;
    if (bytes === 0 || bytes > MAX_HANDLE_BYTES) {
      return this.#ledger.note(GEARMAN_SUCCESS, [false, false, 0, 0]);
    }
    try {
      const status = await this.#servers.status(job, limitOf(this.#timeout));
      return this.#ledger.note(GEARMAN_SUCCESS, statusArray(status));
    } catch (error) {
      return this.#failed(method, error, [false, false, 0, 0]);
    }
  }

  #addTask(
    method: string,
    priority: Priority,
    function_name: PhpString,
    workload: PhpString,
    context: unknown,
    unique_key: PhpString,
  ): GearmanTask<Mode> | false {
    const checked = this.#checked(method, function_name, workload, unique_key);
    if (checked === undefined) return false;
    const unique = uniqueOf(checked.key, checked.workload);
    return this.#add(checked.functionName, unique, context, {
      type: method.endsWith("Background") ? "background" : "foreground",
      workload: checked.workload,
      unique: sentUnique(unique),
      priority,
    });
  }

  #add(
    functionName: string,
    unique: string,
    context: unknown,
    errand: Errand,
  ): GearmanTask<Mode> {
    const state = new TaskState<Mode>({
      mode: this.#mode,
      ledger: this.#taskLedger,
      functionName,
      unique,
      kinds: new Set(this.#callbacks.keys()),
      context: context === undefined ? [] : [context],
    });
    const face = new GearmanTask<Mode>(state);
    this.#run.add({ face, state, errand });
    this.#ledger.code = GEARMAN_SUCCESS;
    return face;
  }

  #setCallback(method: string, kind: CallbackKind, callback: TaskCallback<Mode>): boolean {
    if (typeof callback !== "function") {
      return this.#ledger.warn(method, "Expected a function, got something else", false);
    }
    this.#callbacks.set(kind, callback);
    return true;
  }

  get #empty(): StringOf<Mode> {
    return given(new Uint8Array(0), this.#mode);
  }
}

function statusArray({ isKnown, isRunning, numerator, denominator }: JobStatus): GearmanJobStatus {
  return [isKnown, isRunning, numerator, denominator];
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
