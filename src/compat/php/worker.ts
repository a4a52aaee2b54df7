/**
 * `GearmanWorker`, over the worker of the core. What blocks in PHP returns a promise here.
 *
 * @module
 */
import type { GearmanError } from "../../errors.ts";
import type { TakenJob } from "../../worker/mod.ts";
import { codeOf, INVALID_ARGUMENT, NO_REGISTERED_FUNCTION } from "./codes.ts";
import {
  GEARMAN_GETADDRINFO,
  GEARMAN_INVALID_FUNCTION_NAME,
  GEARMAN_IO_WAIT,
  GEARMAN_LOST_CONNECTION,
  GEARMAN_NO_ACTIVE_FDS,
  GEARMAN_NO_JOBS,
  GEARMAN_NO_REGISTERED_FUNCTIONS,
  GEARMAN_NO_SERVERS,
  GEARMAN_SHUTDOWN,
  GEARMAN_SUCCESS,
  GEARMAN_TIMEOUT,
  GEARMAN_WORK_EXCEPTION,
  GEARMAN_WORK_FAIL,
  GEARMAN_WORKER_GRAB_UNIQ,
  GEARMAN_WORKER_NON_BLOCKING,
  GEARMAN_WORKER_PACKET_INIT,
  GEARMAN_WORKER_TIMEOUT_RETURN,
  GEARMAN_WORKER_WAIT_TIMEOUT,
} from "./constants.ts";
import { GearmanException } from "./exception.ts";
import { GearmanJob, JobState } from "./job.ts";
import { Ledger, type WarningListener, wordsOf } from "./ledger.ts";
import { OptionBits, WORKER_BITS } from "./option_bits.ts";
import { limitOf } from "./patience.ts";
import { MAX_FUNCTION_BYTES, wrongName } from "./names.ts";
import { type ServerPlace, serverPlace, serverPlaces } from "./server_list.ts";
import { type CoreOptions, Servers } from "./servers.ts";
import { bytesOf, phpInt, phpName, type PhpString, phpString, type StringMode } from "./strings.ts";
import { WorkerPost } from "./worker_post.ts";

/** Options of {@linkcode GearmanWorker}, which has none in PHP. */
export interface GearmanWorkerOptions<Mode extends StringMode = "text"> extends CoreOptions {
  /** What workloads are given as: `"text"`, from UTF-8, by default; or `"bytes"`. */
  readonly strings?: Mode;
  /** Hears what PHP would raise as warnings. Nothing is printed without it. */
  readonly onWarning?: WarningListener;
  /**
   * What a client is told when a callback throws: `"message"`, the default, the message of what was
   * thrown; `"fixed"`, the one text that the extension sends whatever was thrown.
   */
  readonly exceptionText?: "message" | "fixed";
}

/** Runs a job. Returns its result, or a promise of it. */
export type WorkerCallback<Mode extends StringMode = "text"> = (
  job: GearmanJob<Mode>,
  // deno-lint-ignore no-explicit-any -- whatever the program gave, as PHP's `mixed`
  context?: any,
) => unknown;

/** A function that is offered. */
interface Offer<Mode extends StringMode> {
  /** None: its jobs are for `grabJob()`. */
  readonly callback: WorkerCallback<Mode> | undefined;
  readonly context: unknown;
  /** Milliseconds, or 0 for no limit. */
  readonly timeout: number;
}

/** Ask for everything about a job; PHP has no constant for it. */
const GRAB_ALL = 512;

/** What the extension tells a client of every throw. */
const FIXED_TEXT = "Unable to add worker function";

/** Bytes of the longest name of a worker that servers keep. */
const MAX_ID_BYTES = 127;

/** Milliseconds below which servers set no limit to a job. */
const LEAST_LIMIT = 1_000;

/** Codes with which `work()` comes back false and does not warn. */
const QUIET_CODES: readonly number[] = [
  GEARMAN_IO_WAIT,
  GEARMAN_WORK_FAIL,
  GEARMAN_TIMEOUT,
  GEARMAN_WORK_EXCEPTION,
  GEARMAN_NO_JOBS,
];

