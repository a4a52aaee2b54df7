/** The conformance suite over memory sockets, and what only they have to say. */
import { assertEquals, assertRejects, test } from "../_harness/mod.ts";
import { LinkError } from "../../src/errors.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { socketConformance } from "./conformance.ts";
import { startPeer } from "./peers.ts";

const { dial, listen } = memoryNetwork();

socketConformance({
  name: "memory",
  dial,
  listen,
  start: (name, at) => startPeer(name, listen, at),
}, { unix: true, names: false, reasons: true, ipv6: true, resets: true, tls: false });

test("memory dial() does not reach another network", async (t) => {
  const { address } = t.use(await startPeer("echo", listen));
  const error = await assertRejects(() => memoryNetwork().dial(address), LinkError);
  assertEquals(error.code, "REFUSED");
});

test("memory dial() and listen() reject with UNSUPPORTED where TLS is asked for", async () => {
  const at = { host: "127.0.0.1", port: 1 };
  const dialled = await assertRejects(() => dial({ ...at, tls: {} }), LinkError);
  assertEquals(dialled.code, "UNSUPPORTED");
  const tls = { cert: "", key: "" };
  const listened = await assertRejects(() => listen({ ...at, tls }, () => {}), LinkError);
  assertEquals(listened.code, "UNSUPPORTED");
});
