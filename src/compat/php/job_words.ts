/**
 * What a job is submitted with, as it can be sent.
 *
 * @module
 */
import { got } from "../../errors.ts";
import { INVALID_ARGUMENT } from "./codes.ts";
import type { Ledger } from "./ledger.ts";
import { MAX_FUNCTION_BYTES, wrongName } from "./names.ts";
import { phpName, type PhpString, phpString } from "./strings.ts";
import { MAX_UNIQUE_BYTES } from "./unique.ts";
import type { SizedWorkload } from "./upload.ts";

/** A function name, a workload and the unique that the program gave, or `""`. */
export interface JobWords {
  readonly functionName: string;
  readonly workload: string | Uint8Array;
  readonly key: string;
}

/** What a task is added with: a whole workload, or the size of one that a callback gives. */
export interface TaskWords extends Omit<JobWords, "workload"> {
  readonly workload: string | Uint8Array | SizedWorkload;
}

/** The largest workload that a packet has room for, beside its names. */
const MAX_SIZE = 2 ** 32 - 1 - 4096;

/** Checks what a method was given. Undefined, with a warning, for what cannot be sent. */
export function jobWords(
  ledger: Ledger,
  method: string,
  function_name: PhpString,
  workload: PhpString,
  unique: PhpString,
): JobWords | undefined {
  const load = phpString(workload, "workload");
  const wrong = load.length === 0 ? "Expected a workload, got none" : undefined;
  return checked(ledger, method, wrong, {
    functionName: phpName(function_name, "function_name"),
    workload: load,
    key: phpName(unique, "unique"),
  });
}

/** Checks what a task is to be made of, as {@linkcode jobWords} does. */
export function taskWords(
  ledger: Ledger,
  method: string,
  function_name: PhpString,
  workload: PhpString | SizedWorkload,
  unique: PhpString,
): TaskWords | undefined {
  if (!isSized(workload)) return jobWords(ledger, method, function_name, workload, unique);
  const { size } = workload;
  const key = phpName(unique, "unique");
  const isSize = Number.isInteger(size) && size > 0 && size <= MAX_SIZE;
  const wrong = !isSize
    ? `Expected a size of 1 to ${MAX_SIZE} bytes, got ${got(size)}`
    : key === "#"
    ? "Expected a workload to make a unique of, got its size"
    : undefined;
  const functionName = phpName(function_name, "function_name");
  return checked(ledger, method, wrong, { functionName, workload: { size }, key });
}

/** Whether what was given is a size alone. */
export function isSized(workload: PhpString | SizedWorkload): workload is SizedWorkload {
  return typeof workload === "object" && workload !== null && "size" in workload;
}

function checked<Words extends TaskWords>(
  ledger: Ledger,
  method: string,
  wrongWorkload: string | undefined,
  words: Words,
): Words | undefined {
  const { functionName, key } = words;
  const wrong = wrongName(functionName, "a function name", MAX_FUNCTION_BYTES) ?? wrongWorkload ??
    (key === "" ? undefined : wrongName(key, "a unique", MAX_UNIQUE_BYTES));
  return wrong === undefined ? words : ledger.fail(method, INVALID_ARGUMENT, wrong, undefined);
}
