/** Numbers as they are typed. */
import { got } from "../errors.ts";
import { UsageError } from "./usage_error.ts";

/** A whole number that is not too small. Undefined stays so. Throws a {@linkcode UsageError}. */
export function countOf(text: string | undefined, what: string, least = 1): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text) && Number(text) >= least) return Number(text);
  throw new UsageError(`Expected ${what} to be a whole number, ${least} or more, got ${got(text)}`);
}
