/** The public classes through the C gearmand. */
import { missing, startGearmand } from "../_harness/mod.ts";
import { publicEnds } from "../e2e/public_ends.ts";
import { roundTrips } from "../e2e/round_trips.ts";

roundTrips("through gearmand", async (t) => {
  const { address } = t.use(await startGearmand());
  return publicEnds(t, address);
}, { skip: missing("gearmand") });
