/// <reference lib="esnext.disposable" preserve="true" />
/**
 * PEAR's Net_Gearman, class by class, for programs that have job classes for it: the same names,
 * the same order of arguments, the same JSON on the wire. Every class goes by its PHP name and by a
 * short one. What waits in PHP returns a promise.
 *
 * @example
 * ```ts
 * import { JobServer } from "geartrain";
 * import {
 *   Net_Gearman_Client,
 *   Net_Gearman_Job,
 *   Net_Gearman_Job_Common,
 *   Net_Gearman_Task,
 *   Net_Gearman_Worker,
 * } from "geartrain/compat/net-gearman";
 *
 * class Net_Gearman_Job_stringReverse extends Net_Gearman_Job_Common {
 *   run(arg: string) {
 *     return [...arg].reverse().join("");
 *   }
 * }
 * Net_Gearman_Job.register(Net_Gearman_Job_stringReverse);
 *
 * await using server = await JobServer.listen();
 * await using worker = new Net_Gearman_Worker([server.address]);
 * worker.addAbility("stringReverse");
 * const work = worker.beginWork((idle) => idle);
 *
 * await using client = new Net_Gearman_Client([server.address]);
 * const { result } = await client.stringReverse("Hello World!", Net_Gearman_Task.JOB_NORMAL);
 * console.log(result); // !dlroW olleH
 * await work;
 * ```
 *
 * @module
 */
import { systemClock } from "../../link/mod.ts";
import { withDefaults } from "../../misuse.ts";
import { dial } from "../../sockets/detect.ts";
import { Client, type ClientOptions as CoreClientOptions } from "./client.ts";
import { Connection, type ConnectionOptions as CoreConnectionOptions } from "./connection.ts";
import type { AnyFunctions, MagicCalls } from "./magic.ts";
import { Manager, type ManagerOptions as CoreManagerOptions } from "./manager.ts";
import type { ServerName } from "./servers.ts";
import { Worker, type WorkerOptions as CoreWorkerOptions } from "./worker.ts";

export { type ConnectionCallback, type TaskResponse } from "./client.ts";
export { define, NET_GEARMAN_JOB_CLASS_PREFIX, NET_GEARMAN_JOB_PATH } from "./constants.ts";
export type { NoPacket, PacketRecord } from "./connection.ts";
export { type DataRules, netGearmanRules, type Payload, rawRules } from "./data_rules.ts";
export {
  Exception,
  Exception as Net_Gearman_Exception,
  Job_Exception,
  Job_Exception as Net_Gearman_Job_Exception,
} from "./exceptions.ts";
export { Job, Job as Net_Gearman_Job } from "./job.ts";
export {
  type InitParams,
  Job_Common,
  Job_Common as Net_Gearman_Job_Common,
  type JobClass,
  type JobConnection,
  type PacketParams,
} from "./job_common.ts";
export type {
  AnyFunctions,
  BackgroundType,
  ForegroundType,
  MagicCall,
  MagicCalls,
  Wrapped,
} from "./magic.ts";
export type { FunctionPriorityStatus, FunctionStatus, WorkerEntry } from "./manager.ts";
export type { ServerName } from "./servers.ts";
export { Set, Set as Net_Gearman_Set, type SetCallback } from "./set.ts";
export {
  type CompleteCallback,
  type DataCallback,
  type FailCallback,
  type JobType,
  type StatusCallback,
  Task,
  Task as Net_Gearman_Task,
  type TaskCallbacks,
  type TaskCallbackType,
} from "./task.ts";
export type { BeginWorkOptions, ConnectionStatus, Monitor } from "./worker.ts";
export type {
  JobCompleteCallback,
  JobFailCallback,
  StartCallback,
  WorkerCallbackType,
  WorkerStatusCallback,
} from "./worker_callbacks.ts";

/** What the runtime brings: taken where an option does not say otherwise. */
const RUNTIME = { dial, clock: systemClock };

/**
 * Options of {@linkcode Net_Gearman_Client}, beside those that Net_Gearman has.
 *
 * @example
 * ```ts
 * import { Net_Gearman_Client, rawRules } from "geartrain/compat/net-gearman";
 *
 * export const client = new Net_Gearman_Client(["10.0.0.1"], undefined, { rules: rawRules });
 * ```
 */
export type ClientOptions = Partial<CoreClientOptions>;

/**
 * Options of {@linkcode Net_Gearman_Worker}, beside those that Net_Gearman has.
 *
 * @example
 * ```ts
 * import { Net_Gearman_Worker } from "geartrain/compat/net-gearman";
 *
 * export const worker = new Net_Gearman_Worker(["10.0.0.1"], "w-1", undefined, { codec: "ts" });
 * ```
 */
