/**
 * Offers functions and runs their jobs, one at a time, by objects of job classes. What waits in
 * PHP returns a promise here.
 *
 * @module
 */
import { JobTimeout, LinkError } from "../../errors.ts";
import { checkOptions, type OptionNames, wrongType } from "../../misuse.ts";
import {
  type TakenJob,
  Worker as CoreWorker,
  type WorkerOptions as CoreWorkerOptions,
} from "../../worker/mod.ts";
import { type DataRules, netGearmanRules } from "./data_rules.ts";
import { Exception } from "./exceptions.ts";
import { Job } from "./job.ts";
import type { InitParams, Job_Common } from "./job_common.ts";
import { nameOf, placeOf, serverList, type ServerName } from "./servers.ts";
import { TakenConnection } from "./taken_connection.ts";
import {
  type JobCompleteCallback,
  type JobFailCallback,
  type StartCallback,
  WorkerCallbacks,
  type WorkerCallbackType,
  type WorkerStatusCallback,
} from "./worker_callbacks.ts";

/** Options of the worker, beside those that Net_Gearman has. */
export interface WorkerOptions extends
  Pick<
    CoreWorkerOptions,
    "dial" | "codec" | "maxPacketBytes" | "answerTimeout" | "heartbeat"
  > {
  /** Where time comes from. */
  readonly clock: NonNullable<CoreWorkerOptions["clock"]>;
  /** How arguments and results travel. Default: {@linkcode netGearmanRules}. */
  readonly rules?: DataRules;
}

const WORKER_OPTIONS: OptionNames<WorkerOptions> = {
  dial: true,
  codec: true,
  maxPacketBytes: true,
  answerTimeout: true,
  heartbeat: true,
  clock: true,
  rules: true,
};

/**
 * Asked whether the worker is to stop: with `idle` false after each job, with `idle` true every
 * `socket_timeout` milliseconds while there is none. `lastJobTime` is the Unix second of the last
 * job's end, or of the worker's beginning.
 */
export type Monitor = (idle: boolean, lastJobTime: number) => boolean | Promise<boolean>;

/** Options of {@linkcode Worker.beginWork}, beside those that Net_Gearman has. */
export interface BeginWorkOptions {
  /** Ends the work: a job that runs is run to its end. */
  readonly signal?: AbortSignal;
}

const WORK_OPTIONS: OptionNames<BeginWorkOptions> = { signal: true };

/** How the worker stands with its servers. */
export interface ConnectionStatus {
  /** Servers that it is connected to. */
  readonly connected: number;
  /** Servers that it is not connected to. */
  readonly disconnected: number;
  /** Whether it is connected, by server. */
  readonly servers: Readonly<Record<string, boolean>>;
  /** Jobs done, by server. */
  readonly stats: Readonly<Record<string, number>>;
}

/** One server, as a worker knows it. */
interface Post {
  readonly name: string;
  isConnected: boolean;
  failures: number;
}

/** Milliseconds between two questions to the monitor, where nothing else is said. */
const MONITOR_INTERVAL = 250;

/**
 * Milliseconds to wait before a lost server is dialled again, and after a job that was given back:
 * 3 s, doubled each time, up to 60 s.
 */
function backoff(attempt: number): number {
  return Math.min(60_000, 3_000 * 2 ** (attempt - 1));
}

/** A worker. */
export class Worker {
  /** Callbacks for the beginning of a job. */
  static readonly JOB_START = 1;
  /** Callbacks for its end. */
  static readonly JOB_COMPLETE = 2;
  /** Callbacks for its failure. */
  static readonly JOB_FAIL = 3;
  /** Callbacks for news of the worker. */
  static readonly WORKER_STATUS = 4;

  readonly #core: CoreWorker;
  readonly #clock: WorkerOptions["clock"];
  readonly #rules: DataRules;
  readonly #interval: number;
  readonly #posts = new Map<string, Post>();
  /** Jobs done, by server. */
  readonly #jobs = new Map<string, number>();
  readonly #abilities = new Map<string, InitParams>();
  readonly #callbacks = new WorkerCallbacks(() => this.#work?.abort());
  /** Ends the work that is under way. */
  #work: AbortController | undefined;
  #isRunning = false;
  #isOver = false;

