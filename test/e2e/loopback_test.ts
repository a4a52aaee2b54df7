/** The public classes, through our job server, over the runtime's own sockets. */
import { openJobServer } from "../_harness/job_server.ts";
import { publicEnds } from "./public_ends.ts";
import { roundTrips } from "./round_trips.ts";

roundTrips("over loopback", async (t) => {
  const { address } = t.use(await openJobServer());
  return publicEnds(t, address);
});
