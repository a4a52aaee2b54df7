/** Job classes as they were in PHP: one for each function, named after it. */
import {
  Net_Gearman_Job_Common,
  Net_Gearman_Job_Exception,
} from "../../src/compat/net_gearman/mod.ts";

/** Runs in the background: nobody needs its result. */
export class Net_Gearman_Job_someBackgroundJob extends Net_Gearman_Job_Common {
  run(arg: { userid?: number }): unknown[] {
    if (arg.userid === undefined || !Number.isInteger(arg.userid)) {
      throw new Net_Gearman_Job_Exception("Invalid/Missing arguments");
    }
    console.log(`someBackgroundJob: user ${arg.userid}`);
    return [];
  }
}

/** Is waited for. */
export class Net_Gearman_Job_stringReverse extends Net_Gearman_Job_Common {
  run(arg: string): string {
    return [...arg].reverse().join("");
  }
}
