/**
 * Submits tasks, alone or in sets, and runs what comes of them. What waits in PHP returns a
 * promise here.
 *
 * @module
 */
import {
  Client as CoreClient,
  type ClientOptions as CoreClientOptions,
  type FeedEntry,
  type Task as CoreTask,
  TaskFeed,
} from "../../client/mod.ts";
import { JobException, JobFailed, LinkError } from "../../errors.ts";
import { checkOptions, type OptionNames, wrongType } from "../../misuse.ts";
import { type DataRules, netGearmanRules } from "./data_rules.ts";
import { asException, Exception, Job_Exception } from "./exceptions.ts";
import { answerUnknownMethods } from "./magic.ts";
import { md5 } from "./md5.ts";
import { nameOf, serverList, type ServerName } from "./servers.ts";
import { Set } from "./set.ts";
import { type JobType, Task } from "./task.ts";

/** Options of the client, beside those that Net_Gearman has. */
export interface ClientOptions extends
  Pick<
    CoreClientOptions,
    "dial" | "codec" | "maxPacketBytes" | "answerTimeout" | "heartbeat" | "exceptions" | "taskBytes"
  > {
  /** Where time comes from. */
  readonly clock: NonNullable<CoreClientOptions["clock"]>;
  /** How arguments and results travel. Default: {@linkcode netGearmanRules}. */
  readonly rules?: DataRules;
}

const CLIENT_OPTIONS: OptionNames<ClientOptions> = {
  dial: true,
  codec: true,
  maxPacketBytes: true,
  answerTimeout: true,
  heartbeat: true,
  exceptions: true,
  taskBytes: true,
  clock: true,
  rules: true,
};

/**
 * Called for each attempt to connect that failed, and awaited. `connected` is always false. What it
 * throws, the calls reject with that waited for this attempt.
 */
export type ConnectionCallback = (
  server: string,
  connected: boolean,
  timeout: number,
  secondsSpent: number,
  error: Exception | null,
) => unknown;

/** What a server told of a task: the packet by its name, and its fields. */
export interface TaskResponse {
  readonly function:
    | "job_created"
    | "work_data"
    | "work_warning"
    | "work_status"
    | "work_complete"
    | "work_fail"
    | "work_exception";
  readonly data: {
    readonly handle: string;
    /** The task's own name in its set, for a handle alone does not name its server. */
    readonly uniq: string;
    readonly numerator?: number;
    readonly denominator?: number;
    /** What the packet carries beside the handle. */
    readonly payload?: Uint8Array;
  };
}

/** A task on its way to a server. */
interface Attempt {
  readonly task: Task;
  /** The servers that have not been tried for it. */
  left: readonly ServerName[];
  /** The names of those that have. */
  readonly tried: string[];
  /** The one that it was submitted to last. */
  server: ServerName;
}

/** A set at work. */
interface SetRun {
  readonly set: Set;
  /** Ends the run. */
  readonly signal: AbortSignal;
  /** What the servers tell of all tasks, in the order of the wire. */
  readonly feed: TaskFeed;
  readonly attempts: Map<CoreTask<unknown>, Attempt>;
}

const PRIORITIES = {
  [Task.JOB_NORMAL]: "normal",
  [Task.JOB_BACKGROUND]: "normal",
  [Task.JOB_HIGH]: "high",
  [Task.JOB_HIGH_BACKGROUND]: "high",
  [Task.JOB_LOW]: "low",
  [Task.JOB_LOW_BACKGROUND]: "low",
} as const;

/** The cause of a dial's failure: what a callback threw at an attempt that failed. No other server is tried. */
class Thrown {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** Why tasks of a set are let go: the time of the set is over, or another task's trouble ended it. */
const LET_GO = Symbol("the set has ended");

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Shared clients by the servers they are for. */
const instances = new Map<string, Client>();

/**
 * A client. Whatever method it does not have is a function, called with one argument; those that it
 * has, and those of any object, such as `constructor`, are for {@linkcode Client.__call}.
 */
export class Client {
  readonly #servers: readonly ServerName[];
  readonly #timeout: number;
  readonly #options: ClientOptions;
  readonly #callbacks: ConnectionCallback[] = [];
  /** One client of the library for each server that was needed. */
  #upstreams = new Map<string, CoreClient>();

