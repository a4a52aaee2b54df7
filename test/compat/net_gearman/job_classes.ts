/** Job classes for tests: around a function, and in files of their own. */
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

/** The folder of the job files. */
export const JOB_FILES = "test/compat/net_gearman/jobs";

/** What the job files build upon, and tell. */
export const global = globalThis as unknown as {
  Net_Gearman_Job_Common: typeof Net_Gearman_Job_Common;
  upperWasRun?: number;
};
global.Net_Gearman_Job_Common = Net_Gearman_Job_Common;
