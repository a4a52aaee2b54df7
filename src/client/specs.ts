/**
 * What the submissions of a client have in common: checked and made once where jobs of a function
 * follow one another with the same options, and so one object for thousands of them.
 *
 * @module
 */
import type { JobSpec } from "./job_request.ts";
import type { Retry } from "./options.ts";

/** Makes specs, and gives the last one again where nothing differs. */
export class Specs<Options extends object> {
  readonly #make: (functionName: string, options: Options, retry: Retry) => JobSpec;
  readonly #retry: Retry;
  readonly #shared: Options;
  #last: JobSpec | undefined;

  /** @param shared The options that do not change as long as this is used, by their identity. */
  constructor(
    make: (functionName: string, options: Options, retry: Retry) => JobSpec,
    retry: Retry,
    shared: Options,
  ) {
    this.#make = make;
    this.#retry = retry;
    this.#shared = shared;
  }

  /** The spec of a job. Throws for what cannot be. */
  of(functionName: string, options: Options): JobSpec {
    if (options !== this.#shared) return this.#make(functionName, options, this.#retry);
    if (this.#last?.functionName === functionName) return this.#last;
    return this.#last = this.#make(functionName, options, this.#retry);
  }
}
