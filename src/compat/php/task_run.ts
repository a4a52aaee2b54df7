/**
 * The tasks of one client: those that wait to be sent, those under way, and what they told and was
 * not called back for yet.
 *
 *     added ── run ──> sent ── workload, created, data, warning, status ──> ended
 *       ▲               │
 *       └── no server ──┘
 *
 * @module
 */
import { type Client, type Priority, TaskFeed, type Workload } from "../../client/mod.ts";
import { WorkloadError } from "../../errors.ts";
import type { ClientState } from "./client_state.ts";
import { codeOf } from "./codes.ts";
import {
  GEARMAN_CLIENT_FREE_TASKS,
  GEARMAN_CLIENT_UNBUFFERED_RESULT,
  GEARMAN_IO_WAIT,
  GEARMAN_NO_SERVERS,
  GEARMAN_PAUSE,
  GEARMAN_SUCCESS,
  GEARMAN_TIMEOUT,
  GEARMAN_WORK_DATA,
  GEARMAN_WORK_EXCEPTION,
  GEARMAN_WORK_FAIL,
  GEARMAN_WORK_STATUS,
  GEARMAN_WORK_WARNING,
} from "./constants.ts";
import { isRefusal, type News, show } from "./news.ts";
import { inTime } from "./patience.ts";
import { isUnreached } from "./servers.ts";
import type { StringMode } from "./strings.ts";
import type { CallbackKind, GearmanTask, TaskState } from "./task.ts";
import { type SizedWorkload, Upload } from "./upload.ts";

/** What a callback may return, or its promise: nothing, or a return code that ends the run. */
export type TaskCallback<Mode extends StringMode = "text"> = (
  task: GearmanTask<Mode>,
  // deno-lint-ignore no-explicit-any -- whatever the program gave, as PHP's `mixed`
  context?: any,
) => unknown;

/** What a task asks of a server. */
export type Errand =
  | {
    readonly type: "foreground" | "background";
    readonly workload: string | Uint8Array | SizedWorkload;
    readonly unique: string;
    readonly priority: Priority;
  }
  | { readonly type: "status" };

/** A task that was added. */
export interface AddedTask<Mode extends StringMode> {
  readonly face: GearmanTask<Mode>;
  readonly state: TaskState<Mode>;
  readonly errand: Errand;
}

/** A task under way, and the servers that may have it if this one cannot be reached. */
interface SentTask<Mode extends StringMode> extends AddedTask<Mode> {
  readonly others: Client[];
  /** Its workload, where a callback gives it. */
  upload?: Upload;
  /** Whether its workload callback has thrown. */
  hasThrown?: boolean;
}

interface Told<Mode extends StringMode> {
  readonly task: SentTask<Mode>;
  readonly news: News;
}

/** How a run came out. */
export interface RunOutcome {
  readonly code: number;
  /** What `runTasks()` returns. */
  readonly value: boolean;
  readonly error?: unknown;
}

const NOTHING = new Uint8Array(0);

/** Codes with which a callback ends a run that still counts as a good one. */
const PAUSES: readonly number[] = [
  GEARMAN_PAUSE,
  GEARMAN_WORK_DATA,
  GEARMAN_WORK_WARNING,
  GEARMAN_WORK_STATUS,
  GEARMAN_WORK_EXCEPTION,
  GEARMAN_WORK_FAIL,
];
/** The tasks of one client. */
export class TaskRun<Mode extends StringMode> {
  /** What is called back when something was told. */
  readonly callbacks: Map<CallbackKind, TaskCallback<Mode>> = new Map();
  readonly #client: ClientState<Mode>;
  #added: AddedTask<Mode>[] = [];
  /** Those for which no server could be reached, until the run has ended. */
  #unsent: AddedTask<Mode>[] = [];
  readonly #feed = new TaskFeed();
  readonly #sent = new Map<unknown, SentTask<Mode>>();
  /** Questions in flight that have one answer, and the answers that came. */
  #questions = 0;
  readonly #answers: Told<Mode>[] = [];
  #answered: Promise<void> | undefined;
  #wake = () => {};
  /** What a callback was called for and put off. */
  #current: Told<Mode> | undefined;

