/**
 * `GearmanWorker`, over the worker of the core. What blocks in PHP returns a promise here.
 *
 * @module
 */
import { checkChoice, checkFunction, checkOptions, type OptionNames } from "../../misuse.ts";
import type { TakenJob } from "../../worker/mod.ts";
import { codeName, codeOf, INVALID_ARGUMENT, NO_REGISTERED_FUNCTION } from "./codes.ts";
import {
  GEARMAN_IO_WAIT,
  GEARMAN_LOST_CONNECTION,
  GEARMAN_NO_ACTIVE_FDS,
  GEARMAN_NO_JOBS,
  GEARMAN_NO_REGISTERED_FUNCTIONS,
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
import { type EndState, GearmanEnd } from "./end.ts";
import { GearmanJob, JobState } from "./job.ts";
import { type Offer, runJob, type WorkerCallback } from "./job_run.ts";
import { Ledger, type WarningListener } from "./ledger.ts";
import { OptionBits, WORKER_BITS } from "./option_bits.ts";
import { limitOf } from "./patience.ts";
import { MAX_FUNCTION_BYTES, wrongName } from "./names.ts";
import { CORE_OPTIONS, type CoreOptions } from "./servers.ts";
import { phpInt, phpName, type PhpString, type StringMode } from "./strings.ts";
import { WorkerPost } from "./worker_post.ts";
import { WorkerServers } from "./worker_servers.ts";

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

const WORKER_OPTIONS: OptionNames<GearmanWorkerOptions<StringMode>> = {
  ...CORE_OPTIONS,
  strings: true,
  onWarning: true,
  exceptionText: true,
};

/** Ask for everything about a job; PHP has no constant for it. */
const GRAB_ALL = 512;

/** Bytes of the longest name of a worker that servers keep. */
const MAX_ID_BYTES = 127;

/** Milliseconds below which servers set no limit to a job. */
const LEAST_LIMIT = 1_000;

/** Calls of `work()` at a stretch: more than a program wants, and few enough to be soon told. */
const MOST_BEGUN = 1_000;

/** Codes with which `work()` comes back false and does not warn. */
const QUIET_CODES: readonly number[] = [
  GEARMAN_IO_WAIT,
  GEARMAN_WORK_FAIL,
  GEARMAN_TIMEOUT,
  GEARMAN_WORK_EXCEPTION,
  GEARMAN_NO_JOBS,
];

/** Offers functions and runs the jobs that come, as PHP's `GearmanWorker` does. */
export class GearmanWorker<Mode extends StringMode = "text"> extends GearmanEnd {
  readonly #options: GearmanWorkerOptions<Mode>;
  readonly #mode: Mode;
  readonly #state: EndState;
  readonly #jobLedger: Ledger;
  readonly #servers: WorkerServers;
  readonly #offers = new Map<string, Offer<Mode>>();
  #post: WorkerPost | undefined;
  /** Those that were given up: they keep their links until their jobs have ended. */
  readonly #leaving = new Set<WorkerPost>();
  /** A job that `wait()` was woken by. */
  #awaited: TakenJob | undefined;
  #id: string | undefined;
  #isClosed = false;
  /** Calls of `work()` since the program last waited for something. */
  #begun = 0;

  constructor(options: GearmanWorkerOptions<Mode>) {
    checkOptions(options, WORKER_OPTIONS, "new GearmanWorker()");
    const { strings = "text" as Mode, exceptionText = "message", onWarning } = options;
    checkChoice<StringMode>(strings, ["text", "bytes"], "strings");
    checkChoice(exceptionText, ["message", "fixed"], "exceptionText");
    if (onWarning !== undefined) checkFunction(onWarning, "onWarning");
    const servers = new WorkerServers(options, () => this.#leavePost());
    const state: EndState = {
      ledger: new Ledger("GearmanWorker", onWarning),
      bits: new OptionBits(
        GEARMAN_WORKER_GRAB_UNIQ | GRAB_ALL | GEARMAN_WORKER_PACKET_INIT,
        WORKER_BITS,
      ),
      servers,
      timeout: -1,
    };
    super(state);
    this.#options = options;
    this.#mode = strings;
    this.#state = state;
    this.#servers = servers;
    this.#jobLedger = new Ledger("GearmanJob", onWarning);
  }

  /** Closes the links to all servers, which PHP does when the object goes. Jobs in hand go back. */
  async __destruct(): Promise<void> {
    this.#isClosed = true;
    const posts = [this.#post, ...this.#leaving];
    this.#post = undefined;
    this.#awaited = undefined;
    await Promise.all(posts.map((post) => post?.close()));
  }

  // State, options, time.

  /** Puts these bits in the place of all that can be set. Without `GEARMAN_WORKER_TIMEOUT_RETURN`, the timeout is the default again. */
  override setOptions(option: number): boolean {
    super.setOptions(option);
    const { bits } = this.#state;
    if (!bits.has(GEARMAN_WORKER_TIMEOUT_RETURN)) this.#state.timeout = GEARMAN_WORKER_WAIT_TIMEOUT;
    return true;
  }

  /** Clears bits. Without `GEARMAN_WORKER_TIMEOUT_RETURN`, the timeout is the default again. */
  override removeOptions(option: number): boolean {
    const hadLimit = (phpInt(option, "option") & GEARMAN_WORKER_TIMEOUT_RETURN) !== 0;
    if (hadLimit) this.#state.timeout = GEARMAN_WORKER_WAIT_TIMEOUT;
    return super.removeOptions(option);
  }

  /** Sets how many milliseconds a call waits before it gives `GEARMAN_TIMEOUT`, and that it does. */
  override setTimeout(timeout: number): boolean {
    this.#state.bits.add(GEARMAN_WORKER_TIMEOUT_RETURN);
    return super.setTimeout(timeout);
  }

  /** Names the worker, for the server's list of workers. False for an empty name, or one with spaces. */
  setId(id: PhpString): boolean {
    const name = phpName(id, "id");
    if (/\s/.test(name) || wrongName(name, "an id", MAX_ID_BYTES) !== undefined) return false;
    this.#id = name;
    this.#leavePost();
    return true;
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
      return this.#state.ledger.warn("addFunction", message, false);
    }
    return this.#offer("addFunction", function_name, callback, context, timeout);
  }

  /** Offers a function no more. */
  unregister(function_name: PhpString): boolean {
    const name = phpName(function_name, "function_name");
    if (this.#offers.delete(name)) return this.#state.ledger.note(GEARMAN_SUCCESS, true);
    const message = `Expected the name of a registered function, got "${name}"`;
    return this.#state.ledger.fail("unregister", NO_REGISTERED_FUNCTION, message, false);
  }

  /** Offers no function any more. */
  unregisterAll(): boolean {
    if (this.#offers.size === 0) return this.#noFunctions("unregisterAll", false);
    this.#offers.clear();
    return this.#state.ledger.note(GEARMAN_SUCCESS, true);
  }

  // Jobs.

  /**
   * Waits for a job, runs its callback, and reports what came of it. What the callback throws is
   * told to the client as an exception, and thrown here. Several calls may wait at a time; throws at
   * once in a loop that lacks its `await`, which would go round for ever.
   */
  work(): Promise<boolean> {
    if (this.#begun === 0) queueMicrotask(() => this.#begun = 0);
    if (++this.#begun > MOST_BEGUN) {
      const begun = `${MOST_BEGUN} have begun and the program did not wait for any`;
      throw new Error(`Expected an await before work(), ${begun}: while (await worker.work());`);
    }
    return this.#work();
  }

  async #work(): Promise<boolean> {
    const { ledger } = this.#state;
    const { exceptionText = "message" } = this.#options;
    for (;;) {
      const job = await this.#next("work");
      if (job === undefined) return false;
      const offer = this.#offers.get(job.functionName);
      const code = await runJob(this.#stateOf(job), offer, ledger, exceptionText);
      if (code === GEARMAN_SUCCESS) return ledger.note(code, true);
      if (code === GEARMAN_LOST_CONNECTION) {
        if (this.#isClosed) return ledger.note(code, false);
        // As if the link had been lost: the server gives the job to whoever asks next.
        if (!job.signal.aborted) await this.#closePost();
        continue;
      }
      if (QUIET_CODES.includes(code)) return ledger.note(code, false);
      const message = `Expected a job to end well, it came to ${codeName(code)}`;
      return ledger.fail("work", code, message, false);
    }
  }

  /** Waits until a job has come: for use with `GEARMAN_WORKER_NON_BLOCKING`. */
  async wait(): Promise<boolean> {
    const { ledger } = this.#state;
    if (this.#isClosed) return ledger.note(GEARMAN_LOST_CONNECTION, false);
    if (this.#awaited?.signal.aborted === false) return ledger.note(GEARMAN_SUCCESS, true);
    if (this.#servers.isEmpty) return this.#noLink();
    try {
      this.#awaited = await this.#posted.take(true, limitOf(this.#state.timeout));
      if (this.#awaited === undefined) return ledger.note(GEARMAN_LOST_CONNECTION, false);
      return ledger.note(GEARMAN_SUCCESS, true);
    } catch (error) {
      const code = codeOf(error);
      if (code === GEARMAN_TIMEOUT) return ledger.quiet("wait", error, false);
      await this.#closePost();
      return this.#noLink(error);
    }
  }

  /** Takes a job, if a server has one. Whoever took it reports how it ends. */
  async grabJob(): Promise<GearmanJob<Mode> | false> {
    const job = await this.#next("grabJob", false);
    if (job === undefined) return false;
    return this.#state.ledger.note(GEARMAN_SUCCESS, new GearmanJob<Mode>(this.#stateOf(job)));
  }

  // Names of earlier versions.

  /** @deprecated Make a new worker. A clone has the servers, the functions, the options and the name of this one. */
  clone(): GearmanWorker<Mode> {
    const made = new GearmanWorker(this.#options);
    for (const place of this.#servers.places) void made.#servers.add(place);
    for (const [name, offer] of this.#offers) made.#offers.set(name, offer);
    made.#state.bits.replace(this.#state.bits.bits);
    made.#state.timeout = this.#state.timeout;
    made.#id = this.#id;
    return made;
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
    if (wrong !== undefined) return this.#state.ledger.fail(method, INVALID_ARGUMENT, wrong, false);
    const limit = phpInt(timeout, "timeout");
    this.#offers.set(name, {
      callback,
      context,
      timeout: limit > 0 ? Math.max(limit, LEAST_LIMIT) : 0,
    });
    return this.#state.ledger.note(GEARMAN_SUCCESS, true);
  }

  /** The worker of the core, which has been told of the functions. */
  get #posted(): WorkerPost {
    this.#post ??= new WorkerPost(this.#options, this.#servers.places, this.#id);
    this.#post.offer(new Map([...this.#offers].map(([name, { timeout }]) => [name, timeout])));
    return this.#post;
  }

  /** The next job; undefined, and the code says why, when there is none. */
  async #next(
    method: string,
    wait = !this.#state.bits.has(GEARMAN_WORKER_NON_BLOCKING),
  ): Promise<TakenJob | undefined> {
    if (this.#isClosed) return this.#state.ledger.note(GEARMAN_LOST_CONNECTION, undefined);
    const awaited = this.#awaited;
    this.#awaited = undefined;
    if (awaited !== undefined && !awaited.signal.aborted) return awaited;
    if (this.#servers.isEmpty) return this.#state.ledger.noServers(method, undefined);
    if (this.#offers.size === 0) return this.#noFunctions(method, undefined);
    try {
      const hasLimit = !wait || this.#state.bits.has(GEARMAN_WORKER_TIMEOUT_RETURN);
      const limit = hasLimit ? limitOf(this.#state.timeout) : undefined;
      const job = await this.#posted.take(wait, limit);
      if (this.#isClosed) return this.#state.ledger.note(GEARMAN_LOST_CONNECTION, undefined);
      return job ?? this.#noJob(method);
    } catch (error) {
      const code = codeOf(error);
      if (code === GEARMAN_TIMEOUT) return this.#state.ledger.quiet(method, error, undefined);
      await this.#closePost();
      const isQuiet = !wait && method === "work";
      return isQuiet ? this.#noJob(method) : this.#state.ledger.failed(method, error, undefined);
    }
  }

  #stateOf(job: TakenJob): JobState<Mode> {
    const unique = this.#state.bits.has(GEARMAN_WORKER_GRAB_UNIQ | GRAB_ALL) ? job.unique : "";
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

  #noFunctions<T>(method: string, value: T): T {
    const message = "Expected a function, none was registered";
    return this.#state.ledger.fail(method, GEARMAN_NO_REGISTERED_FUNCTIONS, message, value);
  }

  #noJob(method: string): undefined {
    if (method === "work") return this.#state.ledger.note(GEARMAN_NO_JOBS, undefined);
    return this.#state.ledger.fail(
      method,
      GEARMAN_NO_JOBS,
      "Expected a job, no server has one",
      undefined,
    );
  }

  #noLink(cause?: unknown): boolean {
    const message = "Expected a link to wait on, there is none";
    return this.#state.ledger.fail("wait", GEARMAN_NO_ACTIVE_FDS, message, false, cause);
  }
}
