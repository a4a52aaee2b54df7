/** Results as a benchmark writes them: one row for each contestant in each cell. */
import type { Cell } from "./cells.ts";
import type { Result } from "./rounds.ts";
import { ratioTo, ratioToFirst, ratioToOwn } from "./table.ts";

/** One contestant in one cell, beside others. Ratios are of jobs a second. */
export interface Row extends Cell, Result {
  readonly toRaw?: number;
  readonly toOwn?: number;
  readonly toUnique?: number;
  readonly toC?: number;
  readonly toPhp?: number;
  readonly toFirst?: number;
}

/** The rows of a cell. */
export function rowsOf(cell: Cell, results: readonly Result[]): Row[] {
  return results.map((result) => ({
    ...cell,
    ...result,
    toRaw: ratioTo("raw", result, results),
    toOwn: ratioToOwn(result, results),
    toUnique: ratioTo("raw-unique", result, results),
    toC: ratioTo("c", result, results),
    toPhp: ratioTo("php", result, results),
    toFirst: ratioToFirst(result, results),
  }));
}
