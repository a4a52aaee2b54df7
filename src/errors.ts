/**
 * Every error that Geartrain throws, and every code it may carry. Nothing else in the library
 * defines an error class: match on {@linkcode GearmanError.code}, or on the class.
 *
 * The class says who must act, the code says what happened, and `outcome` says what may have
 * become of the request. Which call ends with which of them, and when, is in `docs/failures.md`,
 * where each code has a heading, for instance `docs/failures.md#dial_timeout`.
 *
 * @module
 */

/**
 * What may have become of the request when a call fails.
 *
 * - `"unsent"`: no server took it. It never left, or the server refused it.
 * - `"unacknowledged"`: it left, and no acknowledgement came back. A server may have it.
 * - `"accepted"`: a server acknowledged it, and its end is not known, or the end was a failure.
 */
export type Outcome = "unsent" | "unacknowledged" | "accepted";

/**
 * What happened to a link. See {@linkcode LinkError}, and `docs/failures.md#the-codes`.
 *
 * - `REFUSED`: nothing listens there.
 * - `UNREACHABLE`: there is no way to the host.
 * - `UNKNOWN_HOST`: the host's name has no address.
 * - `DIAL_TIMEOUT`: nothing answered the dial within `dialTimeout`.
 * - `TLS`: one side did not accept the other's certificate, or speaks no TLS.
 * - `RESET`: the connection broke.
 * - `CLOSED`: one of the two sides closed the connection in good order.
 * - `SILENT`: a server that owed an answer was silent for `answerTimeout`.
 * - `NO_SERVERS`: there are several servers, and none could be reached.
 * - `ADDRESS_IN_USE`: somebody else listens there.
 * - `UNSUPPORTED`: this runtime, or this kind of socket, cannot do what was asked.
 * - `IO`: none of these; see `cause`.
 */
export type LinkErrorCode =
  | "REFUSED"
  | "UNREACHABLE"
  | "UNKNOWN_HOST"
  | "RESET"
  | "CLOSED"
  | "DIAL_TIMEOUT"
  | "SILENT"
  | "TLS"
  | "ADDRESS_IN_USE"
  | "NO_SERVERS"
  | "UNSUPPORTED"
  | "IO";

/**
 * Which rule of the wire was broken. See {@linkcode ProtocolError}, and
 * `docs/failures.md#the-codes`.
 *
 * - `BAD_MAGIC`: bytes that begin no packet.
 * - `UNKNOWN_COMMAND`: a packet of a type that nobody knows.
 * - `TOO_LARGE`: a packet that announces more than `maxPacketBytes`, or that would have to.
 * - `MISSING_ARGUMENT`: a packet that ends before its last argument.
 * - `UNEXPECTED`: a packet or a line that nobody had asked for.
 */
export type ProtocolErrorCode =
  | "BAD_MAGIC"
  | "UNKNOWN_COMMAND"
  | "TOO_LARGE"
  | "MISSING_ARGUMENT"
  | "UNEXPECTED";

/**
 * What is the matter with a job server's store. See {@linkcode StoreError}, and
 * `docs/failures.md#the-codes`.
 *
 * - `FOREIGN`: a file that is no store, or one of a later version.
 * - `DAMAGED`: a store that cannot be read to the last job.
 * - `IN_USE`: a store that another server uses.
 * - `FULL`: no room on the disk, or within `maxBytes`.
 * - `UNSUPPORTED`: a runtime without `node:sqlite`.
 * - `IO`: anything else that went wrong on the way to the disk.
 */
export type StoreErrorCode =
  | "FOREIGN"
  | "DAMAGED"
  | "IN_USE"
  | "FULL"
  | "UNSUPPORTED"
  | "IO";

