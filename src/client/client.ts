/**
 * Submits jobs and follows them.
 *
 * @module
 */
import type { GearmanError } from "../errors.ts";
import {
  type AnyJobs,
  checkJobs,
  type Contract,
  type FunctionNameOf,
  type JobDefinitions,
  type Jobs,
} from "../jobs/mod.ts";
import {
  checkConnectOptions,
  checkSignal,
  checkTimeout,
  type Clock,
  DEFAULT_ANSWER_TIMEOUT,
  DEFAULT_HEARTBEAT,
  fullJitter,
  limitWait,
  quiet,
  rejecting,
  type ServerAddress,
  ServerEvent,
  ServerEvents,
  serversIn,
  systemClock,
  together,
  WAIT_OPTIONS,
  type WaitOptions,
} from "../link/mod.ts";
import { checkFlag, checkFunction, checkOptions, wrongType } from "../misuse.ts";
import { DEFAULT_MAX_PACKET_BYTES, type JobFate } from "../protocol/mod.ts";
import type { Address } from "../sockets/socket.ts";
import { Batch, Ends, Place, TaskBatch } from "./batch.ts";
import { Deferred, type Receiver } from "./deferred.ts";
import { Deposit, type JobReceipt } from "./deposit.ts";
import { FateInquiry } from "./fate_inquiry.ts";
import { following } from "./follow.ts";
import {
  allOrNone,
  backgroundSpec,
  checkBytes,
  checkLimits,
  checkRetry,
  foregroundSpec,
  jobsIn,
  limitsOf,
  optionsOf,
  uniqueIn,
  workloadOf,
} from "./jobs_to_send.ts";
import type { JobSpec } from "./job_request.ts";
import {
  BACKGROUND_OPTIONS,
  type BackgroundOptions,
  CLIENT_OPTIONS,
  type ClientOptions,
  FOLLOW_OPTIONS,
  type FollowOptions,
  JOB_TO_DEPOSIT,
  JOB_TO_SUBMIT,
  type JobToDeposit,
  type JobToSubmit,
  type KnownJob,
  type OutputOf,
  type OutputOfMany,
  PING_OPTIONS,
  type PingOptions,
  type Retry,
  SUBMIT_OPTIONS,
  type SubmitArguments,
  type SubmitOptions,
} from "./options.ts";
import { type Origin, Origins } from "./origin.ts";
import {
  EchoQuestion,
  type JobStatus,
  nameOf,
  OptionQuestion,
  type Question,
  StatusQuestion,
} from "./questions.ts";
import { Router } from "./router.ts";
import type { Session } from "./session.ts";
import { type SpecOf, specsWith } from "./specs.ts";
import { Submission } from "./submission.ts";
import { Task } from "./task.ts";
import type { Limits } from "./task_events.ts";
import type { Upstream } from "./upstream.ts";
import type { Valuing } from "./value.ts";
import { sendWhole } from "./workload.ts";

/** Bytes that the tasks of a link may hold unread by default. */
const DEFAULT_LINK_BYTES = 16 * 1024 * 1024;

/** Milliseconds that {@linkcode ClientOptions.retryFor} is by default. */
const DEFAULT_RETRY_FOR = 30_000;

/** One for all calls that are given none. */
const NO_OPTIONS = {};

/** Submits jobs to job servers. Dials when there is something to send. */
export class Client<Definitions extends JobDefinitions = AnyJobs> extends ServerEvents {
  readonly #jobs: Jobs<Definitions> | undefined;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #retry: Retry;
  /** For calls without options. */
  readonly #foreground: SpecOf<SubmitOptions>;
  readonly #background: SpecOf<BackgroundOptions>;
  readonly #origins: Origins;
  readonly #router: Router;