export type WorkerOptions = Partial<CoreWorkerOptions>;

/** Options of {@linkcode Net_Gearman_Connection}, beside those that Net_Gearman has. */
export type ConnectionOptions = Partial<CoreConnectionOptions>;

/** Options of {@linkcode Net_Gearman_Manager}, beside those that Net_Gearman has. */
export type ManagerOptions = Partial<CoreManagerOptions>;

/**
 * Submits tasks. A method that it does not have is the function of a job:
 * `client.resize({ id: 7 })` hands a job over, and resolves with its handle;
 * `client.resize({ id: 7 }, Net_Gearman_Task.JOB_NORMAL)` resolves with its result. Any name and
 * any argument will do, unless the functions are told as types:
 * `new Net_Gearman_Client<{ resize(image: { id: number }): { bytes: number } }>(servers)`. A
 * subclass extends `Net_Gearman_Client<object>`, or its methods would have to look like jobs.
 */
export type Net_Gearman_Client<Functions extends object = AnyFunctions> =
  & Client
  & MagicCalls<Functions>;

/** Makes clients. See {@linkcode Net_Gearman_Client}. */
export interface ClientConstructor {
  /** `timeout` is in milliseconds, for each attempt to connect. */
  new <Functions extends object = AnyFunctions>(
    servers: ServerName | readonly ServerName[],
    timeout?: number,
    options?: ClientOptions,
  ): Net_Gearman_Client<Functions>;
  /** The one client of a list of servers. */
  getInstance<Functions extends object = AnyFunctions>(
    servers: ServerName | readonly ServerName[],
    timeout?: number,
  ): Net_Gearman_Client<Functions>;
}

class RuntimeClient extends Client {
  constructor(
    servers: ServerName | readonly ServerName[],
    timeout = 1000,
    options: ClientOptions = {},
  ) {
    super(servers, timeout, withDefaults(RUNTIME, options));
  }
}

/**
 * Submits tasks, alone or in sets.
 *
 * @example
 * ```ts
 * import { Net_Gearman_Client } from "geartrain/compat/net-gearman";
 *
 * export async function greet(): Promise<string> {
 *   const client = new Net_Gearman_Client(["127.0.0.1:4730"]);
 *   return await client.sendWelcomeMail({ userid: 5555 });
 * }
 * ```
 */
export const Net_Gearman_Client: ClientConstructor = RuntimeClient as unknown as ClientConstructor;

/**
 * Offers functions and runs their jobs, one at a time.
 *
 * @example
 * ```ts
 * import { Net_Gearman_Worker } from "geartrain/compat/net-gearman";
 *
 * export async function run(): Promise<void> {
 *   const worker = new Net_Gearman_Worker(["127.0.0.1:4730"]);
 *   worker.addAbility("resize");
 *   await worker.beginWork((idle) => idle); // until there is nothing to do
 *   await worker.endWork();
 * }
 * ```
 */
export class Net_Gearman_Worker extends Worker {
  constructor(
    servers: ServerName | readonly ServerName[],
    id = "",
    socket_timeout: number | string | null = null,
    options: WorkerOptions = {},
  ) {
    super(servers, id, socket_timeout, withDefaults(RUNTIME, options));
  }
}

/**
 * One connection in packets by name.
 *
 * @example
 * ```ts
 * import { Net_Gearman_Connection } from "geartrain/compat/net-gearman";
 *
 * export async function echo(): Promise<unknown> {
 *   const connection = new Net_Gearman_Connection("127.0.0.1:4730");
 *   await connection.send("echo_req", { text: "Hello!" });
 *   return await connection.blockingRead();
 * }
 * ```
 */
export class Net_Gearman_Connection extends Connection {
  constructor(
    server: ServerName | null = null,
    timeout = 250,
    options: ConnectionOptions = {},
  ) {
    super(server, timeout, withDefaults(RUNTIME, options));
  }
}

/**
 * Asks one job server how it stands.
 *
 * @example
 * ```ts
 * import { Net_Gearman_Manager } from "geartrain/compat/net-gearman";
 *
 * export async function show(): Promise<void> {
 *   const manager = new Net_Gearman_Manager("127.0.0.1:4730");
 *   console.log(await manager.status());
 *   await manager.disconnect();
 * }
 * ```
 */
export class Net_Gearman_Manager extends Manager {
  constructor(server: ServerName | null = null, timeout = 5, options: ManagerOptions = {}) {
    super(server, timeout, withDefaults(RUNTIME, options));
  }
}

export {
  Net_Gearman_Client as Client,
  Net_Gearman_Connection as Connection,
  Net_Gearman_Manager as Manager,
  Net_Gearman_Worker as Worker,
};