/** Offers functions and runs the jobs that come, as PHP's `GearmanWorker` does. */
export class GearmanWorker<Mode extends StringMode = "text"> {
  readonly #options: GearmanWorkerOptions<Mode>;
  readonly #mode: Mode;
  readonly #ledger: Ledger;
  readonly #jobLedger: Ledger;
  readonly #bits = new OptionBits(
    GEARMAN_WORKER_GRAB_UNIQ | GRAB_ALL | GEARMAN_WORKER_PACKET_INIT,
    WORKER_BITS,
  );
  readonly #places: ServerPlace[] = [];
  readonly #offers = new Map<string, Offer<Mode>>();
  #post: WorkerPost | undefined;
  /** Those that were given up: they keep their links until their jobs have ended. */
  readonly #leaving = new Set<WorkerPost>();
  /** A job that `wait()` was woken by. */
  #awaited: TakenJob | undefined;
  #timeout = -1;
  #id: string | undefined;

  constructor(options: GearmanWorkerOptions<Mode>) {
    this.#options = options;
    this.#mode = options.strings ?? "text" as Mode;
    this.#ledger = new Ledger("GearmanWorker", options.onWarning);
    this.#jobLedger = new Ledger("GearmanJob", options.onWarning);
  }

  /** Closes the links to all servers, which PHP does when the object goes. Jobs in hand go back. */
  async __destruct(): Promise<void> {
    const posts = [this.#post, ...this.#leaving];
    this.#post = undefined;
    await Promise.all(posts.map((post) => post?.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.__destruct();
  }

  // State, options, time.

  /** How the last call went that says so; 0 at first. */
  returnCode(): number {
    return this.#ledger.code;
  }

  /** The text of the last error; false as long as there was none. */
  error(): string | false {
    return this.#ledger.text;
  }

  /** The system's number of the last error: always 0, for runtimes do not tell. */
  getErrno(): number {
    return 0;
  }

  /** The option bits; at first 644. */
  options(): number {
    return this.#bits.bits;
  }

  /** Puts these bits in the place of all that can be set. Without `GEARMAN_WORKER_TIMEOUT_RETURN`, the timeout is the default again. */
  setOptions(option: number): boolean {
    this.#bits.replace(phpInt(option, "option"));
    if (!this.#bits.has(GEARMAN_WORKER_TIMEOUT_RETURN)) this.#timeout = GEARMAN_WORKER_WAIT_TIMEOUT;
    return true;
  }

  /** Sets bits. */
  addOptions(option: number): boolean {
    this.#bits.add(phpInt(option, "option"));
    return true;
  }

  /** Clears bits. Without `GEARMAN_WORKER_TIMEOUT_RETURN`, the timeout is the default again. */
  removeOptions(option: number): boolean {
    const bits = phpInt(option, "option");
    this.#bits.remove(bits);
    if ((bits & GEARMAN_WORKER_TIMEOUT_RETURN) !== 0) this.#timeout = GEARMAN_WORKER_WAIT_TIMEOUT;
    return true;
  }

  /** Milliseconds that a call waits; negative: for ever. */
  timeout(): number {
    return this.#timeout;
  }

  /** Sets how many milliseconds a call waits before it gives `GEARMAN_TIMEOUT`, and that it does. */
  setTimeout(timeout: number): boolean {
    this.#timeout = phpInt(timeout, "timeout");
    this.#bits.add(GEARMAN_WORKER_TIMEOUT_RETURN);
    return true;
  }

  /** Names the worker, for the server's list of workers. False for an empty name, or one with spaces. */
  setId(id: PhpString): boolean {
    const name = phpName(id, "id");
    if (/\s/.test(name) || wrongName(name, "an id", MAX_ID_BYTES) !== undefined) return false;
    this.#id = name;
    this.#leavePost();
    return true;
  }

  // Servers.

  /**
   * Adds a server, by default `localhost:4730`. Unless `setupExceptionHandler` is false, looks at
   * once whether every server can be reached; throws a {@linkcode GearmanException} when one cannot,
   * and has added it all the same.
   */
  addServer(
    host: string | null = null,
    port: number = 0,
    setupExceptionHandler: boolean = true,
  ): Promise<boolean> {
    const place = serverPlace(phpName(host, "host"), phpInt(port, "port"));
    return this.#addServers("addServer", [place], setupExceptionHandler);
  }

  /** Adds a list of servers, `host:port,host`. See {@linkcode addServer}. */
  addServers(
    servers: string | null = null,
    setupExceptionHandler: boolean = true,
  ): Promise<boolean> {
    const places = serverPlaces(phpName(servers, "servers"));
    return this.#addServers("addServers", places, setupExceptionHandler);
  }

  /** Looks whether every server can be reached. What it sets up in PHP matters to clients alone. */
  async enableExceptionHandler(): Promise<boolean> {
    const cause = await this.#reach(this.#places);
    if (cause !== undefined) {
      throw new GearmanException("Failed to set exception option", { cause });
    }
    return true;
  }

  /** Sends something to every server, for it to come back. */
  async ping(data: PhpString): Promise<boolean> {
    const bytes = bytesOf(phpString(data, "data"));
    if (bytes.length === 0) {
      return this.#ledger.fail("ping", INVALID_ARGUMENT, "Expected data, got none", false);
    }
    if (this.#places.length === 0) return this.#noServers("ping", false);
    const error = await this.#reach(this.#places, bytes);
    if (error !== undefined) return this.#failed("ping", error, false);
    return this.#ledger.note(GEARMAN_SUCCESS, true);
  }

  // Functions. Servers hear of them with the next `work()` or `grabJob()`.

  /** Offers a function whose jobs {@linkcode grabJob} takes. */
  register(function_name: PhpString, timeout: number = 0): boolean {
    return this.#offer("register", function_name, undefined, null, timeout);
  }

  /** Offers a function, and runs its jobs by `callback`, which is given the job and `context`. The timeout is in milliseconds. */
  addFunction(
    function_name: PhpString,
    callback: WorkerCallback<Mode>,
    // deno-lint-ignore no-explicit-any -- PHP's `mixed`
    context: any = null,
    timeout: number = 0,
  ): boolean {
    if (typeof callback !== "function") {
      const message = "Expected a function to call back, got something else";
      return this.#ledger.warn("addFunction", message, false);
    }
    return this.#offer("addFunction", function_name, callback, context, timeout);
  }

  /** Offers a function no more. */
  unregister(function_name: PhpString): boolean {
    const name = phpName(function_name, "function_name");
    if (this.#offers.delete(name)) return this.#ledger.note(GEARMAN_SUCCESS, true);
    const message = `Expected the name of a registered function, got "${name}"`;
    return this.#ledger.fail("unregister", NO_REGISTERED_FUNCTION, message, false);
  }

  /** Offers no function any more. */
  unregisterAll(): boolean {
    if (this.#offers.size === 0) return this.#noFunctions("unregisterAll", false);
    this.#offers.clear();
    return this.#ledger.note(GEARMAN_SUCCESS, true);
  }

  // Jobs.

  /**
   * Waits for a job, runs its callback, and reports what came of it. What the callback throws is
   * told to the client as an exception, and thrown here.
   */
  async work(): Promise<boolean> {
    for (;;) {
      const job = await this.#next("work");
      if (job === undefined) return false;
      const code = await this.#runJob(job);
      if (code === GEARMAN_SUCCESS) return this.#ledger.note(code, true);
      if (code === GEARMAN_LOST_CONNECTION) {
        // As if the link had been lost: the server gives the job to whoever asks next.
        await this.#closePost();
        continue;
      }
      if (QUIET_CODES.includes(code)) return this.#ledger.note(code, false);
      const message = `Expected a job to end well, its worker said ${code}`;
      return this.#ledger.fail("work", code, message, false);
    }
  }

  /** Waits until a job has come: for use with `GEARMAN_WORKER_NON_BLOCKING`. */
  async wait(): Promise<boolean> {
    if (this.#awaited !== undefined) return this.#ledger.note(GEARMAN_SUCCESS, true);
    if (this.#places.length === 0) return this.#noLink();
    try {
      this.#awaited = await this.#waitForJob();
      return this.#ledger.note(GEARMAN_SUCCESS, true);
    } catch (error) {
      const code = codeOf(error);
      if (code === GEARMAN_TIMEOUT) return this.#ledger.note(code, false);
      await this.#closePost();
      return this.#noLink(error);
    }
  }

  /** Takes a job, if a server has one. Whoever took it reports how it ends. */
  async grabJob(): Promise<GearmanJob<Mode> | false> {
    const job = await this.#next("grabJob", false);
    if (job === undefined) return false;
    return this.#ledger.note(GEARMAN_SUCCESS, new GearmanJob<Mode>(this.#stateOf(job)));
  }

  // Names of earlier versions.

  /** @deprecated Use {@linkcode ping}. */
  echo(data: PhpString): Promise<boolean> {
    return this.ping(data);
  }

  /** @deprecated Make a new worker. A clone has the servers, the functions, the options and the name of this one. */
  clone(): GearmanWorker<Mode> {
    const made = new GearmanWorker(this.#options);
    made.#places.push(...this.#places);
    for (const [name, offer] of this.#offers) made.#offers.set(name, offer);
    made.#bits.replace(this.#bits.bits);
    made.#timeout = this.#timeout;
    made.#id = this.#id;
    return made;
  }

  async #addServers(
    method: string,
    places: readonly ServerPlace[],
    setupExceptionHandler: boolean,
  ): Promise<boolean> {
    for (const place of places) {
      if (setupExceptionHandler) {
        const error = await this.#reach([place]);
        if (error !== undefined && codeOf(error) === GEARMAN_GETADDRINFO) {
          return this.#failed(method, error, false);
        }
      }
      this.#places.push(place);
      this.#leavePost();
    }
    return setupExceptionHandler ? await this.enableExceptionHandler() : true;
  }

  /** Sends something to these servers, for it to come back. Resolves with the first failure. */
  async #reach(
    places: readonly ServerPlace[],
    data?: Uint8Array,
  ): Promise<GearmanError | undefined> {
    const servers = new Servers(this.#options);
    for (const place of places) servers.add(place);
    try {
      return await servers.reachAll(data, limitOf(this.#timeout));
    } finally {
      await servers.close();
    }
  }

  #offer(
    method: string,
    function_name: PhpString,
    callback: WorkerCallback<Mode> | undefined,
    context: unknown,
    timeout: number,
  ): boolean {
    const name = phpName(function_name, "function_name");
    const wrong = wrongName(name, "a function name", MAX_FUNCTION_BYTES);
    if (wrong !== undefined) return this.#ledger.fail(method, INVALID_ARGUMENT, wrong, false);
    const limit = phpInt(timeout, "timeout");
    this.#offers.set(name, {
      callback,
      context,
      timeout: limit > 0 ? Math.max(limit, LEAST_LIMIT) : 0,
    });
    return this.#ledger.note(GEARMAN_SUCCESS, true);
  }

  /** The worker of the core, which has been told of the functions. */
  get #posted(): WorkerPost {
    this.#post ??= new WorkerPost(this.#options, this.#places, this.#id);
    this.#post.offer(new Map([...this.#offers].map(([name, { timeout }]) => [name, timeout])));
    return this.#post;
  }

  /** The next job; undefined, and the code says why, when there is none. */
  async #next(
    method: string,
    wait = !this.#bits.has(GEARMAN_WORKER_NON_BLOCKING),
  ): Promise<TakenJob | undefined> {
    const awaited = this.#awaited;
    this.#awaited = undefined;
    if (awaited !== undefined && !awaited.signal.aborted) return awaited;
    if (this.#places.length === 0) return this.#noServers(method, undefined);
    if (this.#offers.size === 0) return this.#noFunctions(method, undefined);
    try {
      const hasLimit = !wait || this.#bits.has(GEARMAN_WORKER_TIMEOUT_RETURN);
      const limit = hasLimit ? limitOf(this.#timeout) : undefined;
      const job = await this.#posted.take(wait, limit);
      return job ?? this.#noJob(method);
    } catch (error) {
      const code = codeOf(error);
      if (code === GEARMAN_TIMEOUT) return this.#ledger.note(code, undefined);
      await this.#closePost();
      const isQuiet = !wait && method === "work";
      return isQuiet ? this.#noJob(method) : this.#failed(method, error, undefined);
    }
  }

  async #waitForJob(): Promise<TakenJob | undefined> {
    const limit = limitOf(this.#timeout);
    return await this.#posted.take(true, limit);
  }

  /** Runs a job. Resolves with the code that the loop is to see; throws what the callback throws. */
  async #runJob(job: TakenJob): Promise<number> {
    const offer = this.#offers.get(job.functionName);
    if (offer?.callback === undefined) return GEARMAN_INVALID_FUNCTION_NAME;
    const state = this.#stateOf(job);
    try {
      const returned = await offer.callback(new GearmanJob<Mode>(state), offer.context);
      await this.#settle(state, returned);
    } catch (error) {
      await state.report("work", () => job.exception(this.#textOf(error)), true);
      this.#ledger.code = GEARMAN_WORK_EXCEPTION;
      throw error;
    }
    return state.code;
  }

  /** Ends the job by what its callback returned, unless it has ended already or is to be lost. */
  async #settle(state: JobState<Mode>, returned: unknown): Promise<void> {
    const { code, job } = state;
    if (code === GEARMAN_LOST_CONNECTION) return;
    const isComplete = code === GEARMAN_SUCCESS || code === GEARMAN_SHUTDOWN;
    const result = isComplete ? this.#resultOf(returned) : "";
    await state.report("work", () => isComplete ? job.complete(result) : job.fail(), true);
    state.code = code;
  }

  /** A returned value as PHP would send it. */
  #resultOf(returned: unknown): string | Uint8Array {
    if (Array.isArray(returned)) {
      return this.#ledger.warn("work", "Expected a result of text, got an array", "Array");
    }
    if (typeof returned !== "object" || returned instanceof Uint8Array || returned === null) {
      return phpString(returned as PhpString, "a result");
    }
    if (returned.toString !== Object.prototype.toString) return String(returned);
    return phpString(returned as PhpString, "a result");
  }

  #textOf(thrown: unknown): string {
    return this.#options.exceptionText === "fixed" ? FIXED_TEXT : wordsOf(thrown);
  }

  #stateOf(job: TakenJob): JobState<Mode> {
    const unique = this.#bits.has(GEARMAN_WORKER_GRAB_UNIQ | GRAB_ALL) ? job.unique : "";
    return new JobState<Mode>({ job, mode: this.#mode, ledger: this.#jobLedger, unique });
  }

  /** Begins anew with the next job: the servers or the name have changed. */
  #leavePost(): void {
    const post = this.#post;
    if (post === undefined) return;
    this.#post = undefined;
    this.#leaving.add(post);
    void post.leave().then(() => this.#leaving.delete(post));
  }

  async #closePost(): Promise<void> {
    const post = this.#post;
    this.#post = undefined;
    await post?.close();
  }

  #noServers<T>(method: string, value: T): T {
    const message = "Expected a server, none was added";
    return this.#ledger.fail(method, GEARMAN_NO_SERVERS, message, value);
  }

  #noFunctions<T>(method: string, value: T): T {
    const message = "Expected a function, none was registered";
    return this.#ledger.fail(method, GEARMAN_NO_REGISTERED_FUNCTIONS, message, value);
  }

  #noJob(method: string): undefined {
    if (method === "work") return this.#ledger.note(GEARMAN_NO_JOBS, undefined);
    return this.#ledger.fail(
      method,
      GEARMAN_NO_JOBS,
      "Expected a job, no server has one",
      undefined,
    );
  }

  #noLink(cause?: unknown): boolean {
    const message = "Expected a link to wait on, there is none";
    return this.#ledger.fail("wait", GEARMAN_NO_ACTIVE_FDS, message, false, cause);
  }

  #failed<T>(method: string, error: unknown, value: T): T {
    return this.#ledger.fail(method, codeOf(error), wordsOf(error), value, error);
  }
}
