/** The job server's table in docs/failures.md, cell by cell. */
import { JobServer, type JobServerOptions } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { testCells } from "./cells.ts";

type Call = (options: JobServerOptions) => Promise<JobServer>;

const AT = { host: "127.0.0.1", port: 4730 };

testCells<Call>("The job server's calls", {
  "JobServer.listen()": (options) => JobServer.listen(options),
}, {
  "address in use": async ({ t }, call) => {
    const { listen } = memoryNetwork();
    t.use(await JobServer.listen({ listen, ...AT }));
    // The free place is given up again, with the one that is taken.
    const free = { ...AT, port: 4731 };
    const end = call({ listen, addresses: [free, AT] });
    await end.catch(() => {});
    t.use(await JobServer.listen({ listen, ...free }));
    return { end };
  },
  "TLS not spoken": (_, call) => {
    const { listen } = memoryNetwork();
    return { end: call({ listen, ...AT, tls: { cert: "", key: "" } }) };
  },
  "misuse": (_, call) => ({ end: call({ listen: memoryNetwork().listen, addresses: [] }) }),
});
