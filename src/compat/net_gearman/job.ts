/**
 * From the name of a function to an object of its job class.
 *
 * @module
 */
import { wrongType } from "../../misuse.ts";
import { NET_GEARMAN_JOB_CLASS_PREFIX, NET_GEARMAN_JOB_PATH } from "./constants.ts";
import { Job_Exception } from "./exceptions.ts";
import { type InitParams, Job_Common, type JobClass, type JobConnection } from "./job_common.ts";
import { findJobFile, importJobFile } from "./job_loader.ts";

const NO_FILE = "Invalid Job class file: <empty>";

/** The classes that a program has told of, by name: what PHP's own list of classes is there. */
const registry = new Map<string, JobClass>();

/**
 * Makes job objects.
 *
 * @example
 * ```ts
 * import { Net_Gearman_Job, Net_Gearman_Job_Common } from "geartrain/compat/net-gearman";
 *
 * class Net_Gearman_Job_sum extends Net_Gearman_Job_Common {
 *   run(numbers: number[]) {
 *     return numbers.reduce((sum, number) => sum + number, 0);
 *   }
 * }
 * Net_Gearman_Job.register(Net_Gearman_Job_sum);
 * ```
 */
export abstract class Job {
  /**
   * Tells of a job class, so that no file is looked for: a must where there is no file system, or
   * where a bundler has taken the classes in. Give its name where a bundler shortens names.
   *
   * Throws a `TypeError` for what is none: `run` is a method of it.
   *
   * @param name The name with its prefix: `Net_Gearman_Job_sum`. Default: that of the class.
   */
  static register(jobClass: JobClass, name: string = jobClass?.name): void {
    if (typeof jobClass !== "function") {
      const isSwapped = typeof name === "function";
      const hint = isSwapped ? "the class comes first, then its name" : undefined;
      throw wrongType("a job class", jobClass, hint);
    }
    if (typeof name !== "string" || name === "") {
      throw wrongType("the name of a job class", name);
    }
    const { run } = Object(jobClass.prototype);
    if (typeof run !== "function") throw wrongType(`a method run() of the job class ${name}`, run);
    registry.set(name, jobClass);
  }

  /**
   * An object of the class for a function: that of `initParams.class_name`, else prefix and
   * function; registered, or exported under that name, or by default, from its file. Rejects with
   * a `Net_Gearman_Job_Exception` when there is no file, no class, or one that does not extend
   * `Net_Gearman_Job_Common`.
   */
  static async factory(
    job: string,
    conn: JobConnection,
    handle: string,
    initParams: InitParams = {},
  ): Promise<Job_Common> {
    const jobClass = await classOf(job, initParams);
    const instance = new jobClass(conn, handle, initParams);
    if (instance instanceof Job_Common) return instance;
    throw new Job_Exception(`Job is of invalid type: ${jobClass.name}`);
  }
}

async function classOf(job: string, { path, class_name }: InitParams): Promise<JobClass> {
  if (typeof class_name === "function") return class_name;
  const name = class_name || NET_GEARMAN_JOB_CLASS_PREFIX + job;
  const registered = registry.get(name);
  if (registered !== undefined) return registered;
  const file = path || await fileOf(job, name);
  const exported = await importJobFile(file);
  // The file may have registered its class in place of exporting it.
  const jobClass = registry.get(name) ?? exported[name] ?? exported.default;
  if (typeof jobClass === "function") return jobClass as JobClass;
  throw new Job_Exception(`Invalid Job class: ${name} in ${file}`);
}

async function fileOf(job: string, name: string): Promise<string> {
  let file: string | undefined;
  try {
    file = await findJobFile(job, NET_GEARMAN_JOB_PATH);
  } catch (cause) {
    throw new Job_Exception(`${NO_FILE}: ${name} is not registered`, { cause });
  }
  if (file !== undefined) return file;
  throw new Job_Exception(`${NO_FILE}, for function "${job}": ${name} is not registered`);
}
