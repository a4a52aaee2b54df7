/** Submitting jobs and following them. */
export {
  Client,
  type ClientOptions,
  type Priority,
  type SubmitOptions,
  type WaitOptions,
} from "./client.ts";
export type { JobReceipt, JobStatus } from "./questions.ts";
export type { TaskEvent } from "./submission.ts";
export { Task } from "./task.ts";
