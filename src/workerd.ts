/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The entry for workerd, the runtime of the edge: the client, the worker and the admin client over
 * its sockets, with the kernel as a module of the bundle, since nothing may be compiled there.
 *
 * A worker cannot live for ever on the edge: call `runUntilIdle()` from a handler.
 *
 * @module
 */
import { Client as CoreClient } from "./client/mod.ts";
import kernel from "./codec/codec.wasm";
import { handInKernel } from "./codec/mod.ts";
import type { AnyJobs, JobDefinitions } from "./jobs/mod.ts";
import { withDial } from "./link/mod.ts";
import { dial } from "./sockets/workerd.ts";
import { Worker as CoreWorker } from "./worker/mod.ts";
import type { ClientOptions, WorkerOptions } from "../mod.ts";

export * from "./entries/admin/workerd.ts";
export * from "./public.ts";
export type { ClientOptions, WorkerOptions };

handInKernel(kernel);

/** Submits jobs and follows them. */
export class Client<Definitions extends JobDefinitions = AnyJobs> extends CoreClient<Definitions> {
  constructor(options: ClientOptions<Definitions>) {
    super(withDial(options, dial));
  }
}

/** Offers functions and runs the jobs that come. */
export class Worker<Definitions extends JobDefinitions = AnyJobs> extends CoreWorker<Definitions> {
  constructor(options: WorkerOptions<Definitions>) {
    super(withDial(options, dial));
  }
}
