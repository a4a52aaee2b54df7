// deno-lint-ignore-file explicit-module-boundary-types -- JavaScript has no types to write
/** A job file as users have them: it exports a class that is named after the function. */
globalThis.upperWasRun = (globalThis.upperWasRun ?? 0) + 1;

// A user's file imports the class; here the test brings the one that it tests.
export class Net_Gearman_Job_upper extends globalThis.Net_Gearman_Job_Common {
  /** @param {string} text */
  run(text) {
    return text.toUpperCase();
  }
}
