/**
 * What the calls of a client take.
 *
 * @module
 */
import type { AnyJobs, FunctionNameOf, Given, JobDefinitions, Jobs, Taken } from "../jobs/mod.ts";
import {
  type Backoff,
  CONNECT_OPTIONS,
  type ConnectOptions,
  type ServerAddress,
  type Servers,
  WAIT_OPTIONS,
  type WaitOptions,
} from "../link/mod.ts";
import { type OptionNames, takenBy } from "../misuse.ts";
import type { TaskFeed } from "./feed.ts";
import type { Schedule } from "./schedule.ts";

/** Which of a function's three lanes a job waits in. */
export type Priority = "high" | "normal" | "low";

/**
 * What is done about a submission whose link was lost, or whose server could not be reached.
 *
 * - `"safe"`: what was not sent goes to the next server, each server being tried once. Nothing is
 *   run twice for it.
 * - `"idempotent"`: the job may run twice without harm, so it is also sent again when it was sent
 *   and not acknowledged, if it has a `unique`, and when it is a foreground job that was accepted,
 *   unless some of its data or warnings have been read. It waits for a server to come back, for
 *   {@linkcode ClientOptions.retryFor}, but is sent 8 times at most: one that ends every server it
 *   meets must not meet them for ever. While no server is down, its
 *   `unique` makes it run once all the same.
 */
export type Retry = "safe" | "idempotent";

/** Bytes that come from elsewhere, and how many there will be. */
export interface SizedStream {
  /** Bytes in all; a stream that gives more or less is a {@linkcode WorkloadError}. */
  readonly size: number;
  /** Where they come from. It is read as fast as the server takes them. */
  readonly stream: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;
}

/**
 * What a job may be given where no `defineJobs()` says so: text, sent as UTF-8; bytes; or a stream
 * of known size, for which a link of its own is opened.
 */
export type Workload = string | Uint8Array | SizedStream;

/** Options of {@linkcode Client}. */
export interface ClientOptions<Definitions extends JobDefinitions = AnyJobs>
  extends ConnectOptions {
  /** The job servers. */
  readonly servers: Servers;
  /** What functions take and give, made by `defineJobs()`. Default: any name, bytes in and out. */
  readonly jobs?: Jobs<Definitions>;
  /**
   * Which server a job without a `unique` goes to, of those that are up or untried. Default
   * `"round-robin"`, beginning with any. One with a `unique` goes to the same server from every
   * client.
   */
  readonly balance?: "round-robin" | "random";
  /** Numbers from 0 to below 1, for `balance`. Default `Math.random`. */
  readonly random?: () => number;
  /** What is done about trouble with a server. Default `"safe"`. */
  readonly retry?: Retry;
  /**
   * Milliseconds from the first trouble of an `"idempotent"` submission on in which it is tried again.
   * Default 30,000. The last try takes its own time: `dialTimeout`, or `answerTimeout`. What bounds
   * all of them together is the call's `timeout`.
   */
  readonly retryFor?: number;
  /**
   * Whether an error carries the stack of its submission. Default true. Of more than 16
   * jobs of a function in 10 milliseconds, some are given the stack of one shortly before, and a line
   * that says so. Without it, errors have the stack of where they were found.
   */
  readonly stacks?: boolean;
  /** Whether servers are asked to relay WORK_EXCEPTION, which otherwise comes as a failure. Default true. */
  readonly exceptions?: boolean;
  /** Bytes that a task may hold. Default 64 MiB. */
  readonly taskBytes?: number;
  /** Bytes that the tasks of one link may hold unread before it stops reading. Default 16 MiB. */
  readonly linkBytes?: number;
  /** Bytes that a result may have, its data included. Default: no limit. */
  readonly maxResultBytes?: number;
  /**
   * For how long a server that could not be reached is passed over. Default: anything up to 0.1 s,
   * doubled with each failure in a row up to 30 s. The next job after that tries it again, and waits
   * for it if its `unique` leads there.
   */
  readonly backoff?: Backoff;
}

