/** Asking job servers how they stand, and telling them what to do. */
export { Admin, type AdminOptions, type QueueLimits, type ShutdownOptions } from "./admin.ts";
export type { FunctionRow, JobRow, PriorityRow, WorkerRow } from "../protocol/mod.ts";
