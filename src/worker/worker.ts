/**
 * Offers functions to job servers and runs the jobs that come.
 *
 * @module
 */
import { type GearmanError, got } from "../errors.ts";
import {
  type Backoff,
  checkConnectOptions,
  checkTimeout,
  type Clock,
  type ConnectOptions,
  DEFAULT_ANSWER_TIMEOUT,
  DEFAULT_HEARTBEAT,
  fullJitter,
  parseServers,
  ServerEvent,
  ServerEvents,
  type Servers,
  systemClock,
} from "../link/mod.ts";
import { checkClientId, checkFunctionName } from "../protocol/mod.ts";
import type { Address } from "../sockets/socket.ts";
import type { HeldJob } from "./held_job.ts";
import type { Handler, TakenJob } from "./job.ts";
import { Post } from "./post.ts";
import { Room } from "./room.ts";
import { runJob } from "./runner.ts";
import type { Session } from "./session.ts";
import { type TakeOptions, Takers } from "./takers.ts";

/** Options of {@linkcode Worker}. */
export interface WorkerOptions extends ConnectOptions {
  /** The job servers; the worker takes jobs from all of them. */
  readonly servers: Servers;
  /** How many jobs may run at once. Default 1. */
  readonly concurrency?: number;
  /** The name that the `workers` command of a server shows: 1 to 127 bytes. */
  readonly id?: string;
  /** The waits between tries to reach a server. Default: full jitter, 0.1 s to 30 s. */
  readonly backoff?: Backoff;
}

/** Options of {@linkcode Worker.drain}. */
export interface DrainOptions {
  /** Milliseconds to wait for running jobs, or Infinity. Default 30,000. */
  readonly timeout?: number;
}

/**
 * Runs jobs. Servers that are lost are dialled again, with growing waits; `"up"` and `"down"`
 * events tell of it.
 */
export class Worker extends ServerEvents {
  readonly #handlers = new Map<string, Handler | undefined>();
  readonly #posts: Post[];
  readonly #clock: Clock;
  readonly #room: Room;
  /** Gives a place back; one function for all jobs. */
  readonly #give: () => void;
  /** Set when it is asked for jobs one by one, and does not run them. */
  #takers: Takers | undefined;
  #isStarted = false;
  #isClosing = false;
  #next = 0;
  #resolveClosed!: () => void;
  /** Those who wait until there is nothing left to run. */
  #idleWaiters: ((reason?: GearmanError) => void)[] = [];
  #lastReason: GearmanError | undefined;
  /** Resolves when the worker has been closed. */
  readonly closed: Promise<void>;

