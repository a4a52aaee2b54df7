/**
 * Offers functions to job servers and runs the jobs that come.
 *
 * @module
 */
import { type GearmanError, got, type ServerError } from "../errors.ts";
import {
  type AnyJobs,
  checkJobs,
  type FunctionNameOf,
  type JobDefinitions,
  type Jobs,
} from "../jobs/mod.ts";
import {
  type Backoff,
  checkConnectOptions,
  checkPeriod,
  checkSignal,
  checkTimeout,
  type Clock,
  CONNECT_OPTIONS,
  type ConnectOptions,
  DEFAULT_ANSWER_TIMEOUT,
  DEFAULT_HEARTBEAT,
  fullJitter,
  quiet,
  rejecting,
  ServerEvent,
  ServerEvents,
  type Servers,
  serversIn,
  systemClock,
  whenAborted,
} from "../link/mod.ts";
import {
  checkFlag,
  checkFunction,
  checkOptions,
  type OptionNames,
  takenBy,
  wrongType,
} from "../misuse.ts";
import { checkClientId } from "../protocol/mod.ts";
import type { Address } from "../sockets/socket.ts";
import { Ability, ADD_OPTIONS, type AddOptions, checkConcurrency } from "./ability.ts";
import { contracted, type HandlerOf, type TypedJob } from "./contracted.ts";
import type { Group } from "./group.ts";
import { Groups } from "./groups.ts";
import type { HeldJob } from "./held_job.ts";
import type { Handler, Middleware, TakenJob } from "./job.ts";
import { Posts } from "./posts.ts";
import { runJob } from "./runner.ts";
import { TAKE_OPTIONS, type TakeOptions, Takers } from "./takers.ts";

/** Options of {@linkcode Worker}. */
export interface WorkerOptions<Definitions extends JobDefinitions = AnyJobs>
  extends ConnectOptions {
  /** The job servers; the worker takes jobs from all of them. */
  readonly servers: Servers;
  /**
   * What functions take and give, made by `defineJobs()`. Handlers then find their `job.input` and
   * return their output. Default: any name, bytes in and out.
   */
  readonly jobs?: Jobs<Definitions>;
  /**
   * How many jobs may run at once, those of functions with a concurrency of their own not counted.
   * Default 1.
   */
  readonly concurrency?: number;
  /** The name that the `workers` command of a server shows: 1 to 127 bytes. */
  readonly id?: string;
  /** The waits between tries to reach a server. Default: full jitter, 0.1 s to 30 s. */
  readonly backoff?: Backoff;
  /**
   * Milliseconds after which a sleeping worker looks for delayed jobs itself, or Infinity for
   * never. Default 1,000. It does so only on servers that do not wake it when one is due: gearmand
   * before 2.0.
   */
  readonly poll?: number;
  /**
   * Whether a worker that leaves says so with RESET_ABILITIES, before it closes its links. Servers
   * take the end of a link for the same. Default false.
   */
  readonly resetAbilities?: boolean;
}

const WORKER_OPTIONS: OptionNames<WorkerOptions> = {
  ...takenBy("add()", ADD_OPTIONS),
  servers: true,
  ...CONNECT_OPTIONS,
  jobs: true,
  concurrency: true,
  id: true,
  backoff: true,
  poll: true,
  resetAbilities: true,
};

/** Options of {@linkcode Worker.drain}. */
export interface DrainOptions {
  /** Milliseconds to wait for running jobs, or Infinity. Default 30,000. */
  readonly timeout?: number;
}

const DRAIN_OPTIONS: OptionNames<DrainOptions> = { timeout: true };

const RUN_OPTIONS: OptionNames<Pick<TakeOptions, "signal">> = { signal: true };

/**
 * Runs jobs. Servers that are lost are dialled again, with growing waits; `"up"` and `"down"`
 * events tell of it.
 */
export class Worker<Definitions extends JobDefinitions = AnyJobs> extends ServerEvents {
  readonly #jobs: Jobs<Definitions> | undefined;
  readonly #abilities = new Map<string, Ability>();
  readonly #middleware: Middleware[] = [];
  readonly #groups: Groups;
  readonly #posts: Posts;
  readonly #clock: Clock;
  /** Functions that are offered no more where they were, and have jobs in hand there. */
  readonly #leaving = new Map<string, Promise<unknown>>();
  /** Set when it is asked for jobs one by one, and does not run them. */
  #takers: Takers | undefined;
  #isStarted = false;
  #isClosing = false;
  #resolveClosed!: () => void;
  /** Those who wait until there is nothing left to run. */
  #idleWaiters: ((reason?: GearmanError) => void)[] = [];
  /** Resolves when the worker has been closed. */
  readonly closed: Promise<void>;

