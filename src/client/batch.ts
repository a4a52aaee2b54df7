/**
 * Many jobs that were submitted at once: their results as they come, or all together.
 *
 * @module
 */
import { quiet } from "../link/mod.ts";
import { Deferred, type Receiver } from "./deferred.ts";
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
  /** How many there are. */
  readonly length: number;
  readonly #ends: Ends<Value>;

  /** Batches are made by {@linkcode Client.submitAll} and {@linkcode Client.backgroundAll}. */
  constructor(length: number, ends: Ends<Value>) {
    this.length = length;
    this.#ends = ends;
  }

  /** All values. Rejects with the first failure there is. */
  all(): Promise<Value[]> {
    return quiet(this.#all());
  }

  /** How each of them ended. Does not reject. */
  async settled(): Promise<PromiseSettledResult<Value>[]> {
    const results = new Array<PromiseSettledResult<Value>>(this.length);
    for (let i = 0; i < this.length; i++) {
      const { index, ...result } = this.#ends.items[i] ?? await this.#ends.item(i);
      results[index] = result;
    }
    return results;
  }

  /** Each as it ends, well or badly. */
  async *[Symbol.asyncIterator](): AsyncGenerator<BatchItem<Value>, void, undefined> {
    for (let i = 0; i < this.length; i++) yield this.#ends.item(i);
  }

  async #all(): Promise<Value[]> {
    const values = new Array<Value>(this.length);
    for (let i = 0; i < this.length; i++) {
      const item = this.#ends.items[i] ?? await this.#ends.item(i);
      if (item.status === "rejected") throw item.reason;
      values[item.index] = item.value;
    }
    return values;
  }
}

/** What has ended so far: one promise for whoever waits, and none for each. */
export class Ends<Value> {
  /** In the order of their ends. */
  readonly items: BatchItem<Value>[] = [];
  #change: Deferred<void> | undefined;

  /** One has ended. */
  tell(item: BatchItem<Value>): void {
    this.items.push(item);
    this.#change?.resolve();
    this.#change = undefined;
  }

  /** The item in that place of the order, once there are so many. */
  async item(index: number): Promise<BatchItem<Value>> {
    while (index >= this.items.length) await (this.#change ??= new Deferred()).promise;
    return this.items[index];
  }
}

/** Who is told how one of many ended. */
export class Place<Value> implements Receiver<Value> {
  readonly #ends: Ends<Value>;
  readonly #index: number;

  constructor(ends: Ends<Value>, index: number) {
    this.#ends = ends;
    this.#index = index;
  }

  resolve(value: Value): void {
    this.#ends.tell({ index: this.#index, status: "fulfilled", value });
  }

  reject(reason: unknown): void {
    this.#ends.tell({ index: this.#index, status: "rejected", reason });
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
    const ends = new Ends<Output>();
    super(tasks.length, ends);
    this.tasks = tasks;
    for (const [index, task] of tasks.entries()) {
      const place = new Place(ends, index);
      task.value().then((value) => place.resolve(value), (reason) => place.reject(reason));
    }
  }
}
