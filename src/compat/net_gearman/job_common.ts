/**
 * What every job class extends.
 *
 * @module
 */
import { brand } from "../../errors.ts";
import { type DataRules, netGearmanRules, type Payload } from "./data_rules.ts";

/** Where a job's reports go: a `Net_Gearman_Connection`, or what a worker hands its jobs. */
export interface JobConnection {
  /** Sends a packet by its name. */
  send(command: string, params?: PacketParams): unknown;
  /** How results travel. Default: Net_Gearman's JSON. */
  readonly rules?: DataRules;
}

/** The fields of a packet by name. */
export type PacketParams = Readonly<Record<string, Payload | number | bigint | undefined>>;

/** What a job class may be told when its ability is added. */
export interface InitParams {
  /** The file of the class, in place of `<NET_GEARMAN_JOB_PATH>/<function>`. */
  readonly path?: string;
  /** The name of the class, in place of prefix and function; or the class. */
  readonly class_name?: string | JobClass;
  /** Whatever else the class wants to know. */
  readonly [param: string]: unknown;
}

/** A class of jobs. */
export type JobClass = new (
  conn: JobConnection,
  handle: string,
  initParams?: InitParams,
) => Job_Common;

/**
 * The base of a job class: one object runs one job. What has `Symbol.dispose` or
 * `Symbol.asyncDispose` is disposed of right after it, as PHP's destructor would be called.
 *
 * @example
 * ```ts
 * import { Net_Gearman_Job_Common, Net_Gearman_Job_Exception } from "geartrain/compat/net-gearman";
 *
 * export class Net_Gearman_Job_stringReverse extends Net_Gearman_Job_Common {
 *   run(arg: unknown) {
 *     if (typeof arg !== "string") throw new Net_Gearman_Job_Exception("Expected a text");
 *     return [...arg].reverse().join("");
 *   }
 * }
 * ```
 */
export abstract class Job_Common {
  protected readonly conn: JobConnection;
  /** The server's name for the job. */
  protected readonly handle: string;
  protected readonly initParams: InitParams;

  constructor(conn: JobConnection, handle: string, initParams: InitParams = {}) {
    this.conn = conn;
    this.handle = handle;
    this.initParams = initParams;
  }

  /**
   * Runs the job. What it returns, or resolves with, is the result. Throw a
   * `Net_Gearman_Job_Exception` to fail.
   */
  abstract run(arg: unknown): unknown;

  /** Tells how far the job is. */
  status(numerator: number, denominator: number): void {
    this.conn.send("work_status", { handle: this.handle, numerator, denominator });
  }

  /** Ends the job with its result. The worker calls it with what {@linkcode run} returned. */
  complete(result: unknown): void {
    const { rules = netGearmanRules } = this.conn;
    this.conn.send("work_complete", { handle: this.handle, result: rules.encodeResult(result) });
  }

  /** Ends the job as failed. The worker calls it when {@linkcode run} throws. */
  fail(): void {
    this.conn.send("work_fail", { handle: this.handle });
  }
}
brand(Job_Common, "Net_Gearman_Job_Common");
