/** The job server's tables in docs/failures.md, cell by cell. */
import { StoreError } from "../../src/errors.ts";
import { Link } from "../../src/link/mod.ts";
import { Command } from "../../src/protocol/mod.ts";
import { JobServer, type JobServerOptions } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { HandStore } from "../server/hand_store.ts";
import { LIMITS, quiet, type Scenario, type Stage, testCells } from "./cells.ts";

/** Begins to listen. */
type Listening = (options: JobServerOptions) => Promise<unknown>;

/** Ends a server that listens. */
type Ending = (server: JobServer, milliseconds?: number) => Promise<unknown>;

const AT = { host: "127.0.0.1", port: 4730 };

/** A server, and a peer of it that has said this, and reads nothing. */
function having(
  say: (peer: Link) => void,
  options: () => Partial<JobServerOptions> = () => ({}),
  andThen: (peer: Link) => void = () => {},
): Scenario<Ending> {
  return async ({ t, clock }: Stage, end) => {
    const { listen, dial } = memoryNetwork();
    const server = await JobServer.listen({ listen, ...AT, clock, ...options() });
    t.use(server);
    const peer = new Link(await dial(AT), { role: "peer", clock });
    t.use({ close: () => peer.destroy() });
    say(peer);
    await quiet();
    const ending = end(server);
    await quiet();
    andThen(peer);
    await quiet();
    return { end: ending };
  };
}

function submit(peer: Link): void {
  peer.send(Command.SUBMIT_JOB, ["f", "", ""]);
}

function work(peer: Link): void {
  submit(peer);
  peer.send(Command.CAN_DO, ["f"]);
  peer.bare(Command.GRAB_JOB);
}

testCells<Listening>("A job server that begins", {
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
  "a store that is damaged": (_, call) => {
    const store = new HandStore();
    store.open = () => Promise.reject(new StoreError("DAMAGED", "Expected a store, got dust"));
    return { end: call({ listen: memoryNetwork().listen, ...AT, store }) };
  },
  "misuse": (_, call) => ({ end: call({ listen: memoryNetwork().listen, addresses: [] }) }),
});

testCells<Ending>("A job server that ends", {
  "server.close()": (server, grace) => server.close({ grace }),
  "server.drain()": (server, timeout = LIMITS.timeout) => server.drain({ timeout }),
}, {
  "nobody is there": having((peer) => peer.destroy()),
  "a peer reads nothing": having((peer) => peer.send(Command.ECHO_REQ, [new Uint8Array(300_000)])),
  "a job waits": having(submit),
  "a job runs": having(work),
  "a job runs, and a peer reads nothing": having((peer) => {
    work(peer);
    peer.send(Command.ECHO_REQ, [new Uint8Array(300_000)]);
  }),
  "the job's worker leaves": having(work, undefined, (peer) => peer.destroy()),
  "a peer leaves meanwhile": having(() => {}, undefined, (peer) => peer.destroy()),
  "the store answers nothing": having(
    (peer) => peer.send(Command.SUBMIT_JOB_BG, ["f", "", ""]),
    () => ({
      store: new HandStore(),
      warn: () => {},
    }),
  ),
  "called again": async ({ clock }, end) => {
    const server = await JobServer.listen({ listen: memoryNetwork().listen, ...AT, clock });
    await end(server);
    return { end: end(server) };
  },
  "misuse": async ({ t }, end) => {
    const server = t.use(await JobServer.listen({ listen: memoryNetwork().listen, ...AT }));
    return { end: end(server, -1) };
  },
});
