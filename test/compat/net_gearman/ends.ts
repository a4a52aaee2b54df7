/** Net_Gearman's client and worker on a real server, for tests that take any. */
import { missing, startGearmand, type TestContext, type TestOptions } from "../../_harness/mod.ts";
import { JobServer } from "../../../mod.ts";
import {
  Net_Gearman_Client,
  Net_Gearman_Worker,
  type WorkerOptions,
} from "../../../src/compat/net_gearman/mod.ts";
import { jobClass, type Run } from "./job_classes.ts";

/** Where a server listens. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** The two servers that every paragraph holds against. */
export const SERVERS: readonly {
  /** For a test's name. */
  readonly where: string;
  /** For its options. */
  readonly options: TestOptions;
  /** Starts one; the test ends it. */
  readonly start: (t: TestContext) => Promise<Place>;
}[] = [
  {
    where: "on our job server",
    options: {},
    start: async (t) => t.use(await JobServer.listen()).address as Place,
  },
  {
    where: "on gearmand",
    options: { skip: missing("gearmand") },
    start: async (t) => t.use(await startGearmand()).address,
  },
];

/** Milliseconds that a dial may take: far more than any machine needs. */
export const PATIENT = 10_000;

/** A client, closed with the test. */
export function clientOf(t: TestContext, ...servers: Place[]): Net_Gearman_Client {
  const client = new Net_Gearman_Client(servers, PATIENT);
  t.use({ close: () => client.disconnect() });
  return client;
}

/** A worker of these jobs that has not begun; it ends with the test. */
export function workerOf(
  t: TestContext,
  servers: Place | readonly Place[],
  jobs: Readonly<Record<string, Run>>,
  options: WorkerOptions = {},
): Net_Gearman_Worker {
  const worker = new Net_Gearman_Worker(servers, "", null, options);
  for (const [name, run] of Object.entries(jobs)) {
    worker.addAbility(name, null, { class_name: jobClass(run) });
  }
  t.use({ close: () => worker.endWork() });
  return worker;
}

/** A worker of these jobs at work, to the end of the test. */
export function workOn(
  t: TestContext,
  servers: Place | readonly Place[],
  jobs: Readonly<Record<string, Run>>,
): Net_Gearman_Worker {
  // Waited for after the worker has ended: resources close the last one first.
  t.use({ close: () => work });
  const worker = workerOf(t, servers, jobs);
  const work = worker.beginWork();
  return worker;
}
