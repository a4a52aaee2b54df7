/**
 * The two constants of Net_Gearman that a program sets, with PHP's `define()` to set them. They
 * are the program's, as in PHP: every worker in it looks for job classes by them, save for
 * abilities that were added with a `path` or a `class_name` of their own.
 *
 * @module
 */
import { Exception } from "./exceptions.ts";

/** Folders of job files, with commas. Default `"Net/Gearman/Job"`. */
export let NET_GEARMAN_JOB_PATH: string = "Net/Gearman/Job";

/** What the names of job classes begin with, before the function's. Default `"Net_Gearman_Job_"`. */
export let NET_GEARMAN_JOB_CLASS_PREFIX: string = "Net_Gearman_Job_";

/**
 * Sets one of the two. It counts from then on, also for workers that run already.
 *
 * @example
 * ```ts
 * import { define } from "geartrain/compat/net-gearman";
 *
 * define("NET_GEARMAN_JOB_PATH", "/srv/jobs");
 * ```
 */
export function define(
  name: "NET_GEARMAN_JOB_PATH" | "NET_GEARMAN_JOB_CLASS_PREFIX",
  value: string,
): void {
  if (typeof value !== "string") throw new TypeError(`Expected text for ${name}, got ${value}`);
  switch (name) {
    case "NET_GEARMAN_JOB_PATH":
      NET_GEARMAN_JOB_PATH = value;
      break;
    case "NET_GEARMAN_JOB_CLASS_PREFIX":
      NET_GEARMAN_JOB_CLASS_PREFIX = value;
      break;
    default:
      throw new Exception(`Expected a constant of Net_Gearman, got "${name}"`);
  }
}
