/** The public classes, through our job server in another process, over the runtime's own sockets. */
import { startJobServer } from "../_harness/job_server.ts";
import { publicEnds } from "./public_ends.ts";
import { roundTrips } from "./round_trips.ts";

roundTrips("over loopback", async (t) => {
  const { address } = t.use(await startJobServer());
  return publicEnds(t, address);
});