  /** Throws a `TypeError` or `RangeError` for options that cannot be. Dials nobody yet. */
  constructor(options: ClientOptions<Definitions>) {
    super();
    const servers = serversIn(options, "servers");
    checkOptions(options, CLIENT_OPTIONS, "new Client()");
    checkConnectOptions(options);
    const { balance = "round-robin", exceptions = true, backoff = fullJitter() } = options;
    if (balance !== "round-robin" && balance !== "random") {
      throw wrongType('balance "round-robin" or "random"', balance);
    }
    checkFlag(exceptions, "exceptions");
    this.#jobs = checkJobs(options.jobs);
    this.#clock = options.clock ?? systemClock;
    this.#origins = new Origins(checkFlag(options.stacks ?? true, "stacks"), this.#clock);
    this.#retry = checkRetry(options.retry ?? "safe");
    this.#foreground = specsWith(foregroundSpec, this.#retry, NO_OPTIONS);
    this.#background = specsWith(backgroundSpec, this.#retry, NO_OPTIONS);
    this.#limits = checkLimits({
      taskBytes: options.taskBytes ?? DEFAULT_MAX_PACKET_BYTES,
      overflow: "fail",
      maxResultBytes: options.maxResultBytes ?? Infinity,
    });
    this.#router = new Router(servers, {
      ...options,
      balance,
      random: options.random ?? Math.random,
      answerTimeout: options.answerTimeout ?? DEFAULT_ANSWER_TIMEOUT,
      heartbeat: options.heartbeat ?? DEFAULT_HEARTBEAT,
      retryFor: checkTimeout(options.retryFor ?? DEFAULT_RETRY_FOR, "retryFor"),
      linkBytes: checkBytes(options.linkBytes ?? DEFAULT_LINK_BYTES, "linkBytes"),
      clock: this.#clock,
      backoff: checkFunction(backoff, "backoff"),
      greet: (session: Session) => {
        // A server that does not know the option answers ERROR, and fails jobs in place of it.
        if (exceptions) session.request(new OptionQuestion("exceptions"));
      },
      onUp: (server: Address) => this.tell(new ServerEvent("up", server)),
      onDown: (server: Address, reason: GearmanError) =>
        this.tell(new ServerEvent("down", server, reason)),
    });
  }

  /**
   * Submits a foreground job. The task is there at once; trouble of any kind comes out of it, save
   * misuse, which is thrown: a `TypeError` or `RangeError` for a name, a unique or an option that
   * cannot be. An input that `defineJobs()` does not allow is a {@linkcode JobInvalid}, and comes
   * out of the task.
   *
   * A workload of 16 KiB and more is not copied: leave it alone until the task is accepted, or with
   * `retry: "idempotent"` until it has ended.
   *
   * `timeout` bounds the whole job; there is none by default, for a function may have no worker
   * for a week. To abort is to stop following: the job runs on. An error carries the stack of this
   * call.
   *
   * @example
   * ```ts
   * import { Client, JobServer, Worker } from "geartrain";
   *
   * await using server = await JobServer.listen();
   * await using worker = new Worker({ servers: server.address });
   * worker.add("upper", (job) => job.text().toUpperCase());
   * worker.start();
   *
   * await using client = new Client({ servers: server.address });
   * const task = client.submit("upper", "hello", { priority: "high", timeout: 5_000 });
   * console.log(await task.text()); // HELLO
   * ```
   */
  submit<Name extends FunctionNameOf<Definitions>>(
    functionName: Name,
    ...rest: SubmitArguments<Definitions, Name, SubmitOptions>
  ): Task<OutputOf<Definitions, Name>>;
  submit(
    functionName: string,
    input?: unknown,
    options: SubmitOptions = NO_OPTIONS,
  ): Task<unknown> {
    if (options !== NO_OPTIONS) checkOptions(options, SUBMIT_OPTIONS, "submit()");
    const origin = this.#origins.take(functionName);
    const spec = this.#foreground(functionName, options);
    return this.#begin(this.#submission(spec, input, options, origin), input, options);
  }

  /**
   * Submits many foreground jobs at once, in as few writes as may be. What is returned has the
   * `tasks`, their values as they come (`for await`), and all values at once (`all()`, `settled()`).
   *
   * `options` are for all jobs, unless a job has its own. Throws as {@linkcode submit} does, and
   * then none of them is sent.
   *
   * @example
   * ```ts
   * import { Client, JobServer, Worker } from "geartrain";
   *
   * await using server = await JobServer.listen();
   * await using worker = new Worker({ servers: server.address });
   * worker.add("square", (job) => String(Number(job.text()) ** 2));
   * worker.start();
   *
   * await using client = new Client({ servers: server.address });
   * const jobs = ["1", "2", "3"].map((workload) => ({ functionName: "square", workload }));
   * for await (const { index, status } of client.submitAll(jobs)) console.log(index, status);
   * ```
   */
  submitAll<const Many extends Iterable<JobToSubmit<Definitions>>>(
    jobs: Many,
    options: SubmitOptions = {},
  ): TaskBatch<OutputOfMany<Definitions, Many>> {
    checkOptions(options, SUBMIT_OPTIONS, "submitAll()");
    const origin = this.#origins.take();
    const specOf = specsWith(foregroundSpec, this.#retry, options);
    const list = jobsIn(jobs, JOB_TO_SUBMIT);
    const own = optionsOf(list, options);
    const submissions = allOrNone(list, ({ functionName, workload }, i) => {
      return this.#submission(specOf(functionName, own[i]), workload, own[i], origin);
    });
    const tasks = together(() =>
      submissions.map((submission, i) => this.#begin(submission, list[i].workload, own[i]))
    );
    return new TaskBatch(tasks as Task<OutputOfMany<Definitions, Many>>[]);
  }

  /**
   * Submits a background job. Resolves when a server has taken it. A `unique` is made where none
   * is given, since servers with a store keep one job for each. With `at` or `delay` the job does
   * not run before then; gearmand before 2.0 wakes no worker for it, so that one must ask by itself,
   * as the workers of this library do. With `schedule` the server submits the job again and again;
   * the receipt is then that of the series, which `cancel job` ends. Submitted again with the same
   * `unique`, the series gets its new times and workload.
   *
   * Rejects with a {@linkcode LinkError} when no server can be reached, or the link was lost before
   * the acknowledgement (its `outcome` tells which), with code `SILENT` when the server owed one for
   * the client's `answerTimeout`; with a {@linkcode ServerError} when the server refuses; and with a
   * {@linkcode JobTimeout} after `timeout`, if one is given. What {@linkcode submit} throws for
   * misuse, this rejects with.
   */
  background<Name extends FunctionNameOf<Definitions>>(
    functionName: Name,
    ...rest: SubmitArguments<Definitions, Name, BackgroundOptions>
  ): Promise<JobReceipt>;
  background(
    functionName: string,
    input?: unknown,
    options: BackgroundOptions = NO_OPTIONS,
  ): Promise<JobReceipt> {
    const origin = this.#origins.take(functionName);
    // Not by rejecting(): a closure for each of thousands is a tenth of what they leave behind.
    try {
      if (options !== NO_OPTIONS) checkOptions(options, BACKGROUND_OPTIONS, "background()");
      const spec = this.#background(functionName, options);
      const receipt = new Deferred<JobReceipt>();
      const deposit = this.#deposit(spec, input, options, origin, receipt);
      this.#hand(deposit, input, options);
      return receipt.promise;
    } catch (misuse) {
      return Promise.reject(misuse);
    }
  }

  /**
   * Submits many background jobs at once, in as few writes as may be. What is returned has the
   * receipts as they come (`for await`), and all at once (`all()`, `settled()`).
   *
   * `options` are for all jobs, unless a job has its own. Throws as {@linkcode submit} does, and
   * then none of them is sent.
   */
  backgroundAll(
    jobs: Iterable<JobToDeposit<Definitions>>,
    options: BackgroundOptions = {},
  ): Batch<JobReceipt> {
    checkOptions(options, BACKGROUND_OPTIONS, "backgroundAll()");
    const origin = this.#origins.take();
    const specOf = specsWith(backgroundSpec, this.#retry, options);
    const ends = new Ends<JobReceipt>();
    const list = jobsIn(jobs, JOB_TO_DEPOSIT);
    const own = optionsOf<BackgroundOptions>(list, options);
    const deposits = allOrNone(list, ({ functionName, workload }, i) => {
      const spec = specOf(functionName, own[i]);
      return this.#deposit(spec, workload, own[i], origin, new Place(ends, i));
    });
    together(() => {
      for (const [i, deposit] of deposits.entries()) this.#hand(deposit, list[i].workload, own[i]);
    });
    return new Batch(list.length, ends);
  }

  /**
   * Asks how a job stands: by the receipt of {@linkcode background}, or by a part of it. With a
   * `handle` the server's own name for the job is asked for, otherwise the `unique`. Without a
   * `server`, a `unique` is asked for where jobs that were submitted with it go to, and a handle
   * of any server. Rejects as {@linkcode background} does.
   */
  status(job: KnownJob, options: WaitOptions = {}): Promise<JobStatus> {
    return rejecting(() => {
      checkOptions(options, WAIT_OPTIONS, "status()");
      const question = new StatusQuestion(...nameOf(job));
      return this.#ask(question, options, this.#upstreamOf(job.server));
    });
  }

  /**
   * Asks what became of a job, of a server that keeps that: a {@linkcode JobServer} with `results`.
   * By the receipt of {@linkcode background}, or by a part of it, as in {@linkcode status}; by
   * `unique`, the job under way is meant, or else the latest that has ended.
   *
   * Rejects with a {@linkcode ServerError} of the code `UNKNOWN_OPTION` where the server keeps
   * no results, as gearmand does not, and otherwise as a submission does.
   *
   * @example
   * ```ts
   * import { Client, JobServer } from "geartrain";
   *
   * await using server = await JobServer.listen({ results: { ttl: 3_600_000 } });
   * await using client = new Client({ servers: server.address });
   * const receipt = await client.background("resize", "cat.jpg");
   * console.log(await client.fate(receipt)); // { state: "queued" }
   * ```
   */
  fate(job: KnownJob, options: WaitOptions = {}): Promise<JobFate> {
    const origin = this.#origins.take();
    return rejecting(() => {
      checkOptions(options, WAIT_OPTIONS, "fate()");
      const inquiry = new FateInquiry(...nameOf(job), this.#limits, origin);
      const upstream = this.#upstreamOf(job.server);
      limitWait(inquiry, options, this.#clock, "an answer");
      return quiet(inquiry.ask((request, server) => {
        request.isPinned = server !== undefined;
        this.#router.send(request, this.#upstreamOf(server));
      }, upstream?.address));
    });
  }

  /**
   * Follows a job that runs already, whoever submitted it: how it stands, at first and each time
   * that has changed, until its server knows it no more, which tells that it ended and not how. Asks
   * every second, or as `every` says. Throws as {@linkcode status} rejects.
   *
   * It only asks. To submit a foreground job with the same `unique` would bring the result as well,
   * but gearmand discards a background job when a client that joined it so leaves, and one that has
   * ended by then would be run again.
   *
   * @example
   * ```ts
   * import { Client, JobServer, Worker } from "geartrain";
   *
   * await using server = await JobServer.listen();
   * await using client = new Client({ servers: server.address });
   * const receipt = await client.background("index", "2026");
   *
   * await using worker = new Worker({ servers: server.address });
   * worker.add("index", (job) => job.status(1, 2));
   * worker.start();
   * for await (const { isRunning } of client.follow(receipt, { every: 10 })) console.log(isRunning);
   * ```
   */
  follow(job: KnownJob, options: FollowOptions = {}): AsyncGenerator<JobStatus, void, undefined> {
    checkOptions(options, FOLLOW_OPTIONS, "follow()");
    const { every, signal } = options;
    if (signal !== undefined) checkSignal(signal);
    nameOf(job);
    this.#upstreamOf(job.server);
    const ask = () => this.status(job, { signal });
    return following({ ask, every, signal, clock: this.#clock });
  }

  /** Sends bytes to a server, or to any, and resolves with the milliseconds until they were back. */
  ping(options: PingOptions = {}): Promise<number> {
    return rejecting(() => {
      checkOptions(options, PING_OPTIONS, "ping()");
      const { server, data } = options;
      const start = this.#clock.now();
      const answer = this.#ask(new EchoQuestion(data), options, this.#upstreamOf(server));
      return quiet(answer.then(() => this.#clock.now() - start));
    });
  }

  /**
   * Sends what was submitted, then closes. What has no answer by then rejects with a
   * {@linkcode LinkError} of code `CLOSED`, or {@linkcode JobLost}; jobs that servers have run on.
   */
  close(): Promise<void> {
    return this.#router.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #submission(
    spec: JobSpec,
    input: unknown,
    options: SubmitOptions,
    origin: Origin,
  ): Submission {
    const contract = this.#jobs?.contractOf(spec.functionName);
    const { unique = "" } = options;
    const submission = new Submission(spec, unique, origin, limitsOf(options, this.#limits));
    if (contract === undefined) submission.workload = workloadOf(input);
    return submission;
  }

  #begin(submission: Submission, input: unknown, options: SubmitOptions): Task<unknown> {
    const { functionName } = submission;
    const contract = this.#jobs?.contractOf(functionName);
    const task = new Task<unknown>(submission, this.#valuing(contract, options));
    options.feed?.follow(task, submission);
    if (options.timeout !== undefined || options.signal !== undefined) {
      limitWait(submission, options, this.#clock, `the end of a job of function "${functionName}"`);
    }
    sendWhole(this.#router, submission, input, contract);
    return task;
  }

  #valuing(contract: Contract | undefined, options: SubmitOptions): Valuing | undefined {
    if (contract === undefined) return undefined;
    const since = this.#clock.now();
    return { contract, options, clock: this.#clock, since, router: this.#router };
  }

  #deposit(
    spec: JobSpec,
    input: unknown,
    options: BackgroundOptions,
    origin: Origin,
    receiver: Receiver<JobReceipt>,
  ): Deposit {
    const contract = this.#jobs?.contractOf(spec.functionName);
    const deposit = new Deposit(spec, uniqueIn(options), origin, receiver);
    if (contract === undefined) deposit.workload = workloadOf(input);
    return deposit;
  }

  #hand(deposit: Deposit, input: unknown, options: BackgroundOptions): void {
    limitWait(deposit, options, this.#clock, "an answer");
    sendWhole(this.#router, deposit, input, this.#jobs?.contractOf(deposit.functionName));
  }

  #ask<T>(question: Question<T>, options: WaitOptions, upstream?: Upstream): Promise<T> {
    question.isPinned = upstream !== undefined;
    limitWait(question, options, this.#clock, "an answer");
    this.#router.send(question, upstream);
    return question.promise;
  }

  #upstreamOf(server: ServerAddress | undefined): Upstream | undefined {
    return server === undefined ? undefined : this.#router.find(server);
  }
}
