/** What every entry of this face offers beside the classes that open sockets. */
export type { GearmanClientOptions as CoreClientOptions, GearmanJobStatus } from "./client.ts";
export * from "./constants.ts";
export { GearmanException } from "./exception.ts";
export * from "./functions.ts";
export { GearmanJob } from "./job.ts";
export type { WorkerCallback } from "./job_run.ts";
export type { GearmanWarning, WarningListener } from "./ledger.ts";
export type { PhpString, StringMode, StringOf } from "./strings.ts";
export { GearmanTask } from "./task.ts";
export type { TaskCallback } from "./task_run.ts";
export type { SizedWorkload } from "./upload.ts";
export type { GearmanWorkerOptions as CoreWorkerOptions } from "./worker.ts";
