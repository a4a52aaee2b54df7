/**
 * The two exceptions of Net_Gearman. They belong to this face alone: what the library itself
 * throws stands in their `cause`.
 *
 * @module
 */
import { GearmanError, named, ServerError } from "../../errors.ts";

/**
 * Whatever goes wrong. The code is always 0, as in PHP.
 *
 * @example
 * ```ts
 * import { Net_Gearman_Exception } from "geartrain/compat/net-gearman";
 *
 * export function textOf(error: unknown): string | undefined {
 *   return error instanceof Net_Gearman_Exception ? error.message : undefined;
 * }
 * ```
 */
export class Exception extends Error {
  readonly code: number = 0;

  constructor(message = "", options?: ErrorOptions) {
    super(message, options);
  }
}
named(Exception, "Net_Gearman_Exception");

/**
 * What a job throws in order to fail.
 *
 * @example
 * ```ts
 * import { Net_Gearman_Job_Common, Net_Gearman_Job_Exception } from "geartrain/compat/net-gearman";
 *
 * export class Net_Gearman_Job_mail extends Net_Gearman_Job_Common {
 *   run(arg: { to?: string }) {
 *     if (arg.to === undefined) throw new Net_Gearman_Job_Exception("Expected somebody to write to");
 *   }
 * }
 * ```
 */
export class Job_Exception extends Exception {}
named(Job_Exception, "Net_Gearman_Job_Exception");

/** What the library threw, as this face's exception; whatever else was thrown stays what it is. */
export function asException(error: unknown, message?: string): unknown {
  if (!(error instanceof GearmanError)) return error;
  if (error instanceof ServerError && message === undefined) {
    return new Exception(`(${error.serverCode}): ${error.serverText}`, { cause: error });
  }
  return new Exception(message ?? error.message, { cause: error });
}
