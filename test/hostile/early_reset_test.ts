/** Clients that have reset their connection before the server hears of it: it serves the others. */
import { assertEquals, test } from "../_harness/mod.ts";
import { SERVERS } from "../_harness/job_server.ts";
import { dial } from "../../src/sockets/detect.ts";
import { publicEnds } from "../e2e/public_ends.ts";

/** Half of a job. */
const HALF = new Uint8Array([0, 82, 69, 81, 0, 0, 0, 7, 0, 0, 0, 20, 102, 0, 117, 0, 119]);

for (const { name, skip, start } of SERVERS) {
  test(
    `a hundred connections that are reset at once do no harm, at ${name}`,
    { skip },
    async (t) => {
      const { address } = t.use(await start());
      for (let i = 0; i < 100; i++) {
        const socket = await dial(address);
        socket.write(HALF)?.catch(() => {});
        socket.destroy();
      }
      const ends = publicEnds(t, address);
      ends.worker().add("echo", (job) => job.workload).start();
      assertEquals(await ends.client().submit("echo", "alive").text(), "alive");
    },
  );
}