  constructor(client: ClientState<Mode>) {
    this.#client = client;
  }

  /** Adds a task, to be sent by the next run. */
  add(task: AddedTask<Mode>): void {
    this.#added.push(task);
  }

  /** Whether anything was sent that has not ended. */
  get isUnderWay(): boolean {
    return this.#feed.open + this.#questions + this.#answers.length > 0 ||
      this.#current !== undefined;
  }

  /** Resolves when there is something to tell. */
  changed(): Promise<unknown> {
    if (this.#answers.length > 0 || this.#current !== undefined) return Promise.resolve();
    this.#answered ??= new Promise((resolve) => this.#wake = resolve);
    return Promise.race([this.#feed.changed(), this.#answered]);
  }

  /** Sends what was added, and calls back until all tasks have ended or there is a reason to stop. */
  async run(timeout: number, isNonBlocking: boolean): Promise<RunOutcome> {
    let trouble: RunOutcome | undefined;
    try {
      for (;;) {
        if (this.#added.length > 0 && this.#client.servers.isEmpty) {
          return { code: GEARMAN_NO_SERVERS, value: false };
        }
        this.#sendAdded();
        const told = this.#current ?? this.#next();
        if (told !== undefined) {
          if (isRefusal(told)) {
            const outcome = this.#refused(told.task, told.news.error);
            trouble ??= outcome;
            continue;
          }
          const interruption = await this.#deliver(told);
          if (interruption !== undefined) return interruption;
          continue;
        }
        if (trouble !== undefined) return trouble;
        if (!this.isUnderWay) return { code: GEARMAN_SUCCESS, value: true };
        if (isNonBlocking) return { code: GEARMAN_IO_WAIT, value: true };
        if (!await inTime(this.changed(), timeout, this.#client.clock)) {
          return { code: GEARMAN_TIMEOUT, value: false };
        }
      }
    } finally {
      this.#added = [...this.#unsent, ...this.#added];
      this.#unsent = [];
    }
  }

  /** The last that was added goes first, as in PHP. */
  #sendAdded(): void {
    const added = this.#added;
    if (added.length === 0) return;
    this.#added = [];
    for (const task of added.reverse()) {
      const others = this.#client.servers.newestFirst.map(({ client }) => client);
      this.#send({ ...task, others });
    }
  }

  #send(task: SentTask<Mode>): void {
    const { state: { functionName }, errand, others } = task;
    if (errand.type === "status") return this.#question(task, this.#status(functionName));
    const { unique, priority } = errand;
    const workload = this.#workloadOf(task, errand.workload);
    const client = others.shift()!;
    if (errand.type === "background") {
      const receipt = client.background(functionName, workload, { unique, priority });
      const news = receipt.then(({ handle }): News => ({ type: "created", handle }));
      return this.#question(task, news);
    }
    const options = { unique, priority, feed: this.#feed };
    this.#sent.set(client.submit(functionName, workload, options), task);
  }

  /** The workload as the core takes it: whole, or as a stream that the task is asked for. */
  #workloadOf(task: SentTask<Mode>, workload: string | Uint8Array | SizedWorkload): Workload {
    if (typeof workload === "string" || workload instanceof Uint8Array) return workload;
    const upload = new Upload(
      workload.size,
      () => this.#answer({ task, news: { type: "workload" } }),
    );
    task.upload = upload;
    return { size: upload.size, stream: upload };
  }

  #question(task: SentTask<Mode>, news: Promise<News>): void {
    this.#questions++;
    const tell = (news: News): void => {
      this.#questions--;
      this.#answer({ task, news });
    };
    news.then(tell, (error) => tell({ type: "failed", error }));
  }

  #answer(told: Told<Mode>): void {
    this.#answers.push(told);
    this.#answered = undefined;
    this.#wake();
  }

  async #status(handle: string): Promise<News> {
    return { type: "answer", status: await this.#client.servers.status({ handle }) };
  }

