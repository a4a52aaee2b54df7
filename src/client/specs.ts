/**
 * What the submissions of a client have in common: checked and made once where jobs of a function
 * follow one another with the same options, and so one object for thousands of them.
 *
 * @module
 */
import type { JobSpec } from "./job_request.ts";
import type { Retry } from "./options.ts";

/** Gives a job's spec. Throws for what cannot be. */
export type SpecOf<Options> = (functionName: string, options: Options) => JobSpec;

/**
 * Makes specs, and gives the last one again where nothing differs.
 *
 * @param shared The options that do not change as long as this is used.
 */
export function specsWith<Options>(
  make: (functionName: string, options: Options, retry: Retry) => JobSpec,
  retry: Retry,
  shared: Options,
): SpecOf<Options> {
  let last: JobSpec | undefined;
  return (functionName, options) => {
    if (options !== shared) return make(functionName, options, retry);
    if (last?.functionName !== functionName) last = make(functionName, options, retry);
    return last;
  };
}
