/** Submitting jobs and following them. */
export {
  Client,
  type ClientOptions,
  type ForegroundOptions,
  type InputOf,
  type OutputOf,
  type Priority,
  type SubmitArguments,
  type SubmitOptions,
  type Workload,
} from "./client.ts";
export { type FeedEntry, type FeedEvent, TaskFeed } from "./feed.ts";
export type { JobFate } from "../protocol/mod.ts";
export type { JobReceipt, JobStatus } from "./questions.ts";
export type { TaskEvent } from "./submission.ts";
export { Task } from "./task.ts";
