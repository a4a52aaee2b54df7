/** Offering functions and running jobs. */
export { type Handler, Job, type Result } from "./job.ts";
export { type DrainOptions, Worker, type WorkerOptions } from "./worker.ts";
