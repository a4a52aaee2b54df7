/** Net_Gearman's client and worker on a real server, for tests that take any. */
import type { Clock } from "../../../src/link/mod.ts";
import { missing, startGearmand, type TestContext, type TestOptions } from "../../_harness/mod.ts";
import { host } from "../../_harness/host.ts";
import { JobServer } from "../../../mod.ts";
import {
  type ClientOptions,
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

/** A server of a test. */
export interface OpenServer {
  readonly place: Place;
  /** Ends it before the test does. */
  stop(): PromiseLike<void>;
}

/** How a server is started. */
export interface OpenOptions {
  /** Where time comes from, if it is our own. */
  readonly clock?: Clock;
  /** The port, for a second start in the first one's place. */
  readonly port?: number;
}

/** One of the two servers that every paragraph holds against. */
export interface ServerOfTests {
  /** For a test's name. */
  readonly where: string;
  /** For its options. */
  readonly options: TestOptions;
  /** Starts one; the test ends it. */
  readonly open: (t: TestContext, options?: OpenOptions) => Promise<OpenServer>;
  /** Starts one, for tests that want to know where it is, and no more. */
  readonly start: (t: TestContext) => Promise<Place>;
}

/** Both of them. */
export const SERVERS: readonly ServerOfTests[] = [
  serverOfTests("on our job server", {}, async (t, { port, clock }) => {
    const at = port ?? await host.freePort();
    const server = t.use(await JobServer.listen({ port: at, ...(clock && { clock }) }));
    return { place: server.address as Place, stop: () => server.close() };
  }),
  serverOfTests("on gearmand", { skip: missing("gearmand") }, async (t, { port }) => {
    const server = t.use(await startGearmand({ port }));
    return { place: server.address, stop: () => server[Symbol.asyncDispose]() };
  }),
];

function serverOfTests(
  where: string,
  options: TestOptions,
  open: (t: TestContext, options: OpenOptions) => Promise<OpenServer>,
): ServerOfTests {
  return {
    where,
    options,
    open: (t, how = {}) => open(t, how),
    start: async (t) => (await open(t, {})).place,
  };
}

/** Milliseconds that a dial may take: far more than any machine needs. */
export const PATIENT = 10_000;

/** A client, closed with the test. */
export function clientOf(t: TestContext, ...servers: Place[]): Net_Gearman_Client {
  return clientWith(t, servers);
}

/** A client with options, closed with the test. */
export function clientWith(
  t: TestContext,
  servers: Place | readonly Place[],
  options: ClientOptions = {},
): Net_Gearman_Client {
  const client = new Net_Gearman_Client(servers, PATIENT, options);
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
