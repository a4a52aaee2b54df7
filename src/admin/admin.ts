/**
 * The text protocol of a job server, as typed calls.
 *
 * @module
 */
import { LinkError } from "../errors.ts";
import {
  checkConnectOptions,
  connect,
  CONNECT_OPTIONS,
  type ConnectOptions,
  DEFAULT_ANSWER_TIMEOUT,
  limitWait,
  type Link,
  rejecting,
  type ServerAddress,
  serversIn,
  systemClock,
  WAIT_OPTIONS,
  type WaitOptions,
} from "../link/mod.ts";
import { checkFlag, checkOptions, type OptionNames, wrongRange } from "../misuse.ts";
import {
  checkFunctionWord,
  checkHandleWord,
  type FunctionRow,
  type JobRow,
  parseJobRow,
  parsePriorityRow,
  parseStatusRow,
  parseWorkersRow,
  type PriorityRow,
  type WorkerRow,
} from "../protocol/mod.ts";
import type { Address } from "../sockets/socket.ts";
import { done, type Reply, rowsOf, valueOf } from "./replies.ts";
import { Request } from "./request.ts";
import { Session } from "./session.ts";

/** Bytes of the longest line that a reply may have: `workers` names every function of a worker in one. */
const MAX_REPLY_LINE_BYTES = 1024 * 1024;

/** Options of {@linkcode Admin}. */
export interface AdminOptions extends ConnectOptions {
  /** The job server. */
  readonly server: ServerAddress;
}

const ADMIN_OPTIONS: OptionNames<AdminOptions> = { server: true, ...CONNECT_OPTIONS };

/** How many jobs of a function may wait, by priority: 1 or more, or Infinity. Default: Infinity. */
export interface QueueLimits {
  readonly high?: number;
  readonly normal?: number;
  readonly low?: number;
}

const QUEUE_LIMITS: OptionNames<QueueLimits> = { high: true, normal: true, low: true };

/** Options of {@linkcode Admin.shutdown}. */
export interface ShutdownOptions extends WaitOptions {
  /** Whether the server lets running jobs end first. Default false. */
  readonly graceful?: boolean;
}

const SHUTDOWN_OPTIONS: OptionNames<ShutdownOptions> = { ...WAIT_OPTIONS, graceful: true };

/**
 * Asks one job server how it stands, and tells it what to do, in the text protocol. Dials at the
 * first command, and again after the link was lost. Commands may be called at any time, one before
 * the reply of another: they go out in order on one connection.
 *
 * Every call takes a `signal` and a `timeout` in milliseconds, and rejects
 *
 * - with a {@linkcode LinkError} when the server cannot be reached, is lost, or is silent for the
 *   `answerTimeout` (30,000 ms by default) that bounds every command;
 * - with a {@linkcode ServerError} for an `ERR` line: its `serverCode` is the word behind `ERR`, for
 *   instance `UNKNOWN_COMMAND`, or `ERR` where there is none;
 * - with a {@linkcode ProtocolError} for a reply that makes no sense;
 * - with a {@linkcode JobTimeout} when its `timeout` passes, or with the signal's reason. The command
 *   takes its course.
 *
 * A name that cannot stand in a line of the text protocol is a `TypeError` or a `RangeError`, and
 * nothing is sent. `docs/failures.md` has all of it in a table.
 *
 * @example
 * ```ts
 * import { Admin, Client, JobServer } from "geartrain";
 *
 * await using server = await JobServer.listen();
 * await using client = new Client({ servers: server.address });
 * await client.background("resize", "cat.jpg", { priority: "high" });
 *
 * await using admin = new Admin({ server: server.address });
 * console.log(await admin.status()); // [{ functionName: "resize", total: 1, running: 0, workers: 0 }]
 * await admin.maxQueue("resize", { low: 100 });
 * ```
 */
export class Admin {
  readonly #address: Address;
  readonly #options: AdminOptions;
  readonly #stop = new AbortController();
  #link: Link | undefined;
  #session: Session | undefined;
  #dialling: Promise<void> | undefined;
  /** Commands that wait for the dial. */
  #held: Request[] = [];