  /** `id` is what the `workers` command shows; `socket_timeout` is in milliseconds. */
  constructor(
    servers: ServerName | readonly ServerName[],
    id: string,
    socket_timeout: number | string | null,
    options: WorkerOptions,
  ) {
    checkOptions(options, WORKER_OPTIONS, "new Net_Gearman_Worker()");
    const list = serverList(servers);
    const timeout = socket_timeout === null ? undefined : Number(socket_timeout);
    if (timeout !== undefined && !(timeout > 0)) {
      throw new Exception("Invalid value for socket timeout");
    }
    const { rules = netGearmanRules, ...others } = options;
    this.#rules = rules;
    this.#clock = options.clock;
    this.#interval = timeout ?? MONITOR_INTERVAL;
    for (const server of list) {
      this.#posts.set(placeOf(server), { name: nameOf(server), isConnected: false, failures: 0 });
    }
    const name = id === "" ? `geartrain_${crypto.randomUUID().slice(0, 13)}` : id;
    const dialTimeout = timeout === undefined ? {} : { dialTimeout: timeout };
    this.#core = new CoreWorker({
      ...others,
      ...dialTimeout,
      servers: list,
      id: name,
      backoff,
      resetAbilities: true,
    });
    this.#core.addEventListener("up", ({ server }) => {
      const post = this.#postOf(server)!;
      post.isConnected = true;
      this.#tell(`Connected to ${post.name}`, post);
    });
    this.#core.addEventListener("down", ({ server, reason }) => {
      const post = this.#postOf(server)!;
      const what = post.isConnected ? "Connection lost" : "Connection failed";
      post.isConnected = false;
      post.failures++;
      this.#tell(`${what}: ${reason?.message}`, post);
    });
  }

  /**
   * Offers a function. `timeout` is in seconds: a job that runs for longer goes to another worker,
   * or to this one again, and what it says from then on is not heard. `initParams` is what its job objects are told, and
   * may say where their class is.
   */
  addAbility(ability: string, timeout: number | null = null, initParams: InitParams = {}): void {
    this.#checkOpen();
    const limit = timeout !== null && timeout > 0
      ? { timeout: timeout * 1000, onTimeout: "requeue", announce: true } as const
      : {};
    this.#core.add(ability, undefined, limit);
    this.#abilities.set(ability, initParams);
  }

  /**
   * Works until the monitor, by default {@linkcode stopWork}, says that it is enough. Rejects with
   * what a callback throws, once the job that runs has ended. The connections stay open until
   * {@linkcode endWork}.
   */
  async beginWork(monitor: Monitor | null = null, options: BeginWorkOptions = {}): Promise<void> {
    this.#checkOpen();
    if (monitor !== null && typeof monitor !== "function") {
      throw wrongType("a monitor that is a function", monitor);
    }
    checkOptions(options, WORK_OPTIONS, "beginWork()");
    if (this.#work !== undefined) throw new Exception("Worker is at work already");
    const { signal } = options;
    const work = this.#work = new AbortController();
    const stop = () => work.abort();
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      // What went wrong since the last time.
      await this.#callbacks.settled();
      await this.#loop(monitor, work);
    } finally {
      // A monitor that threw may have left a wait for a job behind.
      stop();
      signal?.removeEventListener("abort", stop);
      this.#work = undefined;
    }
    await this.#callbacks.settled();
  }

  /** Adds a callback; those of one type are called in the order of their adding, and awaited. */
  attachCallback(callback: JobCompleteCallback, type?: 2): void;
  attachCallback(callback: StartCallback, type: 1): void;
  attachCallback(callback: JobFailCallback, type: 3): void;
  attachCallback(callback: WorkerStatusCallback, type: 4): void;
  attachCallback(
    callback: (...args: never[]) => unknown,
    type: WorkerCallbackType = Worker.JOB_COMPLETE,
  ): void {
    this.#callbacks.attach(callback, type);
  }

  /** How the worker stands with its servers. */
  connection_status(): ConnectionStatus {
    const posts = [...this.#posts.values()];
    const connected = posts.filter((post) => post.isConnected).length;
    return {
      connected,
      disconnected: posts.length - connected,
      servers: Object.fromEntries(posts.map(({ name, isConnected }) => [name, isConnected])),
      stats: Object.fromEntries(this.#jobs),
    };
  }

  /**
   * Takes no more jobs, lets the one that runs end, for 30 seconds, withdraws all abilities and
   * closes all connections.
   */
  async endWork(): Promise<void> {
    this.#isOver = true;
    this.#work?.abort();
    await (this.#isRunning ? this.#core.drain() : this.#core.close());
    for (const post of this.#posts.values()) post.isConnected = false;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.endWork();
  }

  /** The monitor where none is given: says no. Meant to be overridden. */
  stopWork(_idle = true, _lastJobTime = 0): boolean | Promise<boolean> {
    return false;
  }

  #checkOpen(): void {
    if (this.#isOver) throw new Exception("Worker has ended its work");
  }

  async #loop(monitor: Monitor | null, work: AbortController): Promise<void> {
    const mayStop = monitor !== null || this.stopWork !== Worker.prototype.stopWork;
    const ask: Monitor = monitor ?? ((idle, lastJobTime) => this.stopWork(idle, lastJobTime));
    let lastJobTime = now();
    while (!work.signal.aborted) {
      const idle = mayStop ? () => ask(true, lastJobTime) : undefined;
      const job = await this.#nextJob(idle, work);
      if (job === undefined) return;
      this.#isRunning = true;
      await this.#doWork(job).finally(() => this.#isRunning = false);
      lastJobTime = now();
      if (await ask(false, lastJobTime)) return;
    }
  }

  /** The next job; undefined when the work is over. */
  async #nextJob(
    mayStop: (() => boolean | Promise<boolean>) | undefined,
    work: AbortController,
  ): Promise<TakenJob | undefined> {
    const { signal } = work;
    const atOnce = await this.#take({ wait: false, signal });
    if (atOnce !== undefined || signal.aborted) return atOnce;
    this.#tell("Worker going quiet");
    const job = this.#take({ signal });
    while (mayStop !== undefined) {
      const [came, stopTimer] = this.#within(job);
      const isThere = await came.finally(stopTimer);
      if (isThere || signal.aborted) break;
      if (await mayStop()) work.abort();
    }
    return await job;
  }

  /** A job; undefined when the wait was given up, or there is no server to ask. */
  async #take(options: { wait?: boolean; signal: AbortSignal }): Promise<TakenJob | undefined> {
    try {
      return await this.#core.take(options);
    } catch (error) {
      if (options.signal.aborted || error instanceof LinkError) return undefined;
      throw error;
    }
  }

  /** Whether something comes before the monitor is to be asked again, and what stops that timer. */
  #within(job: Promise<unknown>): [Promise<boolean>, () => void] {
    let stopTimer = () => {};
    const late = new Promise<boolean>((resolve) => {
      stopTimer = this.#clock.after(this.#interval, () => resolve(false));
    });
    return [Promise.race([job.then(() => true), late]), stopTimer];
  }

  /** Runs a job to its end, and tells the callbacks. */
  async #doWork(job: TakenJob): Promise<void> {
    const { handle, functionName } = job;
    const conn = new TakenConnection(job, this.#rules);
    let object: Job_Common | undefined;
    try {
      let result: unknown;
      try {
        object = await Job.factory(functionName, conn, handle, this.#abilities.get(functionName));
        const argument = this.#rules.decodeArgument(job.workload);
        await this.#callbacks.call(Worker.JOB_START, handle, functionName, argument);
        result = this.#rules.wrapResult(await object.run(argument));
        object.complete(result);
      } catch (error) {
        return await this.#failed(job, conn, object, error);
      }
      if (job.signal.aborted) return this.#lost(job);
      this.#count(job);
      await this.#callbacks.call(Worker.JOB_COMPLETE, handle, functionName, result);
    } finally {
      await dispose(object);
    }
  }

  /** A job ended with a throw: of its class, of its maker, or of a callback at its start. */
  async #failed(
    job: TakenJob,
    conn: TakenConnection,
    object: Job_Common | undefined,
    error: unknown,
  ): Promise<void> {
    if (job.signal.aborted) return this.#lost(job);
    const { handle, functionName } = job;
    if (object === undefined) conn.send("work_fail", { handle });
    else object.fail();
    this.#count(job);
    await this.#callbacks.call(Worker.JOB_FAIL, handle, functionName, error);
  }

  /** The server has given the job to another, or given it up: nobody listens to how it ended here. */
  #lost({ handle, server, signal }: TakenJob): void {
    const what = signal.reason instanceof JobTimeout
      ? "Time limit passed"
      : "Connection lost while doing work";
    this.#tell(`${what}: ${handle}`, this.#postOf(server));
  }

  /** News of the worker. */
  #tell(message: string, post?: Post): void {
    const { name = null, isConnected = null, failures = null } = post ?? {};
    this.#callbacks.tell(message, name, isConnected, failures);
  }

  /** A job is done. Its server goes by the name it was given, or by that of the dial where none fits. */
  #count({ server }: TakenJob): void {
    const name = this.#postOf(server)?.name ?? nameOf(server);
    this.#jobs.set(name, (this.#jobs.get(name) ?? 0) + 1);
  }

  /** What is known of a server; nothing, if the dial has named it otherwise than it was given. */
  #postOf(server: ServerName): Post | undefined {
    return this.#posts.get(placeOf(server));
  }
}

/** The Unix second. */
function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** What PHP's destructor would do, where a job class has something to do. */
async function dispose(job: Job_Common | undefined): Promise<void> {
  const object = job as Partial<AsyncDisposable & Disposable> | undefined;
  if (object?.[Symbol.asyncDispose] !== undefined) await object[Symbol.asyncDispose]!();
  else object?.[Symbol.dispose]?.();
}