/** What all submissions may be given. */
export interface SubmissionOptions extends WaitOptions {
  /** The client's own name for the job, 1 to 63 bytes: equal ones under way share one job. */
  readonly unique?: string;
  /** What is done about trouble with a server. Default: what the client says. */
  readonly retry?: Retry;
}

/** A lane to wait in. */
export interface Prioritized {
  /** Default `"normal"`. */
  readonly priority?: Priority;
  readonly reducer?: undefined;
  readonly at?: undefined;
  readonly delay?: undefined;
  readonly schedule?: undefined;
}

/** A function that is to join the results of the job's parts. Such jobs have normal priority. */
export interface Reduced {
  /** Its name, 1 to 63 bytes: workers see it as `job.reducer`. */
  readonly reducer: string;
  readonly priority?: undefined;
  readonly at?: undefined;
  readonly delay?: undefined;
  readonly schedule?: undefined;
}

/** A time before which the job does not run. Such jobs have normal priority. */
export type Delayed =
  & {
    readonly priority?: undefined;
    readonly reducer?: undefined;
    readonly schedule?: undefined;
  }
  & (
    | {
      /** Not before then: a date, or milliseconds since 1970 as `Date.now()` counts them; rounded up to a second. */
      readonly at: Date | number;
      readonly delay?: undefined;
    }
    | {
      /** Milliseconds from now on, by this machine's clock; rounded up to a second. */
      readonly delay: number;
      readonly at?: undefined;
    }
  );

/** Times at which the server submits the job again and again. Such jobs have normal priority. */
export interface Repeated {
  /** By fields, or in a line: `"0 3 * * mon-fri"`. Of our job server only: gearmand refuses it. */
  readonly schedule: Schedule | string;
  readonly priority?: undefined;
  readonly reducer?: undefined;
  readonly at?: undefined;
  readonly delay?: undefined;
}

/** What a task is to bear. */
export interface TaskOptions {
  /** Bytes that the task may hold. Default: what the client says. */
  readonly taskBytes?: number;
  /**
   * What happens when more comes unread: the task fails with a {@linkcode TaskOverflow}, or forgets
   * the oldest, and only `result()` fails. Default `"fail"`.
   */
  readonly overflow?: "fail" | "drop";
  /** Bytes that the result may have, its data included; more is a {@linkcode ResultTooLarge}. Default: what the client says. */
  readonly maxResultBytes?: number;
  /** Where this task is read together with others. */
  readonly feed?: TaskFeed;
}

/**
 * Options of {@linkcode Client.submit}.
 *
 * @example
 * ```ts
 * import type { Client, SubmitOptions } from "geartrain";
 *
 * const options: SubmitOptions = { unique: "cat-42", priority: "high", timeout: 30_000 };
 *
 * export function small(client: Client, image: Uint8Array): Promise<Uint8Array> {
 *   return client.submit("resize", image, options).result();
 * }
 * ```
 */
export type SubmitOptions = SubmissionOptions & TaskOptions & (Prioritized | Reduced);

/**
 * Options of {@linkcode Client.background}.
 *
 * @example
 * ```ts
 * import type { BackgroundOptions, Client } from "geartrain";
 *
 * const tonight: BackgroundOptions = { unique: "report", at: new Date("2027-01-01T02:00:00Z") };
 * const nightly: BackgroundOptions = { unique: "backup", schedule: "30 2 * * *" };
 *
 * export async function plan(client: Client): Promise<void> {
 *   await client.background("report", "2026", tonight);
 *   await client.background("backup", "", nightly);
 * }
 * ```
 */
export type BackgroundOptions = SubmissionOptions & (Prioritized | Reduced | Delayed | Repeated);

/** The names of the options of {@linkcode Client.background}. */
export const BACKGROUND_OPTIONS: OptionNames<BackgroundOptions> = {
  unique: true,
  ...WAIT_OPTIONS,
  retry: true,
  priority: true,
  reducer: true,
  at: true,
  delay: true,
  schedule: true,
};

const IN_BACKGROUND = "background()";

