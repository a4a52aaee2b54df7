/** Offering functions and running jobs. */
export type { AddOptions } from "./ability.ts";
export type { HandlerOf, TypedHandler, TypedJob } from "./contracted.ts";
export type { Handler, Job, Middleware, Result, TakenJob } from "./job.ts";
export type { TakeOptions } from "./takers.ts";
export { type DrainOptions, Worker, type WorkerOptions } from "./worker.ts";
