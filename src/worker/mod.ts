/** Offering functions and running jobs. */
export type { Handler, Job, Result } from "./job.ts";
export { type DrainOptions, Worker, type WorkerOptions } from "./worker.ts";
