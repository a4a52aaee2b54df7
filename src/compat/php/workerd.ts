/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The entry for workerd: PHP's ext-gearman over its sockets, with the kernel as a module of the
 * bundle.
 *
 * @module
 */
import kernel from "../../codec/codec.wasm";
import { handInKernel } from "../../codec/mod.ts";
import { systemClock } from "../../link/mod.ts";
import { withDefaults } from "../../misuse.ts";
import { dial } from "../../sockets/workerd.ts";
import { GearmanClient as CoreClient } from "./client.ts";
import type { GearmanClientOptions, GearmanWorkerOptions } from "./mod.ts";
import type { StringMode } from "./public.ts";
import { GearmanWorker as CoreWorker } from "./worker.ts";

export * from "./public.ts";
export type { GearmanClientOptions, GearmanWorkerOptions };

handInKernel(kernel);

const RUNTIME = { dial, clock: systemClock };

/** Submits jobs. */
export class GearmanClient<Mode extends StringMode = "text"> extends CoreClient<Mode> {
  constructor(options: GearmanClientOptions<Mode> = {}) {
    super(withDefaults(RUNTIME, options));
  }
}

/** Offers functions and runs the jobs that come. */
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
