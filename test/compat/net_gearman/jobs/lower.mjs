// deno-lint-ignore-file explicit-module-boundary-types -- JavaScript has no types to write
/** A job file with a class by default. */
export default class extends globalThis.Net_Gearman_Job_Common {
  /** @param {string} text */
  run(text) {
    return text.toLowerCase();
  }
}
