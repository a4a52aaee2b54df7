/** A client of scripted servers, for the tests of this folder. */
import { codecUnderTest, type TestContext } from "../_harness/mod.ts";
import {
  type FakePeer,
  type FakeServer,
  fakeServer,
  type Script,
} from "../_harness/fake_server.ts";
import { Client, type ClientOptions, type SizedStream } from "../../src/client/mod.ts";
import { LinkError } from "../../src/errors.ts";
import type { AnyJobs, JobDefinitions } from "../../src/jobs/mod.ts";
import type { Dial } from "../../src/sockets/socket.ts";

/** A client with the codec under test. Exceptions are off, so that scripts begin with the first request. */
export function clientTo<Definitions extends JobDefinitions = AnyJobs>(
  t: TestContext,
  options: ClientOptions<Definitions>,
): Client<Definitions> {
  return t.use(new Client({ codec: codecUnderTest, exceptions: false, ...options }));
}

/** The same, of one scripted server. */
export async function clientOf(
  t: TestContext,
  scripts: readonly Script[],
  options: Partial<ClientOptions> = {},
): Promise<{ client: Client; server: FakeServer }> {
  const server = t.use(await fakeServer(scripts));
  const { address, dial } = server;
  return { client: clientTo(t, { servers: address, dial, ...options }), server };
}

/** Takes a submission, and says that it was. */
export async function accept(peer: FakePeer, handle = "H:fake:1"): Promise<readonly string[]> {
  const { args } = await peer.next();
  await peer.send("JOB_CREATED", handle);
  return args;
}

/** Takes a submission, and completes it at once with this result. */
export async function complete(
  peer: FakePeer,
  result: string | Uint8Array = "done",
  handle = "H:fake:1",
): Promise<readonly string[]> {
  const args = await accept(peer, handle);
  await peer.send("WORK_COMPLETE", handle, result);
  return args;
}

/** Completes every submission with the server's name, until the client has gone. */
export function serve(name: string): Script {
  return async (peer) => {
    for (let job = 1;; job++) {
      const received = await peer.next().catch(() => undefined);
      if (received === undefined) return;
      const handle = `H:${name}:${job}`;
      if (received.name === "ECHO_REQ") {
        await peer.send("ECHO_RES", received.args[0]);
        continue;
      }
      if (received.name === "GET_STATUS_UNIQUE") {
        await peer.send(
          "STATUS_RES_UNIQUE",
          received.args[0],
          "1",
          "0",
          "0",
          "0",
          name.length + "",
        );
        continue;
      }
      await peer.send("JOB_CREATED", handle);
      if (!received.name.endsWith("_BG")) await peer.send("WORK_COMPLETE", handle, name);
    }
  };
}

/** Several scripted servers behind one dial, each at `name:4730`; those that are named in `down` refuse. */
export async function fleet(
  t: TestContext,
  scripts: Readonly<Record<string, readonly Script[]>>,
  down: Set<string> = new Set(),
): Promise<{ dial: Dial; servers: string; dialled: string[] }> {
  const servers = new Map<string, FakeServer>();
  for (const [name, its] of Object.entries(scripts)) {
    servers.set(name, t.use(await fakeServer(its)));
  }
  const dialled: string[] = [];
  const dial: Dial = (to, options) => {
    const name = "host" in to ? to.host : to.path;
    dialled.push(name);
    const server = servers.get(name)!;
    if (down.has(name)) return Promise.reject(new LinkError("REFUSED", `"${name}" is down`));
    return server.dial(server.address, options);
  };
  return { dial, servers: Object.keys(scripts).join(","), dialled };
}

/** Lets everything happen that happens without time: memory sockets need nothing else. */
export async function quiet(): Promise<void> {
  for (let i = 0; i < 300; i++) await undefined;
}

/** A workload that comes as a stream. */
export function streamed(text: string): SizedStream {
  async function* pieces() {
    await undefined;
    yield new TextEncoder().encode(text);
  }
  return { size: text.length, stream: pieces() };
}