  #next(): Told<Mode> | undefined {
    const entry = this.#feed.next();
    if (entry === undefined) return this.#answers.shift();
    const task = this.#sent.get(entry.task)!;
    if (entry.type === "accepted") {
      return { task, news: { type: "created", handle: entry.task.handle } };
    }
    if (entry.type === "complete" || entry.type === "failed") this.#sent.delete(entry.task);
    return { task, news: entry };
  }

  /** A task that no server has, or had to its end. Returns what the run comes to for it, if no other server can have it. */
  #refused(task: SentTask<Mode>, error: unknown): RunOutcome | undefined {
    const { upload } = task;
    // What a callback has given is gone with the link.
    const isUnsent = isUnreached(error) && upload?.hasBegun !== true;
    if (isUnsent && task.others.length > 0) {
      this.#send(task);
      return undefined;
    }
    if (isUnsent) this.#unsent.unshift(task);
    else this.#end(task);
    // What its callback has thrown came out of a run already.
    if (task.hasThrown) return undefined;
    const reason = error instanceof WorkloadError ? error.cause ?? error : error;
    return { code: codeOf(reason), value: false, error: reason };
  }

  /** Calls back. Returns what the run comes to when the callback puts it off: it is called again then. */
  async #deliver(told: Told<Mode>): Promise<RunOutcome | undefined> {
    this.#current = told;
    let code = GEARMAN_SUCCESS as number;
    try {
      code = codeFrom(await this.#tell(told));
    } finally {
      // A callback that throws has had its news.
      if (code <= GEARMAN_IO_WAIT) this.#delivered(told);
    }
    return code <= GEARMAN_IO_WAIT ? undefined : { code, value: PAUSES.includes(code) };
  }

  #delivered({ task, news }: Told<Mode>): void {
    this.#current = undefined;
    if (news.type === "workload") return;
    const isLast = task.errand.type !== "foreground" || news.type === "complete" ||
      news.type === "failed";
    if (isLast) this.#end(task);
    else task.state.packet = NOTHING;
  }

  #end({ state, upload }: SentTask<Mode>): void {
    upload?.end();
    state.packet = NOTHING;
    state.isFreed = this.#client.bits.has(GEARMAN_CLIENT_FREE_TASKS);
  }

  #tell({ task, news }: Told<Mode>): unknown {
    const { bits, showsExceptions } = this.#client;
    const { state, upload } = task;
    state.isUnbuffered = bits.has(GEARMAN_CLIENT_UNBUFFERED_RESULT);
    const kind = show(state, news, showsExceptions);
    return upload !== undefined && kind === "workload"
      ? this.#fill(task, upload)
      : this.#call(task, kind);
  }

  #call({ face, state }: SentTask<Mode>, kind: CallbackKind): unknown {
    return state.kinds.has(kind) ? this.callbacks.get(kind)?.(face, ...state.context) : undefined;
  }

  /** Asks for a piece of the workload. One that gives none, and does not put it off, has no more. */
  async #fill(task: SentTask<Mode>, upload: Upload): Promise<unknown> {
    if (!upload.isWanted) return undefined;
    const { state } = task;
    state.takeWorkload = (piece) => upload.give(piece);
    try {
      const returned = await this.#call(task, "workload");
      if (upload.isWanted && codeFrom(returned) <= GEARMAN_IO_WAIT) {
        upload.fail(
          new WorkloadError(
            `Expected ${upload.missing} more bytes of workload, its callback gave none`,
          ),
        );
      }
      return returned;
    } catch (error) {
      task.hasThrown = true;
      upload.fail(error);
      throw error;
    } finally {
      state.takeWorkload = undefined;
    }
  }
}

/** What a callback returned, as the number that PHP makes of it: 0 and 1 go on. */
function codeFrom(returned: unknown): number {
  if (typeof returned === "string") return Math.trunc(Number.parseFloat(returned)) || 0;
  if (typeof returned === "number") return Math.trunc(returned) || 0;
  return 0;
}