/**
 * Every value of {@linkcode GearmanError.code}: those of {@linkcode LinkErrorCode},
 * {@linkcode ProtocolErrorCode} and {@linkcode StoreErrorCode}, and one or two for each other class.
 * What each means and what to do about it is told in `docs/failures.md`, under a heading of its own:
 * `docs/failures.md#timeout` for `TIMEOUT`.
 *
 * - `SERVER`: the server answered ERROR, or an `ERR` line. {@linkcode ServerError}
 * - `FAILED`: the worker failed the job. {@linkcode JobFailed}
 * - `EXCEPTION`: the worker failed the job, and said why. {@linkcode JobException}
 * - `LOST`: the link was lost while the job was under way. {@linkcode JobLost}
 * - `TIMEOUT`: the `timeout` of the call has passed. {@linkcode JobTimeout}
 * - `OVERFLOW`: the task holds more than it may. {@linkcode TaskOverflow}
 * - `RESULT_TOO_LARGE`: the result is more than it may be. {@linkcode ResultTooLarge}
 * - `WORKLOAD`: a stream did not give what was announced. {@linkcode WorkloadError}
 * - `INVALID_INPUT`, `INVALID_OUTPUT`: not what `defineJobs()` says. {@linkcode JobInvalid}
 */
export type ErrorCode =
  | LinkErrorCode
  | ProtocolErrorCode
  | StoreErrorCode
  | "SERVER"
  | "FAILED"
  | "EXCEPTION"
  | "LOST"
  | "TIMEOUT"
  | "OVERFLOW"
  | "RESULT_TOO_LARGE"
  | "WORKLOAD"
  | "INVALID_INPUT"
  | "INVALID_OUTPUT";

/** Options that every error takes. */
export interface GearmanErrorOptions {
  /** What may have become of the request. Default `"unsent"`. */
  outcome?: Outcome;
  /** The error underneath. */
  cause?: unknown;
}

/**
 * Brands a class, so that `instanceof` holds across realms and copies of the library. A subclass
 * of a user's is asked as any class is.
 */
export function brand(branded: { prototype: object }, name: string): void {
  const mark = Symbol.for(`geartrain.${name}`);
  Object.defineProperty(branded.prototype, mark, { value: true });
  Object.defineProperty(branded, Symbol.hasInstance, {
    value(this: unknown, other: unknown): boolean {
      if (this !== branded) return Function.prototype[Symbol.hasInstance].call(this, other);
      return typeof other === "object" && other !== null &&
        (other as Record<symbol, unknown>)[mark] === true;
    },
  });
}

/** Brands and names an error class. */
export function named(errorClass: { prototype: object }, name: string): void {
  Object.defineProperty(errorClass.prototype, "name", { value: name, configurable: true });
  brand(errorClass, name);
}

/**
 * The base of every error here.
 *
 * @example
 * ```ts
 * import { GearmanError, JobFailed } from "geartrain";
 *
 * const error: unknown = new JobFailed({ handle: "H:host:1" });
 * if (error instanceof GearmanError && !error.retriable) console.log(error.code); // FAILED
 * ```
 */
export class GearmanError extends Error {
  /**
   * What happened, in a word that does not change between releases. Each has a heading in
   * `docs/failures.md` that says what to do: `docs/failures.md#timeout` for `TIMEOUT`.
   */
  readonly code: ErrorCode;
  /** What may have become of the request. */
  readonly outcome: Outcome;

  constructor(code: ErrorCode, message: string, options: GearmanErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.outcome = options.outcome ?? "unsent";
  }

  /** Whether the same call may be made again without a chance of running the job twice. */
  get retriable(): boolean {
    return this.outcome === "unsent";
  }
}
named(GearmanError, "GearmanError");

/**
 * A server could not be reached, or the link to it was lost. Whoever runs the network or the
 * server must act; meanwhile what is `retriable` may be tried again.
 *
 * @example
 * ```ts
 * import { LinkError } from "geartrain";
 *
 * export function hint(error: unknown): string {
 *   if (!(error instanceof LinkError)) return "not the network";
 *   return error.code === "REFUSED" ? "start the server" : `${error.code}, ${error.outcome}`;
 * }
 * ```
 */
export class LinkError extends GearmanError {
  declare readonly code: LinkErrorCode;

  constructor(code: LinkErrorCode, message: string, options?: GearmanErrorOptions) {
    super(code, message, options);
  }
}
named(LinkError, "LinkError");

/** Where in a stream a {@linkcode ProtocolError} was found. */
export interface ProtocolErrorOptions extends GearmanErrorOptions {
  /** Bytes from the start of the stream to the packet at fault. */
  offset?: number;
  /** Up to sixteen bytes from there on. */
  bytes?: Uint8Array;
}

