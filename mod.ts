/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Gearman for TypeScript: a client, a worker, an admin client and an embeddable job server.
 *
 * This entry finds out by itself which runtime it is on. workerd has one of its own,
 * `./src/workerd.ts`.
 *
 * @example
 * ```ts
 * import { Client, JobServer, Worker } from "geartrain";
 *
 * await using server = await JobServer.listen();
 * await using worker = new Worker({ servers: server.address });
 * worker.add("reverse", (job) => job.text().split("").reverse().join(""));
 * worker.start();
 *
 * await using client = new Client({ servers: server.address });
 * console.log(await client.submit("reverse", "Hello!").text()); // !olleH
 * ```
 *
 * @module
 */
import { Client as CoreClient, type ClientOptions as CoreClientOptions } from "./src/client/mod.ts";
import type { AnyJobs, JobDefinitions } from "./src/jobs/mod.ts";
import { withDial } from "./src/link/mod.ts";
import { dial } from "./src/sockets/detect.ts";
import { Worker as CoreWorker, type WorkerOptions as CoreWorkerOptions } from "./src/worker/mod.ts";
import type { Dial } from "./src/sockets/socket.ts";

export * from "./src/entries/admin/mod.ts";
export * from "./src/entries/server/mod.ts";
export * from "./src/public.ts";

/**
 * Options of {@linkcode Client}.
 *
 * @example
 * ```ts
 * import { Client, type ClientOptions, fullJitter } from "geartrain";
 *
 * const options: ClientOptions = {
 *   servers: "10.0.0.1,10.0.0.2",
 *   retry: "idempotent",
 *   answerTimeout: 5_000,
 *   backoff: fullJitter({ most: 5_000 }),
 * };
 * export const client = new Client(options); // dials nobody before there is something to send
 * ```
 */
export type ClientOptions<Definitions extends JobDefinitions = AnyJobs> =
  & Omit<CoreClientOptions<Definitions>, "dial">
  & { readonly dial?: Dial };

/**
 * Submits jobs and follows them.
 *
 * @example
 * ```ts
 * import { Client, JobServer } from "geartrain";
 *
 * await using server = await JobServer.listen();
 * await using client = new Client({ servers: server.address, retry: "idempotent" });
 * console.log(await client.ping() >= 0); // true
 * ```
 */
export class Client<Definitions extends JobDefinitions = AnyJobs> extends CoreClient<Definitions> {
  constructor(options: ClientOptions<Definitions>) {
    super(withDial(options, dial));
  }
}

/**
 * Options of {@linkcode Worker}.
 *
 * @example
 * ```ts
 * import { Worker, type WorkerOptions } from "geartrain";
 *
 * const options: WorkerOptions = { servers: ["10.0.0.1", "10.0.0.2:4731"], concurrency: 8, id: "w-1" };
 * export const worker = new Worker(options); // dials nobody before start()
 * ```
 */
export type WorkerOptions<Definitions extends JobDefinitions = AnyJobs> =
  & Omit<CoreWorkerOptions<Definitions>, "dial">
  & { readonly dial?: Dial };

/**
 * Offers functions and runs the jobs that come.
 *
 * @example
 * ```ts
 * import { JobServer, Worker } from "geartrain";
 *
 * await using server = await JobServer.listen();
 * await using worker = new Worker({ servers: server.address, concurrency: 8 });
 * worker.add("reverse", (job) => job.text().split("").reverse().join(""));
 * worker.start();
 * ```
 */
export class Worker<Definitions extends JobDefinitions = AnyJobs> extends CoreWorker<Definitions> {
  constructor(options: WorkerOptions<Definitions>) {
    super(withDial(options, dial));
  }
}
