/**
 * A unit of work to submit, what is called on its way, and what came of it.
 *
 * @module
 */
import { Exception } from "./exceptions.ts";
import { md5 } from "./md5.ts";
import { serialize } from "./serialize.ts";
import type { ServerName } from "./servers.ts";

// deno-lint-ignore no-explicit-any -- JSON, whose shape whoever attaches the callback knows
type Json = any;

/** Called when a task is complete: function, handle, result, unique. */
export type CompleteCallback = (
  func: string,
  handle: string,
  result: Json,
  uniq: string,
) => unknown;
/** Called when a task has failed. */
export type FailCallback = (task: Task) => unknown;
/** Called when a task tells how far it is. */
export type StatusCallback = (
  func: string,
  handle: string,
  numerator: number,
  denominator: number,
) => unknown;
/** Called with data, or a warning, that a task sends on its way. */
export type DataCallback = (func: string, handle: string, data: Uint8Array) => unknown;

/** What may be attached for each type, by its number. */
export interface TaskCallbacks {
  readonly 1: CompleteCallback[];
  readonly 2: FailCallback[];
  readonly 3: StatusCallback[];
  readonly 4: DataCallback[];
  readonly 5: DataCallback[];
}

/** One of the `Net_Gearman_Task.JOB_*` constants. */
export type JobType = 1 | 2 | 3 | 4 | 5 | 6;

/** One of the `Net_Gearman_Task.TASK_*` constants. */
export type TaskCallbackType = keyof TaskCallbacks;

const encoder = new TextEncoder();

/**
 * A task. It is plain data, but for its callbacks; these may be `async`, and are awaited, and what
 * they return is ignored.
 *
 * @example
 * ```ts
 * import { Net_Gearman_Task } from "geartrain/compat/net-gearman";
 *
 * const task = new Net_Gearman_Task("resize", { id: 7 });
 * task.attachCallback((func, handle, result) => console.log(func, handle, result));
 * ```
 */
export class Task {
  /** Foreground, normal priority. */
  static readonly JOB_NORMAL = 1;
  /** Background, normal priority. */
  static readonly JOB_BACKGROUND = 2;
  /** Foreground, high priority. */
  static readonly JOB_HIGH = 3;
  /** Background, high priority. */
  static readonly JOB_HIGH_BACKGROUND = 4;
  /** Foreground, low priority. */
  static readonly JOB_LOW = 5;
  /** Background, low priority. */
  static readonly JOB_LOW_BACKGROUND = 6;

  /** Callbacks for the end. */
  static readonly TASK_COMPLETE = 1;
  /** Callbacks for a failure. */
  static readonly TASK_FAIL = 2;
  /** Callbacks for progress. */
  static readonly TASK_STATUS = 3;
  /** Callbacks for parts of the result, which Net_Gearman knows not. */
  static readonly TASK_DATA = 4;
  /** Callbacks for warnings, which Net_Gearman knows not. */
  static readonly TASK_WARNING = 5;

  /** The function. */
  func: string;
  /** The argument. */
  arg: unknown;
  /** Foreground or background, and the priority. */
  type: JobType;
  /** The server's name for the job, once it has one. */
  handle = "";
  /** The servers for this task, in place of the client's. */
  servers: readonly ServerName[];
  /** The server that took it, which Net_Gearman leaves empty. */
  server = "";
  /** Our name for the job: equal ones under way share one job. */
  uniq: string;
  /** Whether it is complete, has failed, or was handed over in the background. */
  finished = false;
  /** What came of it; `""` before that. */
  result: Json = "";
  /** What the worker said when it threw, which Net_Gearman does not hear. */
  exception = "";

  readonly #callbacks: TaskCallbacks = { 1: [], 2: [], 3: [], 4: [], 5: [] };

  /**
   * Without a `uniq` it is made of function, argument and type, as PHP makes it: equal tasks share
   * one job, whichever language they come from.
   */
  constructor(
    func: string,
    arg: unknown,
    uniq: string | null = null,
    type: JobType = Task.JOB_NORMAL,
    servers: readonly ServerName[] = [],
  ) {
    if (!Number.isInteger(type) || type < Task.JOB_NORMAL || type > Task.JOB_LOW_BACKGROUND) {
      throw new Exception(
        `Unknown job type: ${type}. Please see Net_Gearman_Task::JOB_* constants.`,
      );
    }
    this.func = func;
    this.arg = arg;
    this.uniq = uniq ?? defaultUniq(func, arg, type);
    this.type = type;
    this.servers = servers;
  }

  /** Adds a callback; those of one type are called in the order of their adding. */
  attachCallback(callback: CompleteCallback, type?: 1): this;
  attachCallback(callback: FailCallback, type: 2): this;
  attachCallback(callback: StatusCallback, type: 3): this;
  attachCallback(callback: DataCallback, type: 4 | 5): this;
  attachCallback(
    callback: (...args: never[]) => unknown,
    type: TaskCallbackType = Task.TASK_COMPLETE,
  ): this {
    if (typeof callback !== "function") throw new Exception("Invalid callback specified");
    if (!Object.hasOwn(this.#callbacks, type)) {
      throw new Exception("Invalid callback type specified");
    }
    this.#callbacks[type].push(callback as never);
    return this;
  }

  /** The callbacks by type. */
  getCallbacks(): TaskCallbacks {
    return this.#callbacks;
  }

  /** It is complete: called by the client. */
  async complete(result: unknown): Promise<void> {
    this.finished = true;
    this.result = result;
    for (const callback of this.#callbacks[Task.TASK_COMPLETE]) {
      await callback(this.func, this.handle, result, this.uniq);
    }
  }

  /** It has failed: called by the client. */
  async fail(): Promise<void> {
    this.finished = true;
    for (const callback of this.#callbacks[Task.TASK_FAIL]) await callback(this);
  }

  /** It is so far: called by the client. */
  async status(numerator: number, denominator: number): Promise<void> {
    for (const callback of this.#callbacks[Task.TASK_STATUS]) {
      await callback(this.func, this.handle, numerator, denominator);
    }
  }

  /** It sent a part of its result: called by the client. */
  async data(data: Uint8Array): Promise<void> {
    for (const callback of this.#callbacks[Task.TASK_DATA]) {
      await callback(this.func, this.handle, data);
    }
  }

  /** It sent a warning: called by the client. */
  async warning(data: Uint8Array): Promise<void> {
    for (const callback of this.#callbacks[Task.TASK_WARNING]) {
      await callback(this.func, this.handle, data);
    }
  }
}

/** The md5 of function, serialized argument and type. */
function defaultUniq(func: string, arg: unknown, type: JobType): string {
  const argument = serialize(arg);
  const name = encoder.encode(func);
  const bytes = new Uint8Array(name.length + argument.length + 1);
  bytes.set(name);
  bytes.set(argument, name.length);
  bytes.set(encoder.encode(`${type}`), name.length + argument.length);
  return md5(bytes);
}
