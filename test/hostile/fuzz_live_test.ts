/** Mutated packets and lines on live connections; ten million of them are `npm run soak -- fuzz`. */
import { fuzzLive } from "../../scripts/soak/fuzz_play.ts";
import { seeded } from "../../scripts/soak/program.ts";
import { Client } from "../../src/client/mod.ts";
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { Worker } from "../../src/worker/mod.ts";
import { assert, assertGreater, test } from "../_harness/mod.ts";

const MESSAGES = 20_000;

test("JobServer survives mutated packets and lines, and a good client beside them never fails", {
  timeout: 180_000,
}, async (t) => {
  const { dial, listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen }));
  const servers = server.address;
  const client = t.use(new Client({ servers, dial }));
  const worker = new Worker({ servers, dial, concurrency: 8 });
  t.use({ close: () => worker.close() });
  worker.add("double", (job) => String(2 * Number(job.text()))).start();
  const result = await fuzzLive({
    messages: MESSAGES,
    random: seeded(4730),
    connect: () => dial(servers),
    client,
    functionName: "double",
  });
  assertGreater(result.good, 10);
  assertGreater(result.closed, 50);
  assert(result.left < 10, `Expected few functions with workers, got ${result.left}`);
});
