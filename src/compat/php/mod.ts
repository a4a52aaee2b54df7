/// <reference lib="esnext.disposable" preserve="true" />
/**
 * PHP's ext-gearman, method by method, for programs that are moved from it line by line: the same
 * names, the same order of arguments, the same return codes and events. What blocks in PHP returns a
 * promise: write `await`.
 *
 * @example
 * ```ts
 * import { JobServer } from "geartrain";
 * import { GEARMAN_SUCCESS, GearmanClient, GearmanWorker } from "geartrain/compat/php";
 *
 * await using server = await JobServer.listen();
 * const { host, port } = server.address as { host: string; port: number };
 *
 * await using worker = new GearmanWorker();
 * await worker.addServer(host, port);
 * worker.addFunction("reverse", (job) => job.workload().split("").reverse().join(""));
 * const working = worker.work();
 *
 * await using client = new GearmanClient();
 * await client.addServer(host, port);
 * const result = await client.doNormal("reverse", "Hello!");
 * if (client.returnCode() === GEARMAN_SUCCESS) console.log(result); // !olleH
 * await working;
 * ```
 *
 * @module
 */
import { systemClock } from "../../link/mod.ts";
import { withDefaults } from "../../misuse.ts";
import { dial } from "../../sockets/detect.ts";
import { GearmanClient as CoreClient } from "./client.ts";
import type { CoreClientOptions, CoreWorkerOptions, StringMode } from "./public.ts";
import { GearmanWorker as CoreWorker } from "./worker.ts";

export * from "./public.ts";

/** What the runtime brings: taken where an option does not say otherwise. */
const RUNTIME = { dial, clock: systemClock };

/** Options of {@linkcode GearmanClient}, which has none in PHP. */
export type GearmanClientOptions<Mode extends StringMode = "text"> = Partial<
  CoreClientOptions<Mode>
>;

/** Options of {@linkcode GearmanWorker}, which has none in PHP. */
export type GearmanWorkerOptions<Mode extends StringMode = "text"> = Partial<
  CoreWorkerOptions<Mode>
>;

/**
 * Submits jobs.
 *
 * @example
 * ```ts
 * import { GearmanClient } from "geartrain/compat/php";
 *
 * export async function reversed(text: string): Promise<unknown> {
 *   await using client = new GearmanClient({ doCalls: "once" });
 *   await client.addServer("127.0.0.1", 4730);
 *   return await client.doNormal("reverse", text);
 * }
 * ```
 */
export class GearmanClient<Mode extends StringMode = "text"> extends CoreClient<Mode> {
  constructor(options: GearmanClientOptions<Mode> = {}) {
    super(withDefaults(RUNTIME, options));
  }
}

/**
 * Offers functions and runs the jobs that come.
 *
 * @example
 * ```ts
 * import { GearmanWorker } from "geartrain/compat/php";
 *
 * export async function run(): Promise<void> {
 *   await using worker = new GearmanWorker();
 *   await worker.addServer("127.0.0.1", 4730);
 *   worker.addFunction("upper", (job) => job.workload().toUpperCase());
 *   while (await worker.work());
 * }
 * ```
 */
export class GearmanWorker<Mode extends StringMode = "text"> extends CoreWorker<Mode> {
  constructor(options: GearmanWorkerOptions<Mode> = {}) {
    super(withDefaults(RUNTIME, options));
  }
}

/** Makes a {@linkcode GearmanClient}. */
export function gearman_client_create(options?: GearmanClientOptions): GearmanClient {
  return new GearmanClient(options);
}

/** Makes a {@linkcode GearmanWorker}. */
export function gearman_worker_create(options?: GearmanWorkerOptions): GearmanWorker {
  return new GearmanWorker(options);
}
