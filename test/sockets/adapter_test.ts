/** The conformance suite over the adapter of the runtime that runs it. */
import { assertEquals, assertRejects, runtime, startProgram, test } from "../_harness/mod.ts";
import { LinkError } from "../../src/errors.ts";
import { dial, listen, runtime as detected } from "../../src/sockets/detect.ts";
import type { Address, ListenAddress } from "../../src/sockets/socket.ts";
import { socketConformance } from "./conformance.ts";
import { CA, SERVER_CERT, SERVER_KEY } from "./certificates.ts";
import { type Peer, type PeerName, startPeer } from "./peers.ts";
import { Reader } from "./reader.ts";

const { name } = runtime;
const onWorkerd = name === "workerd";

socketConformance({
  name,
  dial,
  listen: onWorkerd ? undefined : listen,
  start: onWorkerd ? startElsewhere : (peer, at) => startPeer(peer, listen, at),
}, {
  unix: !onWorkerd,
  names: true,
  reasons: !onWorkerd,
  ipv6: onWorkerd || await hasIpv6(),
  // Deno finishes before it closes. On workerd a write may be told of the reset before the read, and
  // a system tells it once: what is read then is the end.
  resets: name !== "deno" && !onWorkerd,
  tls: !onWorkerd,
});

async function hasIpv6(): Promise<boolean> {
  try {
    await (await listen({ host: "::1", port: 0 }, () => {})).close();
    return true;
  } catch {
    return false;
  }
}

async function startElsewhere(peer: PeerName, at?: ListenAddress): Promise<Peer> {
  const where = JSON.stringify(at ?? { host: "127.0.0.1", port: 0 });
  const program = await startProgram({
    run: "test/sockets/peer_fixture.ts",
    args: [peer, where],
  });
  const line = await program.line();
  if (line === undefined) throw new Error((await program.exit()).stderr);
  const address = JSON.parse(line) as Address;
  return { address, close: () => program[Symbol.asyncDispose]() as Promise<void> };
}

test("runtime() is the one that the run is about", () => {
  assertEquals(detected().name, name);
  if (!onWorkerd) assertEquals(detected().version, runtime.version);
});

test(
  `${name} Sink hears RESET of a connection that is only read`,
  { on: ["deno", "bun", "node"] },
  async (t) => {
    const { createServer } = await import("node:net");
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", () => socket.resetAndDestroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.use({ close: () => new Promise((resolve) => server.close(resolve)) });
    const { port } = server.address() as { port: number };
    const socket = await dial({ host: "127.0.0.1", port });
    const reader = new Reader();
    socket.pump(reader);
    await socket.write(new Uint8Array(1));
    assertEquals((await reader.end)?.code, "RESET");
    assertEquals(reader.faults, []);
  },
);

test(`${name} dial() and listen() reject with UNSUPPORTED what it cannot do`, {
  on: ["workerd"],
}, async () => {
  const at = { host: "127.0.0.1", port: 1 };
  const asked: (() => Promise<unknown>)[] = [
    () => listen(at, () => {}),
    () => dial({ path: "/tmp/gearmand.sock" }),
    () => dial({ ...at, tls: { ca: "" } }),
    () => dial({ ...at, tls: { cert: "", key: "" } }),
    () => dial({ ...at, tls: { serverName: "gearman.test" } }),
  ];
  for (const ask of asked) {
    assertEquals((await assertRejects(ask, LinkError)).code, "UNSUPPORTED");
  }
});

test(
  `${name} shakes hands once with a client that wants to do so again and again`,
  { on: ["bun", "node"] },
  async (t) => {
    const { connect } = await import("node:tls");
    const at = { host: "127.0.0.1", port: 0, tls: { cert: SERVER_CERT, key: SERVER_KEY } };
    const server = t.use(await startPeer("echo", listen, at));
    const { port } = server.address as { port: number };
    const answer = await new Promise((resolve) => {
      let isOpen = false;
      const client = connect({ port, ca: CA, maxVersion: "TLSv1.2" }, () => {
        isOpen = true;
        client.renegotiate({}, (error) => resolve(error === null ? "taken" : "refused"));
      });
      t.use({ close: () => void client.destroy() });
      client.on("error", (error) => resolve(isOpen ? "refused" : error));
    });
    assertEquals(answer, "refused");
  },
);