  constructor(
    servers: ServerName | readonly ServerName[],
    timeout: number,
    options: ClientOptions,
  ) {
    checkOptions(options, CLIENT_OPTIONS, "new Net_Gearman_Client()");
    this.#servers = serverList(servers);
    this.#timeout = timeout;
    this.#options = options;
  }

  /** The one client of a list of servers; made at the first call for it. */
  static getInstance(
    this: new (servers: ServerName | readonly ServerName[], timeout?: number) => Client,
    servers: ServerName | readonly ServerName[],
    timeout = 1000,
  ): Client {
    const key = JSON.stringify(servers);
    let instance = instances.get(key);
    if (instance === undefined) instances.set(key, instance = new this(servers, timeout));
    return instance;
  }

  /** Adds a callback for attempts to connect that fail. */
  attachCallback(callback: ConnectionCallback): void {
    if (typeof callback !== "function") throw new Exception("Invalid callback specified");
    this.#callbacks.push(callback);
  }

  /**
   * Runs the job of a function: what a method of that name does, for functions whose name is taken.
   * In the background, unless a type says otherwise, and resolves with the handle; in the
   * foreground with the result. Rejects with a `Net_Gearman_Job_Exception` when the job failed.
   */
  async __call(func: string, args: readonly unknown[] = []): Promise<unknown> {
    const [arg, type = Task.JOB_BACKGROUND] = args;
    const isBackground = isBackgroundType(type as JobType);
    // PHP makes the unique before it sets the type, so equal calls meet only where we do too.
    const task = new Task(func, isEmpty(arg) ? "" : arg, null, isBackground ? 1 : type as JobType);
    task.type = type as JobType;
    let hasFailed = false;
    task.attachCallback(() => void (hasFailed = true), Task.TASK_FAIL);
    await this.runSet(new Set([task]));
    if (isBackground) return task.handle;
    if (!hasFailed) return task.result;
    const why = task.exception === "" ? "" : `: ${task.exception}`;
    throw new Job_Exception(`Job ${task.handle} of function ${func} failed${why}`);
  }

