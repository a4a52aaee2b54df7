/** One peer's flood, and the others. */
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { assert, assertEquals, test } from "../_harness/mod.ts";
import { CLOSED, RawPeer, request } from "./raw_peer.ts";

const FUNCTIONS = 1_000;
const LISTS = 200;

test("JobServer serves others between the lists that one peer asks for, and answers all in order", async (t) => {
  const { dial, listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen }));
  const connect = async () => t.use(new RawPeer(await dial(server.address)));
  const good = await connect();
  for (let i = 0; i < FUNCTIONS; i++) await good.send(request("CAN_DO", `function-${i}`));
  await good.settle();

  const socket = await dial(server.address);
  let [received, hasEnded, echoes] = [0, false, 0];
  const ended = new Promise<void>((resolve) => {
    socket.pump({
      space: () => new Uint8Array(1),
      filled: () => true,
      push: (chunk) => {
        received += chunk.length;
        if (chunk.includes(0)) echoes++;
        return true;
      },
      ended: () => {
        hasEnded = true;
        resolve();
      },
    });
  });
  t.use({ close: () => socket.destroy() });
  const encoder = new TextEncoder();
  await socket.write(encoder.encode("status\n".repeat(LISTS)));
  await socket.write(request("ECHO_REQ", "x"));
  await socket.finish();
  assertEquals(await good.settle(), []);
  const before = received;
  await ended;
  const list =
    Array.from({ length: FUNCTIONS }, (_, i) => `function-${i}\t0\t0\t1\n`).join("").length + 2;
  assert(before < LISTS * list, `Expected an answer before all lists were sent, got ${before}`);
  assertEquals([received, hasEnded, echoes], [LISTS * list + 13, true, 1]);
  assert(await good.settle().then((heard) => !heard.includes(CLOSED)));
});