  constructor(options: WorkerOptions<Definitions>) {
    super();
    const servers = serversIn(options, "servers");
    checkOptions(options, WORKER_OPTIONS, "new Worker()");
    this.#jobs = checkJobs(options.jobs);
    const { concurrency = 1, id, poll = 1_000, backoff = fullJitter() } = options;
    const { answerTimeout = DEFAULT_ANSWER_TIMEOUT, heartbeat = DEFAULT_HEARTBEAT } = options;
    checkConnectOptions(options);
    checkConcurrency(concurrency);
    checkPeriod(poll, "poll");
    checkFlag(options.resetAbilities ?? false, "resetAbilities");
    if (id !== undefined) checkClientId(id);
    this.closed = new Promise((resolve) => this.#resolveClosed = resolve);
    this.#clock = options.clock ?? systemClock;
    this.#groups = new Groups(concurrency);
    const shared = {
      ...options,
      answerTimeout,
      heartbeat,
      poll,
      clock: this.#clock,
      backoff: checkFunction(backoff, "backoff"),
      groups: () => this.#groups.linked,
      deliver: (job: HeldJob) => {
        if (this.#takers === undefined) runJob(job, job.ability.run!);
        else this.#takers.deliver(job);
      },
      onIdle: () => this.#checkIdle(),
      onUp: (server: Address) => {
        if (!this.#isClosing) this.tell(new ServerEvent("up", server));
      },
      onRefused: (server: Address, reason: ServerError) => {
        this.tell(new ServerEvent("refused", server, reason));
      },
      onDown: (server: Address, reason: GearmanError) => {
        this.tell(new ServerEvent("down", server, reason));
        this.#checkIdle();
      },
    };
    this.#posts = new Posts(servers, shared);
  }

  /**
   * Why nobody gives it jobs: what a server said last, while every server is up and lets it work on
   * none of its functions. Servers are asked again when a link is opened anew, and by {@linkcode add}.
   * Undefined while one of them lets it work on something, or cannot be reached and so may yet.
   */
  get refusal(): ServerError | undefined {
    return this.#posts.refusal;
  }

  /** How many jobs may run at once; see {@linkcode WorkerOptions.concurrency}. Assign to change it. */
  get concurrency(): number {
    return this.#groups.concurrency;
  }

  set concurrency(concurrency: number) {
    this.#groups.concurrency = checkConcurrency(concurrency);
  }

  /**
   * Offers a function; or, when it is offered already, changes how its next jobs are run. May be
   * called before and after {@linkcode start}. Only a worker that {@linkcode take}s can do without
   * handlers. Throws a `TypeError` or `RangeError` for a name or an option that cannot be, and when
   * the worker is closed.
   *
   * @example
   * ```ts
   * import { Worker } from "geartrain";
   *
   * const worker = new Worker({ servers: "127.0.0.1", concurrency: 8 });
   * worker.add("resize", (job) => job.workload, { timeout: 30_000, concurrency: 2 });
   * worker.add("resize", (job) => job.workload, { timeout: 60_000, concurrency: 4 }); // from now on
   * await worker.close();
   * ```
   */
  add<Name extends FunctionNameOf<Definitions>>(
    functionName: Name,
    handler?: HandlerOf<Definitions, Name>,
    options: AddOptions = {},
  ): this {
    this.#checkOpen();
    checkOptions(options, ADD_OPTIONS, "add()");
    if (typeof handler !== "function" && (handler !== undefined || this.#runsJobs)) {
      throw wrongType("a handler", handler);
    }
    const contract = this.#jobs?.contractOf(functionName);
    const onBytes = contract === undefined || handler === undefined
      ? handler as Handler | undefined
      : contracted(contract, handler as (job: TypedJob<unknown>) => unknown);
    const ability = new Ability(functionName, onBytes, options);
    ability.wrap(this.#middleware);
    this.#abilities.set(functionName, ability);
    if (this.#isStarted) this.#place(ability);
    return this;
  }

  /**
   * Offers a function no more. Resolves when those of its jobs that have come have ended, and no
   * server gives it others, with whether it was offered: at once, when it was not. Never rejects.
   */
  async remove(functionName: FunctionNameOf<Definitions>): Promise<boolean> {
    const wasOffered = this.#abilities.delete(functionName);
    if (wasOffered) {
      await this.#displace(functionName);
      // Those that are left may be such as no server lets us work on.
      this.#checkIdle();
    }
    return wasOffered;
  }

  /**
   * Puts something around every handler, those added before and after. The first is outermost. Jobs
   * that run are not touched, nor are those that are taken.
   *
   * @example
   * ```ts
   * import { Worker } from "geartrain";
   *
   * const worker = new Worker({ servers: "127.0.0.1" });
   * worker.use(async (job, next) => {
   *   const start = performance.now();
   *   try {
   *     return await next();
   *   } finally {
   *     console.log(`${job.functionName} took ${performance.now() - start} ms`);
   *   }
   * });
   * await worker.close();
   * ```
   */
  use(middleware: Middleware): this {
    this.#middleware.push(checkFunction(middleware, "middleware"));
    for (const ability of this.#abilities.values()) ability.wrap(this.#middleware);
    return this;
  }

  /**
   * Begins to take jobs and to run them. Returns at once: trouble with a server is an event, and a
   * function may still be added. Throws a `TypeError` when the worker is closed, {@linkcode take}s, or
   * lacks a handler.
   */
  start(): void {
    this.#checkOpen();
    if (this.#takers !== undefined) {
      throw new TypeError("Expected a worker that runs its jobs, got one whose jobs are taken");
    }
    for (const { name, handler } of this.#abilities.values()) {
      if (handler === undefined) throw new TypeError(`Expected a handler for ${got(name)}`);
    }
    this.#start();
  }

  /**
   * The next job of any function that is offered, to be run by whoever asked for it: no handler
   * is called. Ask again for another one, before or after the first has ended. While nobody asks,
   * no job is fetched.
   *
   * Resolves with undefined when the worker is closed or drained. Rejects with the signal's reason
   * when that aborts: a job that was under way then is given to the next call, or goes back when
   * the worker closes. Rejects with a `TypeError` when no function is offered, or the worker runs
   * its jobs itself: it is one or the other. Concurrency, middleware and `defineJobs()` do
   * not apply: a taken job is bytes. Servers that cannot be reached are dialled again, and
   * the wait goes on; with `wait: false` it rejects with a {@linkcode LinkError} when none can be.
   * Rejects with a {@linkcode ServerError}, the worker's {@linkcode refusal}, when every server is up
   * and lets it work on none of its functions; with `wait: false`, when those that are up do not.
   *
   * @example
   * ```ts
   * import { Client, JobServer, Worker } from "geartrain";
   *
   * const server = await JobServer.listen();
   * const client = new Client({ servers: server.address });
   * const task = client.submit("reverse", "abc");
   *
   * const worker = new Worker({ servers: server.address }).add("reverse");
   * const job = await worker.take();
   * job?.complete(job.text().split("").reverse().join(""));
   * console.log(await task.text()); // cba
   *
   * await worker.close();
   * await client.close();
   * await server.close();
   * ```
   */
  take(options: TakeOptions = {}): Promise<TakenJob | undefined> {
    return rejecting(() => {
      checkOptions(options, TAKE_OPTIONS, "take()");
      if (options.signal !== undefined) checkSignal(options.signal);
      checkFlag(options.wait ?? true, "wait");
      if (this.#runsJobs) {
        throw new TypeError("Expected a worker whose jobs are taken, got one that runs them");
      }
      this.#checkOffers();
      if (this.#isClosing) return Promise.resolve(undefined);
      this.#takers ??= new Takers(this.#groups.share());
      const job = this.#takers.take(options);
      if (!options.signal?.aborted) this.#start();
      // What it knows of a server may be older than what the caller knows.
      if (options.wait === false) this.#groups.ask();
      // Of those that wait to be dialled again, or let us work on nothing, nothing comes.
      if (options.wait === false || this.refusal !== undefined) this.#checkIdle();
      return quiet(job);
    });
  }

  /**
   * Runs until no server that can be reached has a job left, then closes: for places where a
   * worker cannot live for ever. When the signal aborts, or the worker is closed or drained, it
   * ends early, and resolves all the same. Rejects with a {@linkcode LinkError} when no server can
   * be reached, with a {@linkcode ServerError} when those that can be let it work on none of its
   * functions, and with a `TypeError` when no function is offered.
   */
  runUntilIdle(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    return rejecting(() => {
      checkOptions(options, RUN_OPTIONS, "runUntilIdle()");
      this.#checkOffers();
      const { signal } = options;
      if (signal !== undefined) checkSignal(signal);
      if (!signal?.aborted) this.start();
      return quiet(this.#untilIdle(signal));
    });
  }

  async #untilIdle(signal: AbortSignal | undefined): Promise<void> {
    let reason: GearmanError | undefined;
    if (!signal?.aborted) {
      const idle = new Promise<GearmanError | undefined>((resolve) =>
        this.#idleWaiters.push(resolve)
      );
      const forget = signal && whenAborted(signal, () => this.#endIdleWait());
      this.#checkIdle();
      reason = await idle;
      forget?.();
    }
    await this.drain();
    if (reason !== undefined) throw reason;
  }

  /**
   * Takes no more jobs, lets those that run end, and closes once the servers have every report.
   * After `timeout` it closes all the same: jobs that still run are told by their signal, and the
   * servers give them to other workers.
   */
  async drain(options: DrainOptions = {}): Promise<void> {
    checkOptions(options, DRAIN_OPTIONS, "drain()");
    const timeout = checkTimeout(options.timeout ?? 30_000, "timeout");
    this.#isClosing = true;
    this.#takers?.end();
    const drained = this.#posts.drain();
    let stopTimer = () => {};
    const late = new Promise<void>((resolve) => stopTimer = this.#clock.after(timeout, resolve));
    await Promise.race([drained, this.closed, late]);
    stopTimer();
    await this.close();
  }

  /**
   * Closes now. Jobs that run are told by their signal; their servers give them to other workers.
   */
  close(): Promise<void> {
    this.#isClosing = true;
    this.#takers?.end();
    this.#endIdleWait();
    this.#posts.close().then(() => this.#resolveClosed());
    return this.closed;
  }

  /** {@linkcode drain}, with its default timeout. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.drain();
  }

  /** Whether it runs its jobs, or was told to. */
  get #runsJobs(): boolean {
    return this.#isStarted && this.#takers === undefined;
  }

  #checkOpen(): void {
    if (this.#isClosing) throw new TypeError("Expected a worker that is open, got a closed one");
  }

  #checkOffers(): void {
    if (this.#abilities.size > 0) return;
    throw new TypeError("Expected a function to run, none was added");
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    for (const ability of this.#abilities.values()) this.#groups.place(ability);
    this.#posts.open();
  }

  /** Offers a function where it belongs. */
  #place(ability: Ability): void {
    const { name } = ability;
    if (this.#groups.isMoving(ability)) void this.#displace(name);
    this.#groups.place(ability);
    this.#posts.open();
  }

  /** Offers a function no more where it was. Resolves when its jobs have ended, where it was before too. */
  async #displace(functionName: string): Promise<void> {
    const group = this.#groups.displace(functionName);
    const left = Promise.all([
      this.#leaving.get(functionName),
      group && this.#withdraw(group, functionName),
    ]);
    this.#leaving.set(functionName, left);
    await left;
    if (this.#leaving.get(functionName) === left) this.#leaving.delete(functionName);
  }

  #withdraw(group: Group, functionName: string): Promise<void> {
    const isEmpty = group.abilities.size === 0 && group !== this.#groups.shared;
    return isEmpty ? this.#posts.dismiss(group) : this.#posts.withdraw(group, functionName);
  }

  #checkIdle(): void {
    const posts = this.#posts;
    if (this.#idleWaiters.length > 0 && posts.areIdle) this.#endIdleWait(posts.hindrance);
    if (this.#takers !== undefined && posts.areEmpty) {
      this.#takers.idle(posts.hindrance, posts.refusal === undefined ? "impatient" : "all");
    }
  }

  #endIdleWait(reason?: GearmanError): void {
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve(reason);
  }
}
