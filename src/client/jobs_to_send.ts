/**
 * From what a caller gives to what is put on the wire: commands, arguments, limits, and the checks
 * that come before the wire.
 *
 * @module
 */
import { checkSignal, checkTimeout } from "../link/mod.ts";
import { checkOptions, noData, type OptionNames, wrongRange, wrongType } from "../misuse.ts";
import { checkFunctionName, checkReducer, checkUnique, Command } from "../protocol/mod.ts";
import type { TaskFeed } from "./feed.ts";
import type { JobRequest, JobSpec } from "./job_request.ts";
import type {
  BackgroundOptions,
  Priority,
  Retry,
  SizedStream,
  SubmissionOptions,
  SubmitOptions,
  TaskOptions,
} from "./options.ts";
import { timeFieldsOf } from "./schedule.ts";
import { Source } from "./source.ts";
import type { Limits } from "./task_events.ts";

const FOREGROUND = {
  high: Command.SUBMIT_JOB_HIGH,
  normal: Command.SUBMIT_JOB,
  low: Command.SUBMIT_JOB_LOW,
} as const;

const BACKGROUND = {
  high: Command.SUBMIT_JOB_HIGH_BG,
  normal: Command.SUBMIT_JOB_BG,
  low: Command.SUBMIT_JOB_LOW_BG,
} as const;

const NO_EXTRAS: readonly string[] = [];

/** What a foreground submission puts on the wire. Throws for what cannot be. */
export function foregroundSpec(
  functionName: string,
  options: SubmitOptions,
  retry: Retry,
): JobSpec {
  const { unique = "", priority, reducer, feed } = options;
  checkCommon(functionName, options);
  if (feed !== undefined) checkFeed(feed);
  const isReduced = reducer !== undefined;
  return {
    type: isReduced ? Command.SUBMIT_REDUCE_JOB : FOREGROUND[checkPriority(priority)],
    functionName,
    extras: isReduced ? reduced(reducer, priority) : NO_EXTRAS,
    isNamed: unique !== "",
    isIdempotent: checkRetry(options.retry ?? retry) === "idempotent",
  };
}

/** The jobs of a submission of many. Throws a `TypeError` for what is none. */
export function jobsIn<Job extends object>(jobs: Iterable<Job>, names: OptionNames<Job>): Job[] {
  if (typeof jobs !== "object" || typeof jobs?.[Symbol.iterator] !== "function") {
    throw wrongType("jobs such as [{ functionName, workload }]", jobs);
  }
  return Array.from(jobs, (job, index) => {
    if (typeof job !== "object" || job === null) {
      throw wrongType(`{ functionName, workload } as job ${index}`, job);
    }
    if (!isBare(job)) checkOptions(job, names, `job ${index}`);
    return job;
  });
}

/** Whether a job has no options of its own, as most of many have. */
function isBare(job: object): boolean {
  for (const name in job) if (name !== "functionName" && name !== "workload") return false;
  return "functionName" in job;
}

/** The options of each of many jobs: its own before those for all. */
export function optionsOf<Options extends object>(
  jobs: readonly Options[],
  options: Options,
): Options[] {
  return jobs.map((job) => isBare(job) ? options : { ...options, ...job });
}

/** Makes the request of each job. Where one is misuse, the streams of those before it are let go. */
export function allOrNone<Job, Made extends JobRequest>(
  jobs: readonly Job[],
  make: (job: Job, index: number) => Made,
): Made[] {
  const made: Made[] = [];
  try {
    for (const [index, job] of jobs.entries()) made.push(make(job, index));
    return made;
  } catch (misuse) {
    for (const { source } of made) source?.release();
    throw misuse;
  }
}

/** What a background submission puts on the wire. Throws for what cannot be. */
export function backgroundSpec(
  functionName: string,
  options: BackgroundOptions,
  retry: Retry,
): JobSpec {
  const { unique = "" } = options;
  checkCommon(functionName, options);
  const type = backgroundType(options);
  // The keys in the order of foregroundSpec(), and none spread: one shape for all who read it.
  return {
    type,
    functionName,
    extras: backgroundExtras(options),
    isNamed: unique !== "",
    isIdempotent: checkRetry(options.retry ?? retry) === "idempotent",
  };
}

/** The unique of a background job: servers with a store keep one job for each, and those without one are all the same. */
export function uniqueIn({ unique = "" }: BackgroundOptions): string {
  return unique === "" ? newUnique() : unique;
}

/** What the uniques of this program begin with: 96 random bits. */
let uniquePrefix = "";
let uniques = 0;

/** A unique that nobody else has. A UUID for each would cost V8 ten times as much. */
function newUnique(): string {
  if (uniquePrefix === "") {
    const random = crypto.getRandomValues(new Uint32Array(3));
    uniquePrefix = Array.from(random, (word) => word.toString(36).padStart(7, "0")).join("") + "-";
  }
  return uniquePrefix + (uniques++).toString(36);
}

function backgroundType({ priority, reducer, schedule, at, delay }: BackgroundOptions): number {
  if (schedule !== undefined) return Command.SUBMIT_JOB_SCHED;
  if (at !== undefined || delay !== undefined) return Command.SUBMIT_JOB_EPOCH;
  if (reducer !== undefined) return Command.SUBMIT_REDUCE_JOB_BACKGROUND;
  return BACKGROUND[checkPriority(priority)];
}