/** Those of {@linkcode Client.submit}: a job that is followed runs now. */
export const SUBMIT_OPTIONS: OptionNames<SubmitOptions> = {
  ...BACKGROUND_OPTIONS,
  at: IN_BACKGROUND,
  delay: IN_BACKGROUND,
  schedule: IN_BACKGROUND,
  taskBytes: true,
  overflow: true,
  maxResultBytes: true,
  feed: true,
};

/** Those of the client: what a call takes is no option of it. */
export const CLIENT_OPTIONS: OptionNames<ClientOptions> = {
  ...takenBy("submit()", SUBMIT_OPTIONS),
  servers: true,
  ...CONNECT_OPTIONS,
  jobs: true,
  balance: true,
  random: true,
  retry: true,
  retryFor: true,
  stacks: true,
  exceptions: true,
  taskBytes: true,
  linkBytes: true,
  maxResultBytes: true,
  backoff: true,
};

/** Options of {@linkcode Client.follow}. */
export interface FollowOptions extends Pick<WaitOptions, "signal"> {
  /** Milliseconds from an answer to the next question, 1 or more. Default 1,000. */
  readonly every?: number;
}

/** Their names. */
export const FOLLOW_OPTIONS: OptionNames<FollowOptions> = { signal: true, every: true };

/** Options of {@linkcode Client.ping}. */
export interface PingOptions extends WaitOptions {
  /** Which server; by default any. */
  readonly server?: ServerAddress;
  /** What is to come back. Default: nothing. */
  readonly data?: Uint8Array;
}

/** Their names. */
export const PING_OPTIONS: OptionNames<PingOptions> = { ...WAIT_OPTIONS, server: true, data: true };

/** A job that a server has: by its handle, or by its unique. */
export type KnownJob =
  | { readonly server?: ServerAddress; readonly handle: string }
  | { readonly server?: ServerAddress; readonly unique: string };

/** What a function takes. */
export type InputOf<Definitions extends JobDefinitions, Name extends FunctionNameOf<Definitions>> =
  string extends keyof Definitions ? Workload : Given<Definitions[Name]["input"]>;

/** What a function gives. */
export type OutputOf<Definitions extends JobDefinitions, Name extends FunctionNameOf<Definitions>> =
  string extends keyof Definitions ? Uint8Array : Taken<Definitions[Name]["output"]>;

/** What follows a function's name in a submission. A workload of bytes may be left out. */
export type SubmitArguments<
  Definitions extends JobDefinitions,
  Name extends FunctionNameOf<Definitions>,
  Options,
> = string extends keyof Definitions ? [workload?: Workload, options?: Options]
  : [input: InputOf<Definitions, Name>, options?: Options];

/** One of many foreground jobs; its own options come before those that are given for all. */
export type JobToSubmit<Definitions extends JobDefinitions = AnyJobs> = OneOfMany<
  Definitions,
  SubmitOptions
>;

/** One of many background jobs; its own options come before those that are given for all. */
export type JobToDeposit<Definitions extends JobDefinitions = AnyJobs> = OneOfMany<
  Definitions,
  BackgroundOptions
>;

/** What one of many jobs may have. */
export const JOB_TO_SUBMIT: OptionNames<JobToSubmit> = {
  functionName: true,
  workload: true,
  ...SUBMIT_OPTIONS,
};

/** The same in the background. */
export const JOB_TO_DEPOSIT: OptionNames<JobToDeposit> = {
  functionName: true,
  workload: true,
  ...BACKGROUND_OPTIONS,
};

/** A function's name and what belongs to it, for each function. */
type OneOfMany<Definitions extends JobDefinitions, Options> = string extends keyof Definitions
  ? { readonly functionName: string; readonly workload?: Workload } & Options
  : {
    [Name in FunctionNameOf<Definitions>]:
      & { readonly functionName: Name; readonly workload: InputOf<Definitions, Name> }
      & Options;
  }[FunctionNameOf<Definitions>];

/** What the functions give that are named in many jobs. */
export type OutputOfMany<Definitions extends JobDefinitions, Many> = Many extends
  Iterable<{ readonly functionName: infer Name extends FunctionNameOf<Definitions> }>
  ? OutputOf<Definitions, Name>
  : never;
