/** Submitting jobs and following them. */
export { Batch, type BatchItem, TaskBatch } from "./batch.ts";
export { Client } from "./client.ts";
export type { JobReceipt } from "./deposit.ts";
export type {
  BackgroundOptions,
  ClientOptions,
  Delayed,
  FollowOptions,
  InputOf,
  JobToDeposit,
  JobToSubmit,
  KnownJob,
  OutputOf,
  OutputOfMany,
  PingOptions,
  Prioritized,
  Priority,
  Reduced,
  Repeated,
  Retry,
  SizedStream,
  SubmissionOptions,
  SubmitArguments,
  SubmitOptions,
  TaskOptions,
  Workload,
} from "./options.ts";
export { type FeedEntry, type FeedEvent, TaskFeed } from "./feed.ts";
export type { JobFate } from "../protocol/mod.ts";
export type { JobStatus } from "./questions.ts";
export type { Schedule } from "./schedule.ts";
export { Task } from "./task.ts";
export type { TaskEvent } from "./task_events.ts";
