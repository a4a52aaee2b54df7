/** Job classes for tests that have a function to run and want no whole class. */
import { type JobClass, Net_Gearman_Job_Common } from "../../../src/compat/net_gearman/mod.ts";

/** What a job does; `this` is the job's object. */
export type Run = (this: Net_Gearman_Job_Common, argument: never) => unknown;

/** A job class around a function. */
export function jobClass(run: Run): JobClass {
  return class extends Net_Gearman_Job_Common {
    run(argument: unknown): unknown {
      return run.call(this, argument as never);
    }
  };
}
