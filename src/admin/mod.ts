/** Asking job servers how they stand. */
export { Admin, type AdminOptions } from "./admin.ts";
export type { FunctionRow, WorkerRow } from "../protocol/mod.ts";
