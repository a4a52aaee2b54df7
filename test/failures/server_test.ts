/** The job server's tables in docs/failures.md, cell by cell. */
import { Link } from "../../src/link/mod.ts";
import { Command } from "../../src/protocol/mod.ts";
import { JobServer, type JobServerOptions } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { LIMITS, quiet, type Scenario, type Stage, testCells } from "./cells.ts";

interface Call {
  listen(options: JobServerOptions): Promise<unknown>;
  /** The call of the page, on a server that listens. */
  end(server: JobServer, milliseconds?: number): Promise<unknown>;
}

const AT = { host: "127.0.0.1", port: 4730 };

/** Ends a server. */
function ending(end: Call["end"]): Call {
  return { listen: async (options) => await end(await JobServer.listen(options)), end };
}

const CALLS: Record<string, Call> = {
  "JobServer.listen()": {
    listen: (options) => JobServer.listen(options),
    end: (server) => Promise.resolve(server),
  },
  "server.close()": ending((server, grace) => server.close({ grace })),
  "server.drain()": ending((server, timeout = LIMITS.timeout) => server.drain({ timeout })),
};

/** A server, and a peer of it that has said this, and reads nothing. */
function having(
  say: (peer: Link) => void,
  andThen: (peer: Link) => void = () => {},
): Scenario<Call> {
  return async ({ t, clock }: Stage, call) => {
    const { listen, dial } = memoryNetwork();
    const server = await JobServer.listen({ listen, ...AT, clock });
    t.use(server);
    const peer = new Link(await dial(AT), { role: "peer", clock });
    t.use({ close: () => peer.destroy() });
    say(peer);
    await quiet();
    const end = call.end(server);
    await quiet();
    andThen(peer);
    await quiet();
    return { end };
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

testCells("The job server's calls", CALLS, {
  "address in use": async ({ t }, call) => {
    const { listen } = memoryNetwork();
    t.use(await JobServer.listen({ listen, ...AT }));
    // The free place is given up again, with the one that is taken.
    const free = { ...AT, port: 4731 };
    const end = call.listen({ listen, addresses: [free, AT] });
    await end.catch(() => {});
    t.use(await JobServer.listen({ listen, ...free }));
    return { end };
  },
  "TLS not spoken": (_, call) => {
    const { listen } = memoryNetwork();
    return { end: call.listen({ listen, ...AT, tls: { cert: "", key: "" } }) };
  },
  "nobody is there": having((peer) => peer.destroy()),
  "a peer reads nothing": having((peer) => peer.send(Command.ECHO_REQ, [new Uint8Array(300_000)])),
  "a job waits": having(submit),
  "a job runs": having(work),
  "the job's worker leaves": having(work, (peer) => peer.destroy()),
  "a peer leaves meanwhile": having(() => {}, (peer) => peer.destroy()),
  "called again": async ({ clock }, call) => {
    const server = await JobServer.listen({ listen: memoryNetwork().listen, ...AT, clock });
    await call.end(server);
    return { end: call.end(server) };
  },
  "misuse": async (_, call) => {
    const { listen } = memoryNetwork();
    if (call === CALLS["JobServer.listen()"]) {
      return { end: call.listen({ listen, addresses: [] }) };
    }
    return { end: call.end(await JobServer.listen({ listen, ...AT }), -1) };
  },
});