  constructor(options: AdminOptions) {
    const addresses = serversIn(options, "server");
    checkOptions(options, ADMIN_OPTIONS, "new Admin()");
    checkConnectOptions(options);
    if (addresses.length !== 1) throw new TypeError(`Expected one server, got ${addresses.length}`);
    this.#address = addresses[0];
    this.#options = options;
  }

  /** `status`: the functions that the server knows, with their jobs and workers, in no order. */
  status(options: WaitOptions = {}): Promise<FunctionRow[]> {
    return this.#ask("status", rowsOf(parseStatusRow), options);
  }

  /** `prioritystatus`: the jobs that wait for each function, by priority. */
  priorityStatus(options: WaitOptions = {}): Promise<PriorityRow[]> {
    return this.#ask("prioritystatus", rowsOf(parsePriorityRow), options);
  }

  /** `workers`: the server's connections, this one among them, with their abilities. */
  workers(options: WaitOptions = {}): Promise<WorkerRow[]> {
    return this.#ask("workers", rowsOf(parseWorkersRow), options);
  }

  /** `show jobs`: every job that the server has, waiting or running. */
  showJobs(options: WaitOptions = {}): Promise<JobRow[]> {
    return this.#ask("show jobs", rowsOf(parseJobRow), options);
  }

  /** `show unique jobs`: the unique of every job that the server has; `""` for one without. */
  showUniqueJobs(options: WaitOptions = {}): Promise<string[]> {
    return this.#ask("show unique jobs", rowsOf((unique) => unique), options);
  }

  /**
   * `cancel job`: a job that waits will not run. One that runs is not stopped. Whoever follows either
   * is told that it failed. Rejects with a {@linkcode ServerError} of code `UNKNOWN_JOB` for a handle that the
   * server does not know.
   */
  cancelJob(handle: string, options: WaitOptions = {}): Promise<void> {
    return this.#ask(() => `cancel job ${checkHandleWord(handle)}`, done, options);
  }

  /**
   * `maxqueue`: limits how many jobs of a function may wait; more are refused with `QUEUE_ERROR`. One
   * number is for each of the three priorities; Infinity, the default, is no limit. Only for a
   * function that the server knows: for another it says OK and does nothing.
   *
   * @example
   * ```ts
   * import { Admin, JobServer } from "geartrain";
   *
   * await using server = await JobServer.listen();
   * await using admin = new Admin({ server: server.address });
   * await admin.createFunction("resize");
   * await admin.maxQueue("resize", 1_000); // of each priority
   * await admin.maxQueue("resize", { normal: 500, low: 100 }); // high is not limited
   * await admin.maxQueue("resize"); // none is
   * ```
   */
  maxQueue(
    functionName: string,
    limits: number | QueueLimits = Infinity,
    options: WaitOptions = {},
  ): Promise<void> {
    const command = () =>
      ["maxqueue", checkFunctionWord(functionName), ...limitWords(limits)].join(" ");
    return this.#ask(command, done, options);
  }

  /** `create function`: makes a function known to the server. No harm where it is known already. */
  createFunction(functionName: string, options: WaitOptions = {}): Promise<void> {
    return this.#ask(() => `create function ${checkFunctionWord(functionName)}`, done, options);
  }

  /**
   * `drop function`: forgets a function, and the jobs that wait for it. Rejects with a
   * {@linkcode ServerError} for one that has workers, and for one that the server does not know.
   */
  dropFunction(functionName: string, options: WaitOptions = {}): Promise<void> {
    return this.#ask(() => `drop function ${checkFunctionWord(functionName)}`, done, options);
  }

  /** `getpid`: the number of the server's process. */
  pid(options: WaitOptions = {}): Promise<number> {
    const read = (value: string) => /^\d+$/.test(value) ? Number(value) : undefined;
    return this.#ask("getpid", valueOf("a number", read), options);
  }

