/**
 * Submits jobs and follows them.
 *
 * @module
 */
import { type GearmanError, got, LinkError } from "../errors.ts";
import type {
  AnyJobs,
  Awaitable,
  Contract,
  FunctionNameOf,
  Given,
  JobDefinitions,
  Jobs,
  Taken,
} from "../jobs/mod.ts";
import {
  type Backoff,
  checkConnectOptions,
  type Clock,
  type ConnectOptions,
  DEFAULT_ANSWER_TIMEOUT,
  DEFAULT_HEARTBEAT,
  fullJitter,
  limitWait,
  parseServers,
  ServerEvent,
  ServerEvents,
  type Servers,
  systemClock,
  type WaitOptions,
} from "../link/mod.ts";
import {
  checkFunctionName,
  checkHandle,
  checkUnique,
  Command,
  DEFAULT_MAX_PACKET_BYTES,
  type JobFate,
} from "../protocol/mod.ts";
import { type Address, addressText } from "../sockets/socket.ts";
import {
  Deposit,
  EchoQuestion,
  type JobReceipt,
  type JobStatus,
  OptionQuestion,
  type Question,
  StatusQuestion,
} from "./questions.ts";
import { FateInquiry } from "./fate_inquiry.ts";
import type { TaskFeed } from "./feed.ts";
import { quiet } from "./quiet.ts";
import type { Request } from "./request.ts";
import { Submission } from "./submission.ts";
import { Task } from "./task.ts";
import { Upstream } from "./upstream.ts";

/** Which of a function's three lanes a job waits in. */
export type Priority = "high" | "normal" | "low";

/** Options of {@linkcode Client}. */
export interface ClientOptions<Definitions extends JobDefinitions = AnyJobs>
  extends ConnectOptions {
  /** The job servers. */
  readonly servers: Servers;
  /** What functions take and give, made by `defineJobs()`. Default: any name, bytes in and out. */
  readonly jobs?: Jobs<Definitions>;
  /** Whether servers are asked to relay WORK_EXCEPTION, which otherwise comes as a failure. Default true. */
  readonly exceptions?: boolean;
  /** Bytes that a task may hold. Default 64 MiB. */
  readonly taskBytes?: number;
  /** For how long a server that could not be reached is passed over. Default: full jitter, 0.1 s to 30 s. */
  readonly backoff?: Backoff;
}

/** Options of {@linkcode Client.submit} and {@linkcode Client.background}. */
export interface SubmitOptions extends WaitOptions {
  /** The client's own name for the job, 1 to 63 bytes: equal ones under way share one job. */
  readonly unique?: string;
  /** Default `"normal"`. */
  readonly priority?: Priority;
}

/** Options of {@linkcode Client.submit}. */
export interface ForegroundOptions extends SubmitOptions {
  /** Where this task is read together with others. */
  readonly feed?: TaskFeed;
}

/** What a job may be given where no `defineJobs()` says so. */
export type Workload = string | Uint8Array;

/** What a function takes. */
export type InputOf<Definitions extends JobDefinitions, Name extends FunctionNameOf<Definitions>> =
  string extends keyof Definitions ? Workload : Given<Definitions[Name]["input"]>;

/** What a function gives. */
export type OutputOf<Definitions extends JobDefinitions, Name extends FunctionNameOf<Definitions>> =
  string extends keyof Definitions ? Uint8Array : Taken<Definitions[Name]["output"]>;

/** What follows a function's name in a submission. A workload of bytes may be left out. */
export type SubmitArguments<
  Definitions extends JobDefinitions,
  Name extends FunctionNameOf<Definitions>,
  Options,
> = string extends keyof Definitions ? [workload?: Workload, options?: Options]
  : [input: InputOf<Definitions, Name>, options?: Options];

const FOREGROUND = {
  high: Command.SUBMIT_JOB_HIGH,
  normal: Command.SUBMIT_JOB,
  low: Command.SUBMIT_JOB_LOW,
} as const;

const BACKGROUND = {
  high: Command.SUBMIT_JOB_HIGH_BG,
  normal: Command.SUBMIT_JOB_BG,
  low: Command.SUBMIT_JOB_LOW_BG,
} as const;

/** Something that waits for its workload. */
interface Laden extends Request {
  set workload(workload: Workload);
}

/** Submits jobs to job servers. Dials when there is something to send. */
export class Client<Definitions extends JobDefinitions = AnyJobs> extends ServerEvents {
  readonly #jobs: Jobs<Definitions> | undefined;
  readonly #clock: Clock;
  readonly #taskBytes: number;
  readonly #upstreams: Upstream[];
  #isClosed = false;