  constructor(options: WorkerOptions) {
    super();
    const { concurrency = 1, id } = options;
    const { answerTimeout = DEFAULT_ANSWER_TIMEOUT, heartbeat = DEFAULT_HEARTBEAT } = options;
    checkConnectOptions(options);
    if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
      throw new RangeError(`Expected a concurrency of 1 or more, got ${got(concurrency)}`);
    }
    if (id !== undefined) checkClientId(id);
    this.closed = new Promise((resolve) => this.#resolveClosed = resolve);
    this.#clock = options.clock ?? systemClock;
    this.#room = new Room(concurrency, () => this.#fill());
    this.#give = () => this.#room.give();
    const shared = {
      ...options,
      answerTimeout,
      heartbeat,
      clock: this.#clock,
      backoff: options.backoff ?? fullJitter(),
      room: this.#room,
      deliver: (job: HeldJob, handler: Handler | undefined) => {
        if (this.#takers === undefined) runJob(job, handler, this.#give);
        else this.#takers.deliver(job);
      },
      onIdle: () => this.#checkIdle(),
      onUp: (session: Session, server: Address) => {
        if (this.#isClosing) return;
        for (const [name, handler] of this.#handlers) session.add(name, handler);
        session.ask();
        this.tell(new ServerEvent("up", server));
      },
      onDown: (server: Address, reason: GearmanError) => {
        this.#lastReason = reason;
        this.tell(new ServerEvent("down", server, reason));
        this.#checkIdle();
      },
    };
    this.#posts = parseServers(options.servers).map((at) => new Post(at, shared));
  }

  /**
   * Offers a function, or gives it another handler. May be called before and after
   * {@linkcode start}. Only a worker that {@linkcode take}s can do without handlers. Throws a
   * `TypeError` or `RangeError` for a name that cannot be.
   */
  add(functionName: string, handler?: Handler): this {
    checkFunctionName(functionName);
    if (typeof handler !== "function" && (handler !== undefined || this.#runsJobs)) {
      throw new TypeError(`Expected a handler, got ${got(handler)}`);
    }
    this.#handlers.set(functionName, handler);
    for (const { session } of this.#posts) session?.add(functionName, handler);
    this.#ask();
    return this;
  }

  /**
   * Begins to take jobs and to run them. Returns at once: trouble with a server is an event. Throws
   * a `TypeError` when the worker is closed, {@linkcode take}s, or lacks a handler.
   */
  start(): void {
    if (this.#isClosing) throw new TypeError("Expected a worker that is open, got a closed one");
    if (this.#takers !== undefined) {
      throw new TypeError("Expected a worker that runs its jobs, got one whose jobs are taken");
    }
    for (const [name, handler] of this.#handlers) {
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
   * its jobs itself: it is one or the other. Servers that cannot be reached are dialled again, and
   * the wait goes on; with `wait: false` it rejects with a {@linkcode LinkError} when none can be.
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
  async take(options: TakeOptions = {}): Promise<TakenJob | undefined> {
    if (this.#runsJobs) {
      throw new TypeError("Expected a worker whose jobs are taken, got one that runs them");
    }
    this.#checkOffers();
    if (this.#isClosing) return undefined;
    if (this.#takers === undefined) {
      this.#room.size = 0;
      this.#takers = new Takers(this.#room);
    }
    const job = this.#takers.take(options);
    if (!options.signal?.aborted) this.#start();
    // What it knows of a server may be older than what the caller knows.
    if (options.wait === false) this.#ask();
    return await job;
  }

  /**
   * Runs until no server that can be reached has a job left, then closes: for places where a
   * worker cannot live for ever. When the signal aborts, or the worker is closed or drained, it
   * ends early, and resolves all the same. Rejects with a {@linkcode LinkError} when no server can
   * be reached, and throws a `TypeError` when no function is offered.
   */
  async runUntilIdle(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    this.#checkOffers();
    const { signal } = options;
    const stop = () => this.#endIdleWait();
    if (!signal?.aborted) this.start();
    signal?.addEventListener("abort", stop, { once: true });
    const idle = new Promise<GearmanError | undefined>((resolve) =>
      this.#idleWaiters.push(resolve)
    );
    if (signal?.aborted) stop();
    else this.#checkIdle();
    const reason = await idle;
    signal?.removeEventListener("abort", stop);
    await this.drain();
    if (reason !== undefined) throw reason;
  }

  /**
   * Takes no more jobs, lets those that run end, and closes once the servers have every report.
   * After `timeout` it closes all the same, and the servers give the rest to other workers.
   */
  async drain(options: DrainOptions = {}): Promise<void> {
    const timeout = checkTimeout(options.timeout ?? 30_000, "timeout");
    this.#isClosing = true;
    this.#takers?.end();
    const drained = Promise.all(this.#posts.map((post) => post.session?.drain()));
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
    Promise.all(this.#posts.map((post) => post.close())).then(() => this.#resolveClosed());
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

  #checkOffers(): void {
    if (this.#handlers.size > 0) return;
    throw new TypeError("Expected a function to run, none was added");
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    for (const post of this.#posts) post.start();
  }

  #ask(): void {
    for (const { session } of this.#posts) session?.ask();
  }

  /** Offers free places to the servers in turn, beginning with another one each time. */
  #fill(): void {
    const posts = this.#posts;
    this.#next = (this.#next + 1) % posts.length;
    for (let i = 0; i < posts.length; i++) {
      posts[(this.#next + i) % posts.length].session?.fill();
    }
  }

  #checkIdle(): void {
    const isReached = this.#posts.some((post) => post.session !== undefined);
    const reason = isReached ? undefined : this.#lastReason;
    if (this.#posts.every((post) => post.isIdle)) this.#endIdleWait(reason);
    if (this.#posts.every((post) => post.isEmpty)) this.#takers?.idle(reason);
  }

  #endIdleWait(reason?: GearmanError): void {
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve(reason);
  }
}