/**
 * The bytes that came make no sense, and the link they came on is closed: the other side is no job
 * server, or one of the two has a fault. Trying again does not help.
 *
 * @example
 * ```ts
 * import { ProtocolError } from "geartrain";
 *
 * export function report(error: unknown): void {
 *   if (error instanceof ProtocolError) console.error(error.code, error.offset, error.bytes);
 * }
 * ```
 */
export class ProtocolError extends GearmanError {
  declare readonly code: ProtocolErrorCode;
  /** Bytes from the start of the stream to the packet at fault, or -1 when not known. */
  readonly offset: number;
  /** Up to sixteen bytes from there on. */
  readonly bytes: Uint8Array;

  constructor(code: ProtocolErrorCode, message: string, options: ProtocolErrorOptions = {}) {
    super(code, message, options);
    this.offset = options.offset ?? -1;
    this.bytes = options.bytes ?? new Uint8Array(0);
  }

  /** Never: the same bytes would make no more sense the second time. */
  override get retriable(): boolean {
    return false;
  }
}
named(ProtocolError, "ProtocolError");

/** Options of {@linkcode ServerError}. */
export interface ServerErrorOptions extends GearmanErrorOptions {
  /** What that means, where the server's words do not say. */
  hint?: string;
}

/**
 * The server answered a request with ERROR, or a text command with an `ERR` line: it did not do
 * what was asked. The link stays.
 *
 * @example
 * ```ts
 * import { ServerError } from "geartrain";
 *
 * export function isFull(error: unknown): boolean {
 *   return error instanceof ServerError && error.serverCode === "QUEUE_ERROR";
 * }
 * ```
 */
export class ServerError extends GearmanError {
  /** The server's own code, for instance `QUEUE_ERROR`. */
  readonly serverCode: string;
  /** What it says beside the code. */
  readonly serverText: string;

  constructor(serverCode: string, text: string, options: ServerErrorOptions = {}) {
    const said = text === "" ? "" : `: "${text}"`;
    const hint = options.hint === undefined ? "" : `: ${options.hint}`;
    super("SERVER", `Server answered "${serverCode}"${said}${hint}`, options);
    this.serverCode = serverCode;
    this.serverText = text;
  }

  /** Only for a full queue: it may have room the next time. */
  override get retriable(): boolean {
    return this.serverCode === "QUEUE_ERROR" && this.outcome === "unsent";
  }
}
named(ServerError, "ServerError");

/** Which job an error is about. */
export interface JobErrorOptions extends GearmanErrorOptions {
  /** The server's name for the job. */
  handle?: string;
  /** The function that ran it. */
  functionName?: string;
}

const FAILS_WITH_TEXT = "a job fails with a text where its handler throws an Error";

/** What became of a job, where that is no result. */
abstract class JobError extends GearmanError {
  /** The server's name for the job, or `""`. */
  readonly handle: string;
  /** The function that ran it, or `""`. */
  readonly functionName: string;

  constructor(code: ErrorCode, what: (job: string) => string, options: JobErrorOptions) {
    if (typeof options !== "object" || options === null) {
      throw new TypeError(
        `Expected options such as { handle }, got ${got(options)}: ${FAILS_WITH_TEXT}`,
      );
    }
    const { handle = "", functionName = "" } = options;
    const ofFunction = functionName === "" ? "" : ` of function "${functionName}"`;
    super(code, what(handle === "" ? "Job" : `Job "${handle}"${ofFunction}`), {
      outcome: "accepted",
      ...options,
    });
    this.handle = handle;
    this.functionName = functionName;
  }
}

/**
 * The job ended with WORK_FAIL: its worker says no more. Thrown by a handler, it ends the job so.
 *
 * @example
 * ```ts
 * import { JobFailed, type Worker } from "geartrain";
 *
 * export function offer(worker: Worker): void {
 *   worker.add("resize", (job) => {
 *     if (job.workload.length === 0) throw new JobFailed();
 *     return job.workload.subarray(0, 10);
 *   });
 * }
 * ```
 */
export class JobFailed extends JobError {
  constructor(options: JobErrorOptions = {}) {
    super("FAILED", (job) => `${job} failed`, options);
  }
}
named(JobFailed, "JobFailed");