  /**
   * Submits the tasks of a set in their order, and resolves when all are finished; after `timeout`
   * seconds it resolves all the same, and tasks that are not finished say so. Rejects with a
   * `Net_Gearman_Exception` when no server can be reached, one refuses a task, or the connection
   * to it is lost; and with what a callback throws.
   */
  async runSet(set: Set, timeout: number | null = null): Promise<void> {
    if (!(set instanceof Set)) {
      throw wrongType("a Net_Gearman_Set to run", set);
    }
    const end = new AbortController();
    const run = { set, signal: end.signal, feed: new TaskFeed(), attempts: new Map() };
    const late = timeout === null ? () => {} : this.#options.clock.after(
      Math.max(0, timeout * 1000),
      () => end.abort(LET_GO),
    );
    try {
      const tasks = Array.from(set).filter((task) => !task.finished);
      const handedOver = tasks.map((task) => this.#begin(task, run));
      await Promise.all([...handedOver, this.#follow(run)]);
    } finally {
      late();
      end.abort(LET_GO);
    }
    if (set.finished()) await set.settled();
  }

  /** Closes all connections; the next task opens those that it needs. */
  async disconnect(): Promise<void> {
    const upstreams = [...this.#upstreams.values()];
    this.#upstreams = new Map();
    await Promise.all(upstreams.map((upstream) => upstream.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disconnect();
  }

  /**
   * The connection for a task: to the server that its unique falls to, or, without a unique, to
   * any. Equal uniques meet on one server, PHP's among them.
   */
  protected getConnection(
    uniq: string | null = null,
    servers: readonly ServerName[] = this.#servers,
  ): { readonly server: ServerName; readonly client: CoreClient } {
    const server = servers[indexOf(uniq, servers.length)];
    const name = nameOf(server);
    let client = this.#upstreams.get(name);
    if (client === undefined) this.#upstreams.set(name, client = this.#connectTo(server));
    return { server, client };
  }

  /** Submits a task to one of these servers: a foreground task is told of by the feed. */
  protected submitTask(
    task: Task,
    servers: readonly ServerName[],
    signal: AbortSignal,
    feed: TaskFeed,
  ): { readonly server: ServerName; readonly submitted: Promise<string> | CoreTask<unknown> } {
    const { server, client } = this.getConnection(task.uniq, servers);
    const { rules = netGearmanRules } = this.#options;
    const workload = rules.encodeArgument(task.arg);
    const options = { unique: task.uniq, priority: PRIORITIES[task.type], signal };
    const submitted = isBackgroundType(task.type)
      ? client.background(task.func, workload, options).then(({ handle }) => handle)
      : client.submit(task.func, workload, { ...options, feed });
    return { server, submitted };
  }

  /** Does what a server's packet asks for. */
  protected async handleResponse(
    { function: name, data }: TaskResponse,
    server: ServerName,
    tasks: Set,
  ): Promise<void> {
    const task = tasks.tasks.get(data.uniq);
    if (task === undefined) throw new Exception("No task by that handle");
    const { handle, payload = new Uint8Array(0), numerator = 0, denominator = 0 } = data;
    switch (name) {
      case "job_created":
        task.handle = handle;
        task.server = nameOf(server);
        tasks.handles.set(handle, task.uniq);
        if (!isBackgroundType(task.type)) return;
        task.finished = true;
        tasks.tasksCount--;
        return;
      case "work_data":
        return await task.data(payload);
      case "work_warning":
        return await task.warning(payload);
      case "work_status":
        return await task.status(numerator, denominator);
      case "work_complete": {
        const { rules = netGearmanRules } = this.#options;
        tasks.tasksCount--;
        return await task.complete(rules.decodeResult(payload));
      }
      case "work_exception":
        task.exception = decoder.decode(payload);
        tasks.tasksCount--;
        return await task.fail();
      case "work_fail":
        tasks.tasksCount--;
        return await task.fail();
      default:
        throw new Exception(`Invalid function ${name}`);
    }
  }

  /** Submits a task. A background task is at its end when this resolves. */
  #begin(task: Task, run: SetRun): Promise<void> {
    const left = task.servers.length > 0 ? task.servers : this.#servers;
    const attempt = { task, left, tried: [], server: left[0] };
    if (isBackgroundType(task.type)) return this.#handOver(attempt, run);
    this.#submit(attempt, run);
    return Promise.resolve();
  }

  #submit(attempt: Attempt, { signal, feed, attempts }: SetRun): Promise<string> | undefined {
    const { server, submitted } = this.submitTask(attempt.task, attempt.left, signal, feed);
    attempt.server = server;
    if (submitted instanceof Promise) return submitted;
    attempts.set(submitted, attempt);
    return undefined;
  }

  async #handOver(attempt: Attempt, run: SetRun): Promise<void> {
    let handle: string | undefined;
    while (handle === undefined) {
      try {
        handle = await this.#submit(attempt, run);
      } catch (error) {
        if (error === LET_GO) return;
        passOver(attempt, error);
      }
    }
    await this.#tell(run, attempt, "job_created", handle);
  }

  /** Hands on what the servers tell, one thing after the other, until all tasks have ended. */
  async #follow(run: SetRun): Promise<void> {
    for await (const entry of run.feed) {
      const attempt = run.attempts.get(entry.task)!;
      const { handle } = entry.task;
      switch (entry.type) {
        case "accepted":
          await this.#tell(run, attempt, "job_created", handle);
          break;
        case "status":
          await this.#tell(run, attempt, "work_status", handle, entry);
          break;
        case "data":
        case "warning":
          await this.#tell(run, attempt, `work_${entry.type}`, handle, { payload: entry.data });
          break;
        case "complete":
          await this.#tell(run, attempt, "work_complete", handle, {
            payload: await resultOf(entry),
          });
          break;
        case "failed":
          await this.#failed(run, attempt, entry.error, handle);
      }
    }
  }