  /** `verbose`: how much the server logs, for instance `INFO`. */
  verbose(options: WaitOptions = {}): Promise<string> {
    return this.#ask("verbose", valueOf("a level", (level) => level), options);
  }

  /** `version`: the server's version, for instance `1.1.20+ds`. */
  version(options: WaitOptions = {}): Promise<string> {
    return this.#ask("version", valueOf("a version", (version) => version), options);
  }

  /**
   * `shutdown`: ends the server. Resolves when it says so, or leaves. gearmand 1.1.20 does not have
   * this command any more: there it rejects with a {@linkcode ServerError} of code `UNKNOWN_COMMAND`.
   */
  shutdown(options: ShutdownOptions = {}): Promise<void> {
    return rejecting(() => {
      checkOptions(options, SHUTDOWN_OPTIONS, "shutdown()");
      const { graceful = false, ...wait } = options;
      const command = checkFlag(graceful, "graceful") ? "shutdown graceful" : "shutdown";
      return this.#ask(command, done, wait, { value: undefined });
    });
  }

  /** Closes the link. Commands without a reply by then, and later ones, reject with code `CLOSED`. */
  async close(): Promise<void> {
    this.#stop.abort(new LinkError("CLOSED", "Admin client was closed"));
    await this.#dialling;
    await this.#link?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #ask<T>(
    command: string | (() => string),
    reply: Reply<T>,
    options: WaitOptions,
    farewell?: { readonly value: T },
  ): Promise<T> {
    return rejecting(() => {
      const { clock = systemClock } = this.#options;
      checkOptions(options, WAIT_OPTIONS, "a command");
      const line = typeof command === "string" ? command : command();
      const request = new Request(line, reply, farewell);
      limitWait(request, options, clock, `the reply to "${line}"`);
      if (!request.isSettled) this.#send(request as Request);
      return request.promise;
    });
  }

  #send(request: Request): void {
    if (this.#stop.signal.aborted) return request.refuse(this.#stop.signal.reason);
    if (this.#session !== undefined) return this.#session.request(request);
    this.#held.push(request);
    this.#dialling ??= this.#dial();
  }

  async #dial(): Promise<void> {
    const { clock = systemClock, answerTimeout = DEFAULT_ANSWER_TIMEOUT } = this.#options;
    // A handful of lines is not worth a kernel.
    const options = { ...this.#options, codec: "ts" } as const;
    const wanted = { text: true, slots: false, maxLineBytes: MAX_REPLY_LINE_BYTES };
    try {
      const link = await connect(this.#address, options, this.#stop.signal, wanted);
      const onClosed = () => this.#link = this.#session = undefined;
      const session = new Session(link, { clock, answerTimeout, onClosed });
      this.#link = link;
      this.#session = session;
      this.#dialling = undefined;
      link.receive(session);
      for (const request of this.#released()) session.request(request);
    } catch (error) {
      this.#dialling = undefined;
      for (const request of this.#released()) request.refuse(error);
    }
  }

  /** The commands that waited for the dial, and still wait. */
  #released(): Request[] {
    const held = this.#held;
    this.#held = [];
    return held.filter((request) => !request.isSettled);
  }
}

/** gearmand keeps limits in 32 bits. */
const MOST_LIMIT = 2 ** 31 - 1;

/** Limits as `maxqueue` takes them: one for all priorities, or three; 0, or no word, is none. */
function limitWords(limits: number | QueueLimits): string[] {
  if (typeof limits === "object") {
    checkOptions(limits, QUEUE_LIMITS, "maxQueue()");
    return [limits.high, limits.normal, limits.low].map(limitWord);
  }
  return limits === Infinity ? [] : [limitWord(limits)];
}

function limitWord(limit: number = Infinity): string {
  if (limit === Infinity) return "0";
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= MOST_LIMIT) return String(limit);
  throw wrongRange(`a limit from 1 to ${MOST_LIMIT}, or Infinity`, limit);
}