/**
 * The job ended with WORK_EXCEPTION: its worker says why.
 *
 * @example
 * ```ts
 * import { JobException } from "geartrain";
 *
 * export function wordsOf(error: unknown): string | undefined {
 *   return error instanceof JobException ? new TextDecoder().decode(error.data) : undefined;
 * }
 * ```
 */
export class JobException extends JobError {
  /** What the worker sent with it. */
  readonly data: Uint8Array;

  constructor(data: Uint8Array, options: JobErrorOptions = {}) {
    if (!(data instanceof Uint8Array)) {
      throw new TypeError(`Expected data as a Uint8Array, got ${got(data)}: ${FAILS_WITH_TEXT}`);
    }
    const text = new TextDecoder().decode(data.subarray(0, 200));
    super("EXCEPTION", (job) => `${job} failed with an exception: "${text}"`, options);
    this.data = data;
  }
}
named(JobException, "JobException");

/**
 * The link was lost after the server had taken the job, so its end will not be heard; it may have
 * ended well. `cause` is the end of the link.
 *
 * @example
 * ```ts
 * import { JobLost } from "geartrain";
 *
 * export function mayHaveRun(error: unknown): boolean {
 *   return error instanceof JobLost; // ask client.status(), or submit again with its unique
 * }
 * ```
 */
export class JobLost extends JobError {
  constructor(options: JobErrorOptions = {}) {
    super("LOST", (job) => `${job} was under way when the link was lost${whyOf(options)}`, options);
  }
}
named(JobLost, "JobLost");

/** The words of what is underneath, where that is an error. */
function whyOf(options: JobErrorOptions): string {
  return options?.cause instanceof Error ? `: ${options.cause.message}` : "";
}

/** Options of {@linkcode JobTimeout}. */
export interface JobTimeoutOptions extends GearmanErrorOptions {
  /** Where to look, where that is likely. */
  hint?: string;
}

/**
 * The `timeout` that a call was given has passed. What was sent takes its course.
 *
 * @example
 * ```ts
 * import { Client, JobServer, JobTimeout } from "geartrain";
 *
 * await using server = await JobServer.listen();
 * await using client = new Client({ servers: server.address });
 * try {
 *   await client.submit("nobody", "", { timeout: 10 }).result();
 * } catch (error) {
 *   console.log(error instanceof JobTimeout); // true
 * }
 * ```
 */
export class JobTimeout extends GearmanError {
  constructor(waitedFor: string, milliseconds: number, options: JobTimeoutOptions = {}) {
    const hint = options.hint === undefined ? "" : `: ${options.hint}`;
    super("TIMEOUT", `Expected ${waitedFor} within ${milliseconds} ms, none came${hint}`, options);
  }
}
named(JobTimeout, "JobTimeout");

/**
 * A task's unread events outgrew its byte budget.
 *
 * @example
 * ```ts
 * import { type Client, TaskOverflow } from "geartrain";
 *
 * export async function lengthOf(client: Client): Promise<number> {
 *   try {
 *     return (await client.submit("export", "", { taskBytes: 1_000_000 }).result()).length;
 *   } catch (error) {
 *     if (error instanceof TaskOverflow) return Infinity; // read it by stream() instead
 *     throw error;
 *   }
 * }
 * ```
 */
export class TaskOverflow extends JobError {
  constructor(budget: number, options: JobErrorOptions = {}) {
    const what = `sent more than the ${budget} bytes its task may hold unread`;
    super("OVERFLOW", (job) => `${job} ${what}`, options);
  }
}
named(TaskOverflow, "TaskOverflow");

/**
 * A result had more bytes than `maxResultBytes` lets it have.
 *
 * @example
 * ```ts
 * import { type Client, ResultTooLarge } from "geartrain";
 *
 * export async function small(client: Client): Promise<Uint8Array | undefined> {
 *   try {
 *     return await client.submit("export", "", { maxResultBytes: 10_000 }).result();
 *   } catch (error) {
 *     if (error instanceof ResultTooLarge) return undefined;
 *     throw error;
 *   }
 * }
 * ```
 */
export class ResultTooLarge extends JobError {
  constructor(maxResultBytes: number, options: JobErrorOptions = {}) {
    const what = `sent more than the ${maxResultBytes} bytes its result may have`;
    super("RESULT_TOO_LARGE", (job) => `${job} ${what}`, options);
  }
}
named(ResultTooLarge, "ResultTooLarge");

