/** What the tests of the face share: a server, with clients and workers of the face at it. */
import type { OpenServer, TestContext } from "../../_harness/mod.ts";
import type { ServerKind } from "../../_harness/job_server.ts";
import * as g from "../../../src/compat/php/mod.ts";

/** What one server offers a test. Ends are closed with the test. */
export interface Place {
  readonly server: OpenServer;
  readonly host: string;
  readonly port: number;
  client(options?: g.GearmanClientOptions): Promise<g.GearmanClient>;
  worker(
    functions: Record<string, g.WorkerCallback>,
    options?: g.GearmanWorkerOptions,
  ): Promise<g.GearmanWorker>;
}

/** Starts a server. */
export async function placeAt(t: TestContext, start: ServerKind["start"]): Promise<Place> {
  const server = t.use(await start());
  const { host, port } = server.address;
  return {
    server,
    host,
    port,
    async client(options) {
      const client = t.use(new g.GearmanClient(options));
      await client.addServer(host, port);
      return client;
    },
    async worker(functions, options) {
      const worker = t.use(new g.GearmanWorker(options));
      await worker.addServer(host, port);
      for (const [name, callback] of Object.entries(functions)) worker.addFunction(name, callback);
      return worker;
    },
  };
}

/** Calls `work()` so many times. Resolves with what came of each. */
export async function keepWorking(
  worker: g.GearmanWorker,
  times: number,
): Promise<[value: boolean | string, code: number][]> {
  const ends: [boolean | string, number][] = [];
  for (let i = 0; i < times; i++) {
    const value = await worker.work().catch((error) => `threw ${error.message}`);
    ends.push([value, worker.returnCode()]);
  }
  return ends;
}

/** A worker's callback that tells all that can be told on the way. */
export async function chatty(job: g.GearmanJob): Promise<string> {
  await job.sendData("d1");
  await job.sendStatus(1, 2);
  await job.sendWarning("careful");
  await job.sendData("d2");
  return "end";
}
