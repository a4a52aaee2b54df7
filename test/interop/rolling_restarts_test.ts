/** A tenth of `npm run soak -- rolling`: workers that are drained and replaced under load lose no job, and run none twice. */
import { assertEquals, assertGreater, missing, startGearmand, test } from "../_harness/mod.ts";
import { seeded } from "../../scripts/soak/program.ts";
import { rollingRestarts } from "../../scripts/soak/rolling_play.ts";
import { publicEnds } from "../e2e/public_ends.ts";

const RESTARTS = 100;

test(`drain(): ${RESTARTS} rolling restarts under load through gearmand`, {
  skip: missing("gearmand"),
  timeout: 180_000,
}, async (t) => {
  const { address } = t.use(await startGearmand());
  const ends = publicEnds(t, address);
  const { jobs, inHand, ...rest } = await rollingRestarts({
    restarts: RESTARTS,
    random: seeded(20_261_128),
    client: () => ends.client(),
    worker: (concurrency) => ends.worker({ concurrency }),
  });
  assertEquals(rest, { restarts: RESTARTS, lost: 0, twice: 0, failed: 0 });
  assertGreater(jobs, RESTARTS);
  // Drains with nothing in hand would show nothing.
  assertGreater(inHand, 0);
});