/**
 * A workload that comes as a stream did not come as announced: it had more bytes or fewer than its
 * `size`, or failed, and then `cause` says how. Nothing was submitted.
 *
 * @example
 * ```ts
 * import { Client, JobServer, WorkloadError } from "geartrain";
 *
 * await using server = await JobServer.listen();
 * await using client = new Client({ servers: server.address });
 * try {
 *   await client.submit("store", { size: 10, stream: new Blob(["short"]).stream() }).result();
 * } catch (error) {
 *   if (error instanceof WorkloadError) console.log(error.outcome); // unsent
 * }
 * ```
 */
export class WorkloadError extends GearmanError {
  constructor(message: string, options?: GearmanErrorOptions) {
    super("WORKLOAD", message, options);
  }

  /** Never: a stream is read once. */
  override get retriable(): boolean {
    return false;
  }
}
named(WorkloadError, "WorkloadError");

/** Which end of a job a value that does not fit stands at. */
export type InvalidSide = "input" | "output";

/** One thing that is wrong with a value. */
export interface JobIssue {
  readonly message: string;
  /** Where in the value; empty: the value as a whole. */
  readonly path: readonly PropertyKey[];
}

/**
 * The input or the output of a job is not what `defineJobs()` says: a validator refused it, or a
 * codec could not write or read it, and `cause` is what the codec threw. Or it is no JSON, and was
 * asked for as such. Its code is `INVALID_INPUT` or `INVALID_OUTPUT`.
 *
 * @example
 * ```ts
 * import { JobInvalid } from "geartrain";
 *
 * export function issuesOf(error: unknown): string[] {
 *   if (!(error instanceof JobInvalid)) return [];
 *   return error.issues.map(({ message, path }) => `${path.join(".")}: ${message}`);
 * }
 * ```
 */
export class JobInvalid extends JobError {
  declare readonly code: "INVALID_INPUT" | "INVALID_OUTPUT";
  /** What is wrong, as the validator tells it. */
  readonly issues: readonly JobIssue[];

  constructor(side: InvalidSide, issues: readonly JobIssue[], options: JobErrorOptions = {}) {
    const texts = issues.map(({ message, path }) =>
      path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`
    );
    const { functionName = "" } = options;
    super(
      side === "input" ? "INVALID_INPUT" : "INVALID_OUTPUT",
      () => `Expected a fitting ${side} of function "${functionName}", got: ${texts.join("; ")}`,
      options,
    );
    this.issues = issues;
  }

  /** Never: the same value would fit no better the second time. */
  override get retriable(): boolean {
    return false;
  }
}
named(JobInvalid, "JobInvalid");

/** What was thrown by whatever was to read, write or judge a value. */
export function invalid(side: InvalidSide, cause: unknown, options?: JobErrorOptions): JobInvalid {
  return new JobInvalid(side, [{ message: messageOf(cause), path: [] }], { ...options, cause });
}

function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return "A value that has no text was thrown";
  }
}

/**
 * A job server's store cannot be used, or could not keep what it was given.
 *
 * @example
 * ```ts
 * import { JobServer, StoreError } from "geartrain";
 *
 * export async function listen(): Promise<JobServer> {
 *   try {
 *     return await JobServer.listen({ store: "jobs.db" });
 *   } catch (error) {
 *     if (error instanceof StoreError && error.code === "IN_USE") return await JobServer.listen();
 *     throw error;
 *   }
 * }
 * ```
 */
export class StoreError extends GearmanError {
  declare readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: GearmanErrorOptions) {
    super(code, message, options);
  }
}
named(StoreError, "StoreError");

/** The words for a value that was not what a call expects: "Expected this, got that". */
export function got(value: unknown): string {
  if (typeof value === "string") {
    return value.length > 80 ? `"${value.slice(0, 77)}..."` : `"${value}"`;
  }
  if (value === null || value === undefined || typeof value === "boolean") return `${value}`;
  if (typeof value === "number" || typeof value === "bigint") return `${value}`;
  if (Array.isArray(value)) return "a list";
  return typeof value === "object"
    ? `an object (${value.constructor?.name || "no class"})`
    : `a ${typeof value}`;
}
