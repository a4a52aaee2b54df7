/** Client, worker and job server in one process, over sockets of the same process. */
import { codecUnderTest, type TestContext } from "../_harness/mod.ts";
import { Client, type ClientOptions } from "../../src/client/mod.ts";
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { Worker, type WorkerOptions } from "../../src/worker/mod.ts";
import { roundTrips } from "./round_trips.ts";

roundTrips("over memory sockets", async (t: TestContext) => {
  const { dial, listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen }));
  const servers = server.address;
  const shared = { servers, dial, codec: codecUnderTest };
  return {
    client: (options: Partial<ClientOptions> = {}) => t.use(new Client({ ...shared, ...options })),
    worker: (options: Partial<WorkerOptions> = {}) => {
      const worker = new Worker({ ...shared, ...options });
      t.use({ close: () => worker.close() });
      return worker;
    },
  };
});
