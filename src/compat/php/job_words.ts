/**
 * What a job is submitted with, as it can be sent.
 *
 * @module
 */
import { INVALID_ARGUMENT } from "./codes.ts";
import type { Ledger } from "./ledger.ts";
import { MAX_FUNCTION_BYTES, wrongName } from "./names.ts";
import { phpName, type PhpString, phpString } from "./strings.ts";
import { MAX_UNIQUE_BYTES } from "./unique.ts";

/** A function name, a workload and the unique that the program gave, or `""`. */
export interface JobWords {
  readonly functionName: string;
  readonly workload: string | Uint8Array;
  readonly key: string;
}

/** Checks what a method was given. Undefined, with a warning, for what cannot be sent. */
export function jobWords(
  ledger: Ledger,
  method: string,
  function_name: PhpString,
  workload: PhpString,
  unique: PhpString,
): JobWords | undefined {
  const functionName = phpName(function_name, "function_name");
  const load = phpString(workload, "workload");
  const key = phpName(unique, "unique");
  const wrong = wrongName(functionName, "a function name", MAX_FUNCTION_BYTES) ??
    (load.length === 0 ? "Expected a workload, got none" : undefined) ??
    (key === "" ? undefined : wrongName(key, "a unique", MAX_UNIQUE_BYTES));
  if (wrong === undefined) return { functionName, workload: load, key };
  return ledger.fail(method, INVALID_ARGUMENT, wrong, undefined);
}
