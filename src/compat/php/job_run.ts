/**
 * One job through a worker's callback, and what is told of it.
 *
 * @module
 */
import type { TakenJob } from "../../worker/mod.ts";
import {
  GEARMAN_INVALID_FUNCTION_NAME,
  GEARMAN_LOST_CONNECTION,
  GEARMAN_SHUTDOWN,
  GEARMAN_SUCCESS,
  GEARMAN_WORK_EXCEPTION,
} from "./constants.ts";
import { GearmanJob, type JobState } from "./job.ts";
import { type Ledger, wordsOf } from "./ledger.ts";
import { type PhpString, phpString, type StringMode } from "./strings.ts";

/** Runs a job. Returns its result, or a promise of it. */
export type WorkerCallback<Mode extends StringMode = "text"> = (
  job: GearmanJob<Mode>,
  // deno-lint-ignore no-explicit-any -- whatever the program gave, as PHP's `mixed`
  context?: any,
) => unknown;

/** A function that is offered. */
export interface Offer<Mode extends StringMode> {
  /** None: its jobs are for `grabJob()`. */
  readonly callback: WorkerCallback<Mode> | undefined;
  readonly context: unknown;
  /** Milliseconds, or 0 for no limit. */
  readonly timeout: number;
}

/** What the extension tells a client of every throw. */
const FIXED_TEXT = "Unable to add worker function";

/**
 * Runs a job and reports how it ended. Resolves with the code that the worker's loop is to see;
 * rejects with what the callback throws, which the client is told as an exception.
 */
export async function runJob<Mode extends StringMode>(
  state: JobState<Mode>,
  offer: Offer<Mode> | undefined,
  ledger: Ledger,
  exceptionText: "message" | "fixed",
): Promise<number> {
  if (offer?.callback === undefined) return GEARMAN_INVALID_FUNCTION_NAME;
  try {
    const returned = await offer.callback(new GearmanJob<Mode>(state), offer.context);
    await settle(state, returned, ledger);
  } catch (error) {
    const text = exceptionText === "fixed" ? FIXED_TEXT : wordsOf(error);
    await state.send((job) => job.exception(text), true);
    ledger.code = GEARMAN_WORK_EXCEPTION;
    throw error;
  }
  return state.code;
}

/** Ends the job by what its callback returned, unless it has ended already or is not to end here. */
async function settle(state: JobState, returned: unknown, ledger: Ledger): Promise<void> {
  const { code } = state;
  if (code === GEARMAN_LOST_CONNECTION) return;
  const isComplete = code === GEARMAN_SUCCESS || code === GEARMAN_SHUTDOWN;
  const result = isComplete ? resultOf(returned, ledger) : "";
  const end = (job: TakenJob): void => isComplete ? job.complete(result) : job.fail();
  if (await state.send(end, true)) state.code = code;
}

/** A returned value as PHP would send it. */
function resultOf(returned: unknown, ledger: Ledger): string | Uint8Array {
  if (Array.isArray(returned)) {
    return ledger.warn("work", "Expected a result of text, got an array", "Array");
  }
  const isObject = typeof returned === "object" && returned !== null &&
    !(returned instanceof Uint8Array);
  if (isObject && returned.toString !== Object.prototype.toString) return String(returned);
  return phpString(returned as PhpString, "a result");
}