function backgroundExtras(options: BackgroundOptions): readonly string[] {
  const { priority, reducer, schedule } = options;
  if (schedule !== undefined) {
    checkAlone(options);
    return timeFieldsOf(schedule);
  }
  const time = timeOf(options);
  if (time !== undefined) return [time];
  return reducer === undefined ? NO_EXTRAS : reduced(reducer, priority);
}

function checkCommon(functionName: string, options: SubmissionOptions): void {
  const { unique = "", timeout, signal } = options;
  checkFunctionName(functionName);
  if (unique !== "") checkUnique(unique);
  if (timeout !== undefined) checkTimeout(timeout, "timeout");
  if (signal !== undefined) checkSignal(signal);
}

/** Throws a `TypeError` for what is no feed. By what it can do: who uses none need not have the class. */
function checkFeed(feed: TaskFeed): void {
  if (typeof (Object(feed) as Partial<TaskFeed>).follow === "function") return;
  throw wrongType("a TaskFeed as feed", feed);
}

/** A workload as a request takes it. Throws a `TypeError` or `RangeError` for what is none. */
export function workloadOf(input: unknown = ""): string | Uint8Array | Source {
  if (typeof input === "string" || input instanceof Uint8Array) return input;
  if (typeof input === "object" && input !== null && "stream" in input) {
    return new Source(input as SizedStream);
  }
  throw noData(
    "a workload of text, a Uint8Array or { size, stream }",
    input,
    "give { size, stream }",
  );
}

/** The limits of one task: the client's, unless the options say otherwise. */
export function limitsOf(options: TaskOptions, ofClient: Limits): Limits {
  const { taskBytes, overflow, maxResultBytes } = options;
  if (taskBytes === undefined && overflow === undefined && maxResultBytes === undefined) {
    return ofClient;
  }
  return checkLimits({
    taskBytes: taskBytes ?? ofClient.taskBytes,
    overflow: overflow ?? ofClient.overflow,
    maxResultBytes: maxResultBytes ?? ofClient.maxResultBytes,
  });
}

/** Throws a `TypeError` or `RangeError` for limits that are none. */
export function checkLimits(limits: Limits): Limits {
  checkBytes(limits.taskBytes, "taskBytes");
  checkBytes(limits.maxResultBytes, "maxResultBytes");
  if (limits.overflow === "fail" || limits.overflow === "drop") return limits;
  throw wrongType('overflow "fail" or "drop"', limits.overflow);
}

/** Throws a `RangeError` for what is no number of bytes. */
export function checkBytes(bytes: number, option: string): number {
  if (typeof bytes === "number" && bytes >= 0) return bytes;
  throw wrongRange(`${option} of 0 or more, or Infinity`, bytes);
}

/** Throws a `TypeError` for what is no policy. */
export function checkRetry(retry: Retry): Retry {
  if (retry === "safe" || retry === "idempotent") return retry;
  throw wrongType('retry "safe" or "idempotent"', retry);
}

function checkPriority(priority: Priority = "normal"): Priority {
  if (Object.hasOwn(FOREGROUND, priority)) return priority;
  throw wrongType('priority "high", "normal" or "low"', priority);
}

/** The arguments of a reduce job: the reducer, and one that no server looks at. */
function reduced(reducer: string, priority: Priority | undefined): readonly string[] {
  if (priority !== undefined) {
    throw new TypeError("Expected a reducer or a priority, got both");
  }
  return [checkReducer(reducer), ""];
}

/** Throws where a schedule is not all that is asked for. */
function checkAlone({ priority, reducer, at, delay }: BackgroundOptions): void {
  const others = [priority, reducer, at, delay].some((option) => option !== undefined);
  if (!others) return;
  throw new TypeError(
    "Expected a schedule, a time to wait for, a priority or a reducer, got two of them",
  );
}

/** Seconds since 1970, as the wire has them; undefined where there is no hurry to wait. */
function timeOf({ at, delay, priority, reducer }: BackgroundOptions): string | undefined {
  if (at === undefined && delay === undefined) return undefined;
  if (at !== undefined && delay !== undefined) {
    throw new TypeError("Expected a delay or a time to wait for, got both");
  }
  if (priority !== undefined || reducer !== undefined) {
    throw new TypeError("Expected a job that waits, a priority or a reducer, got two of them");
  }
  const milliseconds = delay !== undefined
    ? Date.now() + checkTime(delay, "delay in milliseconds")
    : checkTime(
      at instanceof Date ? at.getTime() : at!,
      "at as a date, or milliseconds since 1970",
    );
  return String(Math.ceil(milliseconds / 1000));
}

/** The last moment that a `Date` can hold. */
const LAST_TIME = 8.64e15;

function checkTime(milliseconds: number, what: string): number {
  const isTime = typeof milliseconds === "number" && milliseconds >= 0;
  if (isTime && milliseconds <= LAST_TIME) return milliseconds;
  throw wrongRange(`${what}, 0 to ${LAST_TIME}`, milliseconds);
}
