/**
 * The client's side of a submitted job, as users hold it.
 *
 * @module
 */
import { invalid, type Outcome } from "../errors.ts";
import { quiet } from "../link/mod.ts";
import type { Submission } from "./submission.ts";
import type { TaskEvent } from "./task_events.ts";
import { valueOf, type Valuing } from "./value.ts";

const decoder = new TextDecoder();

/**
 * A submitted foreground job. Await its result, or read what it tells on the way.
 *
 * Everything that is asked of it may be asked late: events and the result are kept, up to the
 * task's byte budget.
 *
 * @example
 * ```ts
 * import { Client, JobServer, Worker } from "geartrain";
 *
 * await using server = await JobServer.listen();
 * await using worker = new Worker({ servers: server.address });
 * worker.add("count", (job) => {
 *   for (let i = 1; i <= 3; i++) job.status(i, 3);
 *   return "done";
 * });
 * worker.start();
 *
 * await using client = new Client({ servers: server.address });
 * const task = client.submit("count");
 * for await (const event of task) {
 *   if (event.type === "status") console.log(`${event.numerator}/${event.denominator}`);
 * }
 * console.log(await task.text()); // done
 * ```
 */
export class Task<Output = Uint8Array> implements AsyncIterable<TaskEvent> {
  readonly #submission: Submission;
  readonly #valuing: Valuing | undefined;
  #value: Promise<Output> | undefined;
  #isRead = false;

  /** Tasks are made by {@linkcode Client.submit}. */
  constructor(submission: Submission, valuing?: Valuing) {
    this.#submission = submission;
    this.#valuing = valuing;
  }

  /** The function that runs the job. */
  get functionName(): string {
    return this.#submission.functionName;
  }

  /** The client's own name for the job, or `""`. */
  get unique(): string {
    return this.#submission.unique;
  }

  /** The server's name for the job, or `""` before it was accepted. Another one where the job was lost and sent again. */
  get handle(): string {
    return this.#submission.handle;
  }

  /** What may have become of the submission by now. */
  get outcome(): Outcome {
    return this.#submission.outcome;
  }

  /** The last progress the job told, if any. */
  get status(): { readonly numerator: number; readonly denominator: number } | undefined {
    return this.#submission.status;
  }

  /** Resolves when a server has taken the job; rejects when none will, or the wait was given up. */
  get accepted(): Promise<void> {
    return this.#submission.accepted();
  }

  /** All data that the job sent and its result, joined. Rejects when the job failed, or was lost. */
  result(): Promise<Uint8Array> {
    return this.#submission.completed();
  }

  /**
   * {@linkcode result} as what `defineJobs()` says; without that, the bytes. Rejects with a
   * {@linkcode JobInvalid} when the result does not fit. A validator that takes its time is waited
   * for as long as for the job: until `timeout` has passed, the signal aborts or the client closes.
   * Asked for when the job has ended, it is given the whole `timeout`.
   */
  value(): Promise<Output> {
    const valuing = this.#valuing;
    if (valuing === undefined) return this.result() as Promise<Output>;
    return this.#value ??= quiet(
      valueOf(this.#submission, this.result(), valuing) as Promise<Output>,
    );
  }

  /** {@linkcode result} as text, from UTF-8. */
  text(): Promise<string> {
    return quiet(this.result().then((bytes) => decoder.decode(bytes)));
  }

  /** {@linkcode result} as what its JSON says. Rejects with a {@linkcode JobInvalid} when it is none. */
  json(): Promise<unknown> {
    return quiet(
      this.text().then((text) => {
        try {
          return JSON.parse(text);
        } catch (cause) {
          const { handle, functionName } = this;
          throw this.#submission.noted(invalid("output", cause, { handle, functionName }));
        }
      }),
    );
  }

  /**
   * What the job tells, in the order of the wire. Ends with the job; throws after the last event
   * when the job failed. For one reader, this or {@linkcode stream}: what was read is not read
   * again, but {@linkcode result} still joins it, as long as the task's budget holds both.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<TaskEvent, void, undefined> {
    this.#begin();
    for (;;) {
      const event = this.#submission.nextEvent() ?? await this.#nextEvent();
      if (event === undefined) return;
      yield event;
    }
  }

  /**
   * All data that the job sends and its result, as they come. It is read from the link as it is
   * read here, up to the task's budget. Fails as {@linkcode result} does; to cancel it is to stop
   * following: the job runs on.
   *
   * @example
   * ```ts
   * import type { Client } from "geartrain";
   *
   * export function answer(client: Client): Response {
   *   return new Response(client.submit("report", "2026").stream());
   * }
   * ```
   */
  stream(): ReadableStream<Uint8Array> {
    this.#begin();
    const submission = this.#submission;
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        for (;;) {
          const event = await this.#nextEvent();
          if (event?.type === "data") return controller.enqueue(event.data);
          if (event !== undefined) continue;
          const last = submission.result!;
          if (last.length > 0) controller.enqueue(last);
          return controller.close();
        }
      },
      cancel: (reason) => {
        submission.abandon(reason ?? new DOMException("Stream was cancelled", "AbortError"));
      },
    }, { highWaterMark: 0 });
  }

  /** What it is, and how its result is had. */
  toString(): string {
    const { functionName, handle, outcome } = this;
    return `Task of "${functionName}" (${handle || outcome}): await its result()`;
  }

  #begin(): void {
    if (this.#isRead) throw new TypeError("Expected one reader of a task, got a second");
    this.#isRead = true;
  }

  /** The next event; undefined when the job is complete. Rejects when it failed. */
  async #nextEvent(): Promise<TaskEvent | undefined> {
    const submission = this.#submission;
    for (;;) {
      const event = submission.nextEvent();
      if (event !== undefined) return event;
      if (submission.isSettled) {
        if (submission.error !== undefined) throw submission.error;
        return undefined;
      }
      await submission.changed();
    }
  }
}

// Whoever prints one in place of its result is told.
for (const runtime of ["nodejs.util.inspect.custom", "Deno.customInspect"]) {
  Object.defineProperty(Task.prototype, Symbol.for(runtime), {
    value(this: Task): string {
      return this.toString();
    },
  });
}
