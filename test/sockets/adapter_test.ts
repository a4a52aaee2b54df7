/** The conformance suite over the adapter of the runtime that runs it. */
import { runtime } from "../_harness/mod.ts";
import type { Dial, Listen } from "../../src/sockets/socket.ts";
import { socketConformance } from "./conformance.ts";
import { startPeer } from "./peers.ts";

const adapters: Record<string, () => Promise<{ dial: Dial; listen: Listen }>> = {
  node: () => import("../../src/sockets/node.ts"),
};

const { dial, listen } = await adapters[runtime.name]();

socketConformance({
  name: runtime.name,
  dial,
  listen,
  start: (name, at) => startPeer(name, listen, at),
}, { unix: true, names: true, ipv6: true, tls: true });
