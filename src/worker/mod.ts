/** Offering functions and running jobs. */
export type { Handler, Job, Result, TakenJob } from "./job.ts";
export type { TakeOptions } from "./takers.ts";
export { type DrainOptions, Worker, type WorkerOptions } from "./worker.ts";
