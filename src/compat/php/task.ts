/**
 * A task as the extension hands it to callbacks, and what is known of it.
 *
 * @module
 */
import { INVALID_ARGUMENT } from "./codes.ts";
import { GEARMAN_SUCCESS } from "./constants.ts";
import type { Ledger } from "./ledger.ts";
import { bytesOf, given, phpInt, type PhpString, phpString } from "./strings.ts";
import type { StringMode, StringOf } from "./strings.ts";

/** The moments at which a task calls back. */
export type CallbackKind =
  | "workload"
  | "created"
  | "data"
  | "warning"
  | "status"
  | "complete"
  | "exception"
  | "fail";

/** What is known of a task: written by the run that it belongs to, read through its face. */
export class TaskState<Mode extends StringMode = StringMode> {
  readonly mode: Mode;
  readonly ledger: Ledger;
  readonly functionName: string;
  readonly unique: string;
  /** The callbacks that there were when it was added: others are never called. */
  readonly kinds: ReadonlySet<CallbackKind>;
  /** What follows the task in a callback's arguments: nothing, or one value. */
  readonly context: readonly unknown[];
  /** Whether what packets bring is shown by `recvData()` alone. */
  isUnbuffered = false;
  handle = "";
  isKnown = false;
  isRunning = false;
  numerator = 0;
  denominator = 0;
  code: number = GEARMAN_SUCCESS;
  /** Whether it has ended and been let go: then it knows nothing any more. */
  isFreed = false;
  /** Takes pieces of the workload, while its callback is asked for them. */
  takeWorkload: ((piece: Uint8Array) => number) | undefined;
  #packet: Uint8Array = new Uint8Array(0);
  #read = 0;
  #decoder = newDecoder();

  constructor(
    options: Pick<
      TaskState<Mode>,
      "mode" | "ledger" | "functionName" | "unique" | "kinds" | "context"
    >,
  ) {
    this.mode = options.mode;
    this.ledger = options.ledger;
    this.functionName = options.functionName;
    this.unique = options.unique;
    this.kinds = options.kinds;
    this.context = options.context;
  }

  /** What the current packet brought. */
  get packet(): Uint8Array {
    return this.#packet;
  }

  set packet(packet: Uint8Array) {
    this.#packet = packet;
    this.#read = 0;
    this.#decoder = newDecoder();
  }

  /** The next bytes of the packet that were not read yet. A character that is cut comes with its last byte. */
  read(most: number): [length: number, data: StringOf<Mode>] {
    const piece = this.#packet.subarray(this.#read, this.#read + most);
    this.#read += piece.length;
    const data = this.mode === "bytes" ? piece : this.#decoder.decode(piece, { stream: true });
    return [piece.length, data as StringOf<Mode>];
  }
}

/**
 * The client's side of a job: made by `addTask()` and its kin, shown to callbacks. With the option
 * `GEARMAN_CLIENT_FREE_TASKS`, which is on at first, it knows nothing any more once it has ended.
 *
 * @example
 * ```ts
 * import type { GearmanTask } from "geartrain/compat/php";
 *
 * export function show(task: GearmanTask): void {
 *   console.log(task.jobHandle(), task.taskNumerator(), task.taskDenominator());
 * }
 * ```
 */
export class GearmanTask<Mode extends StringMode = "text"> {
  readonly #state: TaskState<Mode> | undefined;

  /** Without a state, which clients alone can give, a shell that answers false to everything. */
  constructor(state?: TaskState<Mode>) {
    this.#state = state;
  }

  /** How the last `sendWorkload()` or `recvData()` went. How the job went is told by callbacks. */
  returnCode(): number {
    return this.#live?.code ?? GEARMAN_SUCCESS;
  }

  /** The function that runs the job; of a task of `addTaskStatus()`, the handle. */
  functionName(): string | false {
    return this.#live?.functionName ?? false;
  }

  /** The client's own name for the job: given, or made. */
  unique(): string | false {
    return this.#live?.unique ?? false;
  }

  /** The server's name for the job, or `""` before it was created. */
  jobHandle(): string | false {
    return this.#live?.handle ?? false;
  }

  /** Whether the server knows the job, as far as it has said. */
  isKnown(): boolean {
    return this.#live?.isKnown ?? false;
  }

  /** Whether a worker has the job: true from its first data on, or as `addTaskStatus()` found. */
  isRunning(): boolean {
    return this.#live?.isRunning ?? false;
  }

  /** How much was done, by the last status. */
  taskNumerator(): number | false {
    return this.#live?.numerator ?? false;
  }

  /** Of how much, by the last status. */
  taskDenominator(): number | false {
    return this.#live?.denominator ?? false;
  }

  /** What the current packet brought. False with `GEARMAN_CLIENT_UNBUFFERED_RESULT`: read it with `recvData()`. */
  data(): StringOf<Mode> | false {
    const state = this.#live;
    return state === undefined || state.isUnbuffered ? false : given(state.packet, state.mode);
  }

  /** Bytes of what the current packet brought. */
  dataSize(): number | false {
    return this.#live?.packet.length ?? false;
  }

  /**
   * Gives a piece of the workload, from within a workload callback, which is called again as long as
   * bytes are missing. Returns how many bytes were taken: no more than are missing. False at any
   * other time.
   */
  sendWorkload(data: PhpString): number | false {
    const state = this.#live;
    const bytes = bytesOf(phpString(data, "data"));
    if (state?.takeWorkload !== undefined) {
      state.code = GEARMAN_SUCCESS;
      return state.takeWorkload(bytes);
    }
    if (state !== undefined) {
      state.code = INVALID_ARGUMENT;
      state.ledger.warn(
        "sendWorkload",
        "Expected a task that asks for its workload, got another",
        0,
      );
    }
    return false;
  }

  /** The next bytes of the current packet, `data_len` at most, and how many they are; 0 at its end. */
  recvData(data_len: number): [length: number, data: StringOf<Mode>] | false {
    const state = this.#live;
    if (state === undefined) return false;
    state.code = GEARMAN_SUCCESS;
    return state.read(Math.max(0, phpInt(data_len, "data_len")));
  }

  /** @deprecated Use {@linkcode functionName}. */
  function(): string | false {
    return this.functionName();
  }

  /** @deprecated Use {@linkcode unique}. */
  uuid(): string | false {
    return this.unique();
  }

  /** @deprecated Use {@linkcode sendWorkload}. */
  sendData(data: PhpString): number | false {
    return this.sendWorkload(data);
  }

  /** @deprecated Tasks are made by `addTask()`; this makes a shell. */
  static create(): GearmanTask {
    return new GearmanTask();
  }

  get #live(): TaskState<Mode> | undefined {
    return this.#state?.isFreed ? undefined : this.#state;
  }
}

function newDecoder(): TextDecoder {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}
