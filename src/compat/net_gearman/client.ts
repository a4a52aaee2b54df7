/**
 * Submits tasks, alone or in sets, and runs what comes of them. What waits in PHP returns a
 * promise here.
 *
 * @module
 */
import {
  Client as CoreClient,
  type ClientOptions as CoreClientOptions,
  type Task as CoreTask,
  type TaskEvent,
} from "../../client/mod.ts";
import { JobException, JobFailed, LinkError } from "../../errors.ts";
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

/** Called for each attempt to connect that failed. `connected` is always false. */
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

/** Hands on what a server told of one task. */
type Tell = (
  name: TaskResponse["function"],
  rest?: Omit<TaskResponse["data"], "handle" | "uniq">,
) => Promise<void>;

const PRIORITIES = {
  [Task.JOB_NORMAL]: "normal",
  [Task.JOB_BACKGROUND]: "normal",
  [Task.JOB_HIGH]: "high",
  [Task.JOB_HIGH_BACKGROUND]: "high",
  [Task.JOB_LOW]: "low",
  [Task.JOB_LOW_BACKGROUND]: "low",
} as const;

/** Why tasks of a set are let go: the time of the set is over, or another task's trouble ended it. */
const LET_GO = Symbol("the set has ended");

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Shared clients by the servers they are for. */
const instances = new Map<string, Client>();

/** A client. Whatever method it does not have is a function, called with one argument. */
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
    const end = new AbortController();
    const late = timeout === null ? () => {} : this.#options.clock.after(
      Math.max(0, timeout * 1000),
      () => end.abort(LET_GO),
    );
    try {
      const tasks = Array.from(set).filter((task) => !task.finished);
      await Promise.all(tasks.map((task) => this.#run(task, set, end.signal)));
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

  /** Submits a task to one of these servers. */
  protected submitTask(
    task: Task,
    servers: readonly ServerName[],
    signal: AbortSignal,
  ): { readonly server: ServerName; readonly submitted: Promise<string> | CoreTask } {
    const { server, client } = this.getConnection(task.uniq, servers);
    const { rules = netGearmanRules } = this.#options;
    const workload = rules.encodeArgument(task.arg);
    const options = { unique: task.uniq, priority: PRIORITIES[task.type], signal };
    const submitted = isBackgroundType(task.type)
      ? client.background(task.func, workload, options).then(({ handle }) => handle)
      : client.submit(task.func, workload, options);
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

  /** Submits a task, to the next server where one cannot be reached, and follows it to its end. */
  async #run(task: Task, set: Set, signal: AbortSignal): Promise<void> {
    let left = task.servers.length > 0 ? task.servers : this.#servers;
    const tried: string[] = [];
    for (;;) {
      const { server, submitted } = this.submitTask(task, left, signal);
      let handle: string;
      try {
        handle = submitted instanceof Promise
          ? await submitted
          : await submitted.accepted.then(() => submitted.handle);
      } catch (error) {
        if (error === LET_GO) return;
        if (!isUnreached(error)) throw asException(error);
        tried.push(nameOf(server));
        left = left.filter((one) => one !== server);
        if (left.length === 0) throw noServer(tried, error);
        continue;
      }
      const tell: Tell = (name, rest) =>
        this.handleResponse(
          { function: name, data: { handle, uniq: task.uniq, ...rest } },
          server,
          set,
        );
      await tell("job_created");
      return submitted instanceof Promise ? undefined : await follow(submitted, tell);
    }
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
          if (!how?.signal?.aborted) this.#tellFailure(nameOf(server), seconds, error);
          throw error;
        }
      },
    });
  }

  #tellFailure(server: string, seconds: number, error: unknown): void {
    const exception = new Exception(
      `Can't connect to server (${error instanceof Error ? error.message : error})`,
      { cause: error },
    );
    for (const callback of this.#callbacks) {
      callback(server, false, this.#timeout, seconds, exception);
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

/** Tells of a task to its end. */
async function follow(submitted: CoreTask, tell: Tell): Promise<void> {
  for await (const event of eventsOf(submitted)) {
    if (event.type === "status") await tell("work_status", event);
    else await tell(`work_${event.type}`, { payload: event.data });
  }
  const end = await submitted.result().catch((error: unknown) => error);
  if (end instanceof Uint8Array) await tell("work_complete", { payload: end });
  else if (end instanceof JobFailed) await tell("work_fail");
  else if (end instanceof JobException) await tell("work_exception", { payload: end.data });
  else if (end !== LET_GO) throw asException(end);
}

/** What a task tells on its way; how it ends is asked of its result. */
async function* eventsOf(submitted: CoreTask): AsyncGenerator<TaskEvent> {
  try {
    yield* submitted;
  } catch {
    return;
  }
}
