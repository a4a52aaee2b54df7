/**
 * Many tasks read as one.
 *
 * @module
 */
import type { Flow } from "./flow.ts";
import type { Submission } from "./submission.ts";
import type { Task } from "./task.ts";
import type { TaskEvent } from "./task_events.ts";

/**
 * What a {@linkcode TaskFeed} shows of a task: that it was accepted, what its job tells, and how it
 * ends. The data of `"complete"` is what the last packet brought, without the data before it.
 */
export type FeedEvent =
  | TaskEvent
  | { readonly type: "accepted" }
  | { readonly type: "complete"; readonly data: Uint8Array }
  | { readonly type: "failed"; readonly error: unknown };

/** An event, and the task that it is of. */
export type FeedEntry = FeedEvent & { readonly task: Task<unknown> };

/** A task of a feed. */
interface Followed {
  readonly task: Task<unknown>;
  readonly submission: Submission;
  isAcceptanceShown: boolean;
  isEndShown: boolean;
}

/**
 * What several tasks tell, one after the other: those of one server in the order in which it sent
 * it. Give it to each submission; what it shows no iterator over the task shows again.
 *
 * @example
 * ```ts
 * import { Client, JobServer, TaskFeed, Worker } from "geartrain";
 *
 * await using server = await JobServer.listen();
 * await using worker = new Worker({ servers: server.address });
 * worker.add("reverse", (job) => job.text().split("").reverse().join(""));
 * worker.start();
 *
 * await using client = new Client({ servers: server.address });
 * const feed = new TaskFeed();
 * for (const word of ["one", "two", "three"]) client.submit("reverse", word, { feed });
 * for await (const { type, task } of feed) console.log(type, task.handle);
 * ```
 */
export class TaskFeed implements AsyncIterable<FeedEntry> {
  /** A task for each thing that it has to show; those before {@linkcode #head} are shown. */
  #told: Followed[] = [];
  #head = 0;
  #open = 0;
  #change: Promise<void> | undefined;
  #wake = () => {};
  /** The links that the tasks are on, as far as they are known. */
  readonly #flows = new Set<Flow>();

  /** How many tasks have not shown their end. */
  get open(): number {
    return this.#open;
  }

  /** The oldest event that was not shown yet, if one has come. */
  next(): FeedEntry | undefined {
    while (this.#head < this.#told.length) {
      const entry = this.#shown(this.#told[this.#head++]);
      if (this.#head === this.#told.length) {
        this.#told = [];
        this.#head = 0;
      }
      // Progress may have been forgotten since, for want of room.
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  /** Resolves when there is something to show: not before another job is followed, where all have shown their end. */
  changed(): Promise<void> {
    if (this.#head < this.#told.length) return Promise.resolve();
    this.#dropOver();
    for (const flow of this.#flows) flow.resume();
    return this.#change ??= new Promise((resolve) => this.#wake = resolve);
  }

  /** Everything that comes, until every task has shown its end. */
  async *[Symbol.asyncIterator](): AsyncGenerator<FeedEntry, void, undefined> {
    while (this.#open > 0) {
      const entry = this.next();
      if (entry !== undefined) yield entry;
      else await this.changed();
    }
  }

  /** Follows a task. Called by {@linkcode Client.submit}, before it is sent. */
  follow(task: Task<unknown>, submission: Submission): void {
    const followed = { task, submission, isAcceptanceShown: false, isEndShown: false };
    this.#open++;
    submission.follower = {
      told: () => this.#tell(followed),
      isWaiting: () => this.#change !== undefined,
    };
  }

  #tell(followed: Followed): void {
    const { flow } = followed.submission;
    if (flow !== undefined && !flow.isOver && !this.#flows.has(flow)) {
      // Here too: who only asks for the next, or always has one to read, never waits.
      this.#dropOver();
      this.#flows.add(flow);
    }
    this.#told.push(followed);
    this.#change = undefined;
    this.#wake();
  }

  /** A streamed workload has a link of its own: there may be as many as there were tasks. */
  #dropOver(): void {
    for (const flow of this.#flows) if (flow.isOver) this.#flows.delete(flow);
  }

  #shown(followed: Followed): FeedEntry | undefined {
    const { task, submission } = followed;
    if (submission.isAccepted && !followed.isAcceptanceShown) {
      followed.isAcceptanceShown = true;
      return { type: "accepted", task };
    }
    const event = submission.nextEvent();
    if (event !== undefined) return { ...event, task };
    if (!submission.isSettled || followed.isEndShown) return undefined;
    followed.isEndShown = true;
    this.#open--;
    const { error, result } = submission;
    return result === undefined
      ? { type: "failed", error, task }
      : { type: "complete", data: result, task };
  }
}
