/**
 * What a client does with many jobs at once: tasks, their callbacks, and the run.
 *
 * @module
 */
import type { Priority } from "../../client/mod.ts";
import type { ClientState } from "./client_state.ts";
import { IN_PROGRESS } from "./codes.ts";
import { GEARMAN_CLIENT_NON_BLOCKING, GEARMAN_NO_SERVERS, GEARMAN_SUCCESS } from "./constants.ts";
import { GearmanEnd } from "./end.ts";
import { isSized, taskWords } from "./job_words.ts";
import { Ledger, type WarningListener, wordsOf } from "./ledger.ts";
import { phpName, type PhpString, type StringMode } from "./strings.ts";
import { type CallbackKind, GearmanTask, TaskState } from "./task.ts";
import type { Errand, TaskCallback, TaskRun } from "./task_run.ts";
import { sentUnique, uniqueOf } from "./unique.ts";
import type { SizedWorkload } from "./upload.ts";

/** The part of a client that has tasks. */
export abstract class TaskClient<Mode extends StringMode> extends GearmanEnd {
  readonly #state: ClientState<Mode>;
  readonly #taskLedger: Ledger;
  readonly #run: TaskRun<Mode>;
  #isRunning = false;

  constructor(
    state: ClientState<Mode>,
    run: TaskRun<Mode>,
    onWarning: WarningListener | undefined,
  ) {
    super(state);
    this.#state = state;
    this.#run = run;
    this.#taskLedger = new Ledger("GearmanTask", onWarning);
  }

  /**
   * Adds a job for {@linkcode runTasks} to run. With `{ size }` in place of a workload, the callback
   * of {@linkcode setWorkloadCallback} gives that many bytes, bit by bit.
   */
  addTask(
    function_name: PhpString,
    workload: PhpString | SizedWorkload,
    // deno-lint-ignore no-explicit-any -- PHP's `mixed`
    context: any = undefined,
    unique_key: PhpString = null,
  ): GearmanTask<Mode> | false {
    return this.#addTask("addTask", "normal", function_name, workload, context, unique_key);
  }

  /** {@linkcode addTask} with high priority. */
  addTaskHigh(
    function_name: PhpString,
    workload: PhpString | SizedWorkload,
    // deno-lint-ignore no-explicit-any -- PHP's `mixed`
    context: any = undefined,
    unique_key: PhpString = null,
  ): GearmanTask<Mode> | false {
    return this.#addTask("addTaskHigh", "high", function_name, workload, context, unique_key);
  }

  /** {@linkcode addTask} with low priority. */
  addTaskLow(
    function_name: PhpString,
    workload: PhpString | SizedWorkload,
    // deno-lint-ignore no-explicit-any -- PHP's `mixed`
    context: any = undefined,
    unique_key: PhpString = null,
  ): GearmanTask<Mode> | false {
    return this.#addTask("addTaskLow", "low", function_name, workload, context, unique_key);
  }

  /** Adds a job for {@linkcode runTasks} to hand over. */
  addTaskBackground(
    function_name: PhpString,
    workload: PhpString | SizedWorkload,
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
    workload: PhpString | SizedWorkload,
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
    workload: PhpString | SizedWorkload,
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
    const { ledger, bits, timeout } = this.#state;
    if (this.#isRunning) {
      const message = "Expected tasks at rest, got some that are being run";
      return ledger.fail("runTasks", IN_PROGRESS, message, false);
    }
    this.#isRunning = true;
    try {
      const isNonBlocking = bits.has(GEARMAN_CLIENT_NON_BLOCKING);
      const { code, value, error } = await this.#run.run(timeout, isNonBlocking);
      if (code === GEARMAN_NO_SERVERS) return ledger.noServers("runTasks", value);
      if (value) return ledger.note(code, value);
      const why = error === undefined ? "Tasks were interrupted" : wordsOf(error);
      return ledger.fail("runTasks", code, why, value, error);
    } finally {
      this.#isRunning = false;
    }
  }

  // Callbacks.

  /**
   * Calls back when a task that was added with a `{ size }` in place of a workload wants the next
   * piece of it: see {@linkcode GearmanTask.sendWorkload}.
   */
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

  /** Asks all servers to tell job exceptions apart from failures. */
  override enableExceptionHandler(): Promise<boolean> {
    this.#state.showsExceptions = true;
    return super.enableExceptionHandler();
  }

  /** Forgets all callbacks. */
  clearCallbacks(): boolean {
    this.#run.callbacks.clear();
    return true;
  }

  /** @deprecated Use {@linkcode setDataCallback}. */
  setClientCallback(callback: TaskCallback<Mode>): boolean {
    return this.setDataCallback(callback);
  }

  #addTask(
    method: string,
    priority: Priority,
    function_name: PhpString,
    workload: PhpString | SizedWorkload,
    context: unknown,
    unique_key: PhpString,
  ): GearmanTask<Mode> | false {
    const words = taskWords(this.#state.ledger, method, function_name, workload, unique_key);
    if (words === undefined) return false;
    const { key } = words;
    const unique = uniqueOf(key, isSized(words.workload) ? "" : words.workload);
    return this.#add(words.functionName, unique, context, {
      type: method.endsWith("Background") ? "background" : "foreground",
      workload: words.workload,
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
      mode: this.#state.mode,
      ledger: this.#taskLedger,
      functionName,
      unique,
      kinds: new Set(this.#run.callbacks.keys()),
      context: context === undefined ? [] : [context],
    });
    const face = new GearmanTask<Mode>(state);
    this.#run.add({ face, state, errand });
    this.#state.ledger.code = GEARMAN_SUCCESS;
    return face;
  }

  #setCallback(method: string, kind: CallbackKind, callback: TaskCallback<Mode>): boolean {
    if (typeof callback !== "function") {
      return this.#state.ledger.warn(method, "Expected a function, got something else", false);
    }
    this.#run.callbacks.set(kind, callback);
    return true;
  }
}