  constructor(options: ClientOptions<Definitions>) {
    super();
    this.#jobs = options.jobs;
    const { exceptions = true } = options;
    const { answerTimeout = DEFAULT_ANSWER_TIMEOUT, heartbeat = DEFAULT_HEARTBEAT } = options;
    checkConnectOptions(options);
    this.#clock = options.clock ?? systemClock;
    this.#taskBytes = options.taskBytes ?? DEFAULT_MAX_PACKET_BYTES;
    const shared = {
      ...options,
      answerTimeout,
      heartbeat,
      clock: this.#clock,
      backoff: options.backoff ?? fullJitter(),
      greet: (session: { request(request: Request): void }) => {
        if (!exceptions) return;
        // A server that does not know the option answers ERROR, and fails jobs in place of it.
        session.request(new OptionQuestion("exceptions"));
      },
      onUp: (server: Address) => this.tell(new ServerEvent("up", server)),
      onDown: (server: Address, reason: GearmanError) =>
        this.tell(new ServerEvent("down", server, reason)),
      onUnsent: (from: Upstream, requests: Request[], reason: GearmanError) =>
        this.#reroute(from, requests, reason),
    };
    this.#upstreams = parseServers(options.servers).map((at) => new Upstream(at, shared));
  }

  /**
   * Submits a foreground job. The task is there at once; trouble of any kind comes out of it, save
   * misuse, which is thrown: a `TypeError` or `RangeError` for a name or a unique that cannot be.
   *
   * A workload of 16 KiB and more is not copied: leave it alone until the task is accepted.
   *
   * `timeout` bounds the whole job; there is none by default, for a function may have no worker
   * for a week. To abort is to stop following: the job runs on.
   */
  submit<Name extends FunctionNameOf<Definitions>>(
    functionName: Name,
    ...rest: SubmitArguments<Definitions, Name, ForegroundOptions>
  ): Task<OutputOf<Definitions, Name>>;
  submit(
    functionName: string,
    input: unknown = "",
    options: ForegroundOptions = {},
  ): Task<unknown> {
    const { unique = "", priority = "normal" } = options;
    const contract = this.#check(functionName, unique, input, priority);
    const type = FOREGROUND[priority];
    const submission = new Submission(type, functionName, unique, this.#taskBytes);
    const task = new Task<unknown>(submission, contract);
    options.feed?.follow(task, submission);
    limitWait(submission, options, this.#clock, `the end of a job of function "${functionName}"`);
    this.#load(submission, input, contract);
    return task;
  }

  /**
   * Submits a background job. Resolves when a server has taken it. A `unique` is made where none
   * is given, since servers with a store keep one job for each.
   *
   * Rejects with a {@linkcode LinkError} when no server can be reached, or the link was lost before
   * the acknowledgement (its `outcome` tells which), with code `SILENT` when the server owed one for
   * the client's `answerTimeout`; with a {@linkcode ServerError} when the server refuses; and with a
   * {@linkcode JobTimeout} after `timeout`, if one is given.
   */
  background<Name extends FunctionNameOf<Definitions>>(
    functionName: Name,
    ...rest: SubmitArguments<Definitions, Name, SubmitOptions>
  ): Promise<JobReceipt>;
  background(
    functionName: string,
    input: unknown = "",
    options: SubmitOptions = {},
  ): Promise<JobReceipt> {
    const { unique = crypto.randomUUID(), priority = "normal" } = options;
    const contract = this.#check(functionName, unique, input, priority);
    const deposit = new Deposit(BACKGROUND[priority], functionName, unique);
    limitWait(deposit, options, this.#clock, "an answer");
    this.#load(deposit, input, contract);
    return deposit.promise;
  }

  /**
   * Asks how a job stands: by the receipt of {@linkcode background}, or by a part of it. With a
   * `handle` the server's own name for the job is asked for, otherwise the `unique`. Without a
   * `server` the first reachable one is asked.
   */
  status(
    job: { readonly server?: Address; readonly handle: string } | {
      readonly server?: Address;
      readonly unique: string;
    },
    options: WaitOptions = {},
  ): Promise<JobStatus> {
    const question = new StatusQuestion(...nameOf(job));
    return this.#ask(question, options, this.#upstreamOf(job.server));
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
  fate(
    job: { readonly server?: Address; readonly handle: string } | {
      readonly server?: Address;
      readonly unique: string;
    },
    options: WaitOptions = {},
  ): Promise<JobFate> {
    const [by, name] = nameOf(job);
    const inquiry = new FateInquiry(by, name, this.#taskBytes);
    const upstream = this.#upstreamOf(job.server);
    limitWait(inquiry, options, this.#clock, "an answer");
    return quiet(inquiry.ask((request, server) => {
      request.isPinned = server !== undefined;
      this.#send(request, this.#upstreamOf(server));
    }, upstream?.address));
  }

  /** Sends bytes to a server and resolves with the milliseconds until they were back. */
  ping(
    options: WaitOptions & { readonly server?: Address; readonly data?: Uint8Array } = {},
  ): Promise<number> {
    const { server, data } = options;
    const start = this.#clock.now();
    const answer = this.#ask(new EchoQuestion(data), options, this.#upstreamOf(server));
    return quiet(answer.then(() => this.#clock.now() - start));
  }

  /**
   * Sends what was submitted, then closes. What has no answer by then rejects with a
   * {@linkcode LinkError} of code `CLOSED`, or {@linkcode JobLost}; jobs that servers have run on.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#upstreams.map((upstream) => upstream.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #ask<T>(question: Question<T>, options: WaitOptions, upstream?: Upstream): Promise<T> {
    question.isPinned = upstream !== undefined;
    limitWait(question, options, this.#clock, "an answer");
    this.#send(question, upstream);
    return question.promise;
  }

  /** Throws for what cannot be submitted. Returns what is agreed on about the function. */
  #check(
    functionName: string,
    unique: string,
    input: unknown,
    priority: Priority,
  ): Contract | undefined {
    checkFunctionName(functionName);
    if (unique !== "") checkUnique(unique);
    if (!Object.hasOwn(FOREGROUND, priority)) {
      throw new TypeError(`Expected priority "high", "normal" or "low", got ${got(priority)}`);
    }
    if (this.#jobs !== undefined) return this.#jobs.contractOf(functionName);
    if (typeof input !== "string" && !(input instanceof Uint8Array)) {
      throw new TypeError(`Expected a workload of text or a Uint8Array, got ${got(input)}`);
    }
    return undefined;
  }

  /** Sends a job once its workload is there: at once, unless a validator takes its time. */
  #load(request: Laden, input: unknown, contract: Contract | undefined): void {
    if (request.isSettled) return;
    const send = (workload: Workload) => {
      request.workload = workload;
      this.#send(request);
    };
    if (contract === undefined) return send(input as Workload);
    let workload: Awaitable<Workload>;
    try {
      workload = contract.encodeInput(input, { outcome: "unsent" });
    } catch (invalid) {
      return request.refuse(invalid);
    }
    if (!(workload instanceof Promise)) return send(workload);
    workload.then(send, (invalid) => request.refuse(invalid));
  }

  #send(request: Request, upstream?: Upstream): void {
    if (request.isSettled) return;
    if (this.#isClosed) request.refuse(new LinkError("CLOSED", "Client was closed"));
    else (upstream ?? this.#route(request)!).request(request);
  }

  /**
   * The first server that is up or untried; with all of them down, the one whose wait is over
   * first. Undefined: every one has been tried for this request.
   */
  #route(request: Request): Upstream | undefined {
    const [first] = this.#upstreams;
    if (first.retryAt === 0 && request.tried.length === 0) return first;
    const now = this.#clock.now();
    let best: Upstream | undefined;
    for (const upstream of this.#upstreams) {
      if (request.tried.includes(upstream)) continue;
      if (upstream.retryAt <= now) return upstream;
      if (best === undefined || upstream.retryAt < best.retryAt) best = upstream;
    }
    return best;
  }

  #upstreamOf(server: Address | undefined): Upstream | undefined {
    if (server === undefined) return undefined;
    const name = addressText(server);
    const upstream = this.#upstreams.find((one) => addressText(one.address) === name);
    if (upstream !== undefined) return upstream;
    const known = namesOf(this.#upstreams);
    throw new TypeError(`Expected a server of this client (${known}), got ${got(name)}`);
  }

  /** Tries the next server for each request that another could serve; refuses the rest. */
  #reroute(from: Upstream, requests: Request[], reason: GearmanError): void {
    for (const request of requests) {
      if (request.isSettled) continue;
      request.tried.push(from);
      const next = this.#isClosed || request.isPinned ? undefined : this.#route(request);
      if (next !== undefined) next.request(request);
      else request.refuse(request.tried.length === 1 ? reason : noServers(request.tried, reason));
    }
  }
}

/** How a job is named, and its name. */
function nameOf(
  job: { readonly handle: string } | { readonly unique: string },
): [by: "handle" | "unique", name: string] {
  if (typeof job !== "object" || job === null) {
    throw new TypeError(`Expected { handle } or { unique }, got ${got(job)}`);
  }
  return "handle" in job
    ? ["handle", checkHandle(job.handle)]
    : ["unique", checkUnique(job.unique)];
}

function namesOf(upstreams: readonly Upstream[]): string {
  return upstreams.map((upstream) => addressText(upstream.address)).join(", ");
}

function noServers(tried: readonly Upstream[], cause: GearmanError): LinkError {
  return new LinkError("NO_SERVERS", `None of ${namesOf(tried)} could be reached`, { cause });
}
