/** The public client, worker and admin client of a running server, for tests that take any pair of ends. */
import { codecUnderTest, type TestContext } from "../_harness/mod.ts";
import { Admin, Client, type ServerAddress, Worker } from "../../mod.ts";
import type { Ends } from "./round_trips.ts";

/** Makes them over the runtime's own sockets; the test closes them. */
export function publicEnds(
  t: TestContext,
  servers: ServerAddress,
): Ends & { readonly admin: () => Admin } {
  const shared = { servers, codec: codecUnderTest };
  return {
    client: (options = {}) => t.use(new Client({ ...shared, ...options })),
    worker: (options = {}) => {
      const worker = new Worker({ ...shared, ...options });
      t.use({ close: () => worker.close() });
      return worker;
    },
    admin: () => t.use(new Admin({ server: servers })),
  };
}
