/**
 * Tasks that are run together.
 *
 * @module
 */
import { Exception } from "./exceptions.ts";
import { wrongType } from "../../misuse.ts";
import { Task } from "./task.ts";

/** Called when a set has run: the results in the order in which the tasks were added. */
// deno-lint-ignore no-explicit-any -- JSON, whose shape whoever attaches the callback knows
export type SetCallback = (results: any[]) => unknown;

/**
 * A set of tasks, by their uniques: a task whose unique is there already is ignored.
 *
 * @example
 * ```ts
 * import { Net_Gearman_Set, Net_Gearman_Task } from "geartrain/compat/net-gearman";
 *
 * const set = new Net_Gearman_Set();
 * set.addTask(new Net_Gearman_Task("resize", { id: 7 }));
 * set.attachCallback((results) => console.log(results.length));
 * ```
 */
export class Set implements Iterable<Task> {
  /** How many tasks are not finished. */
  tasksCount = 0;
  /** The tasks by unique, in the order of their adding. */
  readonly tasks: Map<string, Task> = new Map();
  /** Uniques by handle, as far as handles are known. */
  readonly handles: Map<string, string> = new Map();
  #callback: SetCallback | undefined;
  #called: unknown;

  constructor(tasks: Iterable<Task> = []) {
    for (const task of tasks) this.addTask(task);
  }

  /** Adds a task, unless one with its unique is there. */
  addTask(task: Task): void {
    if (!(task instanceof Task)) {
      throw wrongType("a Net_Gearman_Task for a set", task);
    }
    if (this.tasks.has(task.uniq)) return;
    this.tasks.set(task.uniq, task);
    this.tasksCount++;
  }

  /** The task with that handle. Throws when none has it. */
  getTask(handle: string): Task {
    const uniq = this.handles.get(handle);
    if (uniq === undefined) throw new Exception("Unknown handle");
    const task = this.tasks.get(uniq);
    if (task === undefined) throw new Exception("No task by that handle");
    return task;
  }

  /** Whether all tasks are finished. If so, calls the set's callback, at each call. */
  finished(): boolean {
    if (this.tasksCount > 0) return false;
    this.#called = this.#callback?.(Array.from(this.tasks.values(), ({ result }) => result));
    return true;
  }

  /** Waits for a callback that is `async`, after {@linkcode finished} has called it. */
  async settled(): Promise<void> {
    await this.#called;
  }

  /** Sets the callback for when the set has run; there is one. */
  attachCallback(callback: SetCallback): void {
    if (typeof callback !== "function") throw new Exception("Invalid callback specified");
    this.#callback = callback;
  }

  /** The tasks with their uniques. */
  getIterator(): IterableIterator<[uniq: string, task: Task]> {
    return this.tasks.entries();
  }

  /** How many tasks are not finished: 0 after a run. */
  count(): number {
    return this.tasksCount;
  }

  /** The tasks, in the order of their adding. */
  [Symbol.iterator](): IterableIterator<Task> {
    return this.tasks.values();
  }
}
