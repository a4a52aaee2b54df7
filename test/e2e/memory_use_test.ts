/** A few thousand jobs of every ending leave nothing in client and worker: a part of what `npm run soak` plays. */
import { assert, assertEquals, codecUnderTest, runtime, test } from "../_harness/mod.ts";
import { Client, Worker } from "../../mod.ts";
import { startJobServer } from "../_harness/job_server.ts";
import { leaveNothing, type Memory } from "../../scripts/soak/memory_play.ts";

const JOBS = 5_000;

test("Client and Worker end jobs of every kind as they say", { timeout: 180_000 }, async (t) => {
  const { address } = t.use(await startJobServer());
  const shared = { servers: address, codec: codecUnderTest };
  const worker = new Worker({ ...shared, concurrency: 64 });
  t.use({ close: () => worker.close() });
  const nothing: Memory = { heap: 0, rss: 0 };
  const { endings } = await leaveNothing({
    jobs: JOBS,
    first: JOBS / 10,
    client: t.use(new Client(shared)),
    worker,
    measure: () => Promise.resolve(nothing),
  });
  const each = JOBS / 25;
  // An abort or a time limit may come after the result.
  const raced = (endings["Error"] ?? 0) + (endings["is aborted"] ?? 0);
  const late = (endings["JobTimeout"] ?? 0) + (endings["times out"] ?? 0);
  assertEquals([endings["failed"], endings["exception"], raced, late], [each, each, each, each]);
  assertEquals(endings["part part part streams, 7 events"], each);
  assertEquals(endings["is handed over"], each);
  assertEquals(endings["returns"], JOBS - 6 * each);
  assert(
    endings["Error"] > 0 && endings["JobTimeout"] > 0,
    `Expected some of each, ${runtime.name}`,
  );
});