  async #failed(run: SetRun, attempt: Attempt, error: unknown, handle: string): Promise<void> {
    if (error === LET_GO) return;
    if (error instanceof JobFailed) return await this.#tell(run, attempt, "work_fail", handle);
    if (error instanceof JobException) {
      const payload = error.data;
      return await this.#tell(run, attempt, "work_exception", handle, { payload });
    }
    passOver(attempt, error);
    this.#submit(attempt, run);
  }

  #tell(
    { set }: SetRun,
    { task, server }: Attempt,
    name: TaskResponse["function"],
    handle: string,
    rest: Omit<TaskResponse["data"], "handle" | "uniq"> = {},
  ): Promise<void> {
    const response = { function: name, data: { handle, uniq: task.uniq, ...rest } };
    return this.handleResponse(response, server, set);
  }

  /** A client of the library for one server, whose failed attempts the callbacks hear of. */
  #connectTo(server: ServerName): CoreClient {
    const { dial, clock, rules: _, ...options } = this.#options;
    return new CoreClient({
      ...options,
      clock,
      servers: [server],
      dialTimeout: this.#timeout,
      dial: async (to, how) => {
        const start = clock.now();
        try {
          return await dial(to, how);
        } catch (error) {
          const seconds = (clock.now() - start) / 1000;
          if (!how?.signal?.aborted) await this.#tellFailure(nameOf(server), seconds, error);
          throw error;
        }
      },
    });
  }

  async #tellFailure(server: string, seconds: number, error: unknown): Promise<void> {
    const exception = new Exception(
      `Can't connect to server (${error instanceof Error ? error.message : error})`,
      { cause: error },
    );
    try {
      for (const callback of this.#callbacks) {
        await callback(server, false, this.#timeout, seconds, exception);
      }
    } catch (thrown) {
      const cause = new Thrown(thrown);
      throw new LinkError("IO", "A connection callback threw", { cause });
    }
  }
}

answerUnknownMethods(Client.prototype, (client, name, args) => client.__call(name, args));

/** PHP's rule: the code of the last digit of the unique's md5, modulo the number of servers. */
function indexOf(uniq: string | null, count: number): number {
  if (count === 1) return 0;
  if (uniq === null) return Math.floor(Math.random() * count);
  return md5(encoder.encode(uniq)).charCodeAt(31) % count;
}

function isBackgroundType(type: JobType): boolean {
  return type === Task.JOB_BACKGROUND || type === Task.JOB_HIGH_BACKGROUND ||
    type === Task.JOB_LOW_BACKGROUND;
}

/** What a call sends as no argument. PHP counts 0, "0" and false among them, and loses them. */
function isEmpty(arg: unknown): boolean {
  if (arg === undefined || arg === null) return true;
  if (arg instanceof Uint8Array || typeof arg !== "object") return false;
  return Object.getPrototypeOf(arg) === Object.prototype || Array.isArray(arg)
    ? Object.keys(arg).length === 0
    : false;
}

/** Whether a submission has not reached its server, so that another may have it. */
function isUnreached(error: unknown): boolean {
  return error instanceof LinkError && error.outcome === "unsent" && error.code !== "CLOSED";
}

function noServer(tried: readonly string[], cause: unknown): Exception {
  const list = tried.join(",");
  return new Exception(
    `Failed to connect to a Gearman server. Attempted to connect to ${list}.`,
    { cause },
  );
}

/** Leaves a server out that could not be reached. Throws when no other is left, and any other error. */
function passOver(attempt: Attempt, error: unknown): void {
  // The library gives each request an error of its own, with the cause that they all have.
  const cause = error instanceof LinkError ? error.cause : undefined;
  if (cause instanceof Thrown) throw cause.value;
  if (!isUnreached(error)) throw asException(error);
  attempt.tried.push(nameOf(attempt.server));
  attempt.left = attempt.left.filter((server) => server !== attempt.server);
  if (attempt.left.length === 0) throw noServer(attempt.tried, error);
}

/** All data of a task and its result, joined. */
async function resultOf(entry: FeedEntry): Promise<Uint8Array> {
  try {
    return await entry.task.result();
  } catch (error) {
    throw asException(error);
  }
}
