/** What options may be that say how many. */
import { wrongRange } from "../misuse.ts";

/** A number of things. Throws a `RangeError` for what is none. */
export function checkCount(count: number, option: string): number {
  if (Number.isInteger(count) && count >= 0) return count;
  throw wrongRange(`${option} to be a whole number, 0 or more`, count);
}

/** The most that there may be of something; Infinity: any number. Throws a `RangeError` for what is neither. */
export function checkLimit(limit: number, option: string): number {
  return limit === Infinity ? limit : checkCount(limit, option);
}
