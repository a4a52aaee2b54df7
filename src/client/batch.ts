/**
 * Many jobs that were submitted at once: their results as they come, or all together.
 *
 * @module
 */
import { quiet } from "../link/mod.ts";
import type { Task } from "./task.ts";

/** How one of many ended: its value, or the reason why there is none. */
export type BatchItem<Value> = PromiseSettledResult<Value> & {
  /** Which one it is, counted from 0, in the order in which they were given. */
  readonly index: number;
};

/**
 * Many values that come in their own time. Iterate over it for each as it comes, in the order of
 * coming, or ask for all of them at once, in the order in which they were given.
 *
 * @example
 * ```ts
 * import { Client, JobServer } from "geartrain";
 *
 * await using server = await JobServer.listen();
 * await using client = new Client({ servers: server.address });
 * const jobs = ["1", "2"].map((workload) => ({ functionName: "mail", workload }));
 * const receipts = await client.backgroundAll(jobs).all();
 * console.log(receipts.length); // 2
 * ```
 */
export class Batch<Value> implements AsyncIterable<BatchItem<Value>> {
  readonly #values: readonly Promise<Value>[];

  /** Batches are made by {@linkcode Client.submitAll} and {@linkcode Client.backgroundAll}. */
  constructor(values: readonly Promise<Value>[]) {
    this.#values = values;
  }

  /** How many there are. */
  get length(): number {
    return this.#values.length;
  }

  /** All values. Rejects with the first failure there is. */
  all(): Promise<Value[]> {
    return quiet(Promise.all(this.#values));
  }

  /** How each of them ended. Does not reject. */
  settled(): Promise<PromiseSettledResult<Value>[]> {
    return Promise.allSettled(this.#values);
  }

  /** Each as it ends, well or badly. */
  async *[Symbol.asyncIterator](): AsyncGenerator<BatchItem<Value>, void, undefined> {
    const ended: (BatchItem<Value> | undefined)[] = [];
    let wake = () => {};
    const add = (item: BatchItem<Value>) => {
      ended.push(item);
      wake();
    };
    for (const [index, promise] of this.#values.entries()) {
      promise.then(
        (value) => add({ index, status: "fulfilled", value }),
        (reason) => add({ index, status: "rejected", reason }),
      );
    }
    for (let given = 0; given < this.length; given++) {
      if (given === ended.length) await new Promise<void>((resolve) => wake = resolve);
      const item = ended[given]!;
      ended[given] = undefined;
      yield item;
    }
  }
}

/**
 * Many tasks. See {@linkcode Client.submitAll}.
 *
 * @example
 * ```ts
 * import { Client, JobServer, Worker } from "geartrain";
 *
 * await using server = await JobServer.listen();
 * await using worker = new Worker({ servers: server.address });
 * worker.add("echo", (job) => job.workload);
 * worker.start();
 *
 * await using client = new Client({ servers: server.address });
 * const batch = client.submitAll([{ functionName: "echo", workload: "a" }]);
 * console.log(await batch.tasks[0].text()); // a
 * ```
 */
export class TaskBatch<Output = Uint8Array> extends Batch<Output> {
  /** The tasks, in the order in which the jobs were given. */
  readonly tasks: readonly Task<Output>[];

  /** Batches are made by {@linkcode Client.submitAll}. */
  constructor(tasks: readonly Task<Output>[]) {
    super(tasks.map((task) => task.value()));
    this.tasks = tasks;
  }
}
