/** One peer's flood, and the others. */
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import type { Socket } from "../../src/sockets/socket.ts";
import { assert, assertEquals, test, type TestContext } from "../_harness/mod.ts";
import { CLOSED, RawPeer, request } from "./raw_peer.ts";

const FUNCTIONS = 1_000;
const LISTS = 200;

/** Counts what comes on a socket until its end. */
function countOn(t: TestContext, socket: Socket) {
  const count = { received: 0, last: [] as number[], ended: Promise.resolve() };
  count.ended = new Promise<void>((resolve) => {
    socket.pump({
      space: () => new Uint8Array(1),
      filled: () => true,
      push: (chunk) => {
        count.received += chunk.length;
        count.last = [...count.last, ...chunk.subarray(-PONG.length)].slice(-PONG.length);
        return true;
      },
      ended: () => resolve(),
    });
  });
  t.use({ close: () => socket.destroy() });
  return count;
}

/** The answer to the last request of a flood. */
const PONG = [0, 0x52, 0x45, 0x53, 0, 0, 0, 17, 0, 0, 0, 1, 0x78];

async function stage(t: TestContext) {
  const { dial, listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen, maxQueuedBytes: 2 ** 34 }));
  const connect = async () => t.use(new RawPeer(await dial(server.address)));
  return { dial: () => dial(server.address), good: await connect() };
}

async function knowsFunctions(peer: RawPeer): Promise<void> {
  for (let i = 0; i < FUNCTIONS; i++) await peer.send(request("CAN_DO", `function-${i}`));
  await peer.settle();
}

test("JobServer serves others between the lists that one peer asks for, and answers all in order", async (t) => {
  const { dial, good } = await stage(t);
  await knowsFunctions(good);
  const socket = await dial();
  const count = countOn(t, socket);
  await socket.write(new TextEncoder().encode("status\n".repeat(LISTS)));
  await socket.write(request("ECHO_REQ", "x"));
  await socket.finish();
  assertEquals(await good.settle(), []);
  const before = count.received;
  await count.ended;
  const list =
    Array.from({ length: FUNCTIONS }, (_, i) => `function-${i}\t0\t0\t1\n`).join("").length + 2;
  assert(before < LISTS * list, `Expected an answer before all lists were sent, got ${before}`);
  assertEquals([count.received, count.last], [LISTS * list + PONG.length, PONG]);
  assert(await good.settle().then((heard) => !heard.includes(CLOSED)));
});

const SERIES = request("SUBMIT_JOB_SCHED", "f", "u", "5", "3", "*", "*", "*", "w");

/** Packets or lines, the bytes of the answer to each, and how many of them: some turns' worth. */
const FLOODS: readonly (readonly [
  name: string,
  packet: Uint8Array,
  answer: number,
  count: number,
])[] = [
  ["echoes", request("ECHO_REQ", ""), 12, 50_000],
  ["questions", request("GET_STATUS_UNIQUE", "u"), 12 + 11, 50_000],
  ["grabs", request("GRAB_JOB"), 12, 50_000],
  ["faults", request("WORK_COMPLETE", "h", ""), 12 + 48, 50_000],
  ["series", SERIES, 12 + 13, 1_000],
  ["names of no function", new TextEncoder().encode("drop function f\n"), 24, 1_000],
];

for (const [name, packet, answer, packets] of FLOODS) {
  test(`JobServer serves others between the ${name} that one peer sends by the thousand, and answers all in order`, async (t) => {
    const { dial, good } = await stage(t);
    await knowsFunctions(good);
    const flood = new Uint8Array(packet.length * packets);
    for (let i = 0; i < packets; i++) flood.set(packet, i * packet.length);
    const socket = await dial();
    const count = countOn(t, socket);
    // As Bun gives it where it is read in one piece.
    await socket.write(flood);
    await socket.write(request("ECHO_REQ", "x"));
    await socket.finish();
    const turns: number[] = [];
    for (let i = 0; i < 3; i++) {
      assertEquals(await good.settle(), []);
      turns.push(count.received);
    }
    await count.ended;
    assertEquals([count.received, count.last], [answer * packets + PONG.length, PONG]);
    // It was heard again and again while that went on, and not only once at its end.
    for (const received of turns) {
      assert(received < answer * packets, `Expected an answer between, got ${turns}`);
    }
  });
}

test("JobServer has many peers that flood share what one may have, and hears others in between", async (t) => {
  const { dial, good } = await stage(t);
  const flood = concatenated(Array<Uint8Array>(2_000).fill(request("ECHO_REQ", "")));
  const counts: { readonly received: number }[] = [];
  // 2,000 packets each cost a quarter of a turn.
  for (let i = 0; i < 40; i++) {
    const socket = await dial();
    counts.push(countOn(t, socket));
    void socket.write(flood);
  }
  const received = () => counts.reduce((sum, count) => sum + count.received, 0);
  const all = 40 * 2_000 * 12;
  const shares: number[] = [];
  for (let before = 0; before < all;) {
    assertEquals(await good.settle(), []);
    shares.push(received() - before);
    before = received();
  }
  // In their turns they would be heard to the end in one.
  assert(Math.max(...shares) < 0.8 * all, `Expected a turn for others, got ${shares} of ${all}`);
});

const JOINS = 500;
const REPORTS = 1_000;

test("JobServer serves others between the reports that one worker sends to hundreds of submissions", async (t) => {
  const { dial, good } = await stage(t);
  const client = await dial();
  const count = countOn(t, client);
  const joins = Array<Uint8Array>(JOINS).fill(request("SUBMIT_JOB", "f", "u", ""));
  await client.write(concatenated([...joins, request("ECHO_REQ", "x")]));
  while (count.last.join() !== PONG.join()) await good.settle();
  const created = count.received;
  const worker = t.use(new RawPeer(await dial()));
  await worker.send(concatenated([request("CAN_DO", "f"), request("GRAB_JOB")]));
  const handle = (await worker.next()).split(/ |\\0/)[1];
  const report = request("WORK_STATUS", handle, "1", "2");
  await worker.send(concatenated(Array<Uint8Array>(REPORTS).fill(report)));
  const heard = worker.settle();
  const first = await Promise.race([heard, good.settle().then(() => good.settle())]);
  assertEquals([await heard, first === await heard], [[], false]);
  const all = created + report.length * JOINS * REPORTS;
  while (count.received < all) await good.settle();
  assertEquals(count.received, all);
});

function concatenated(packets: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(packets.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const packet of packets) {
    bytes.set(packet, at);
    at += packet.length;
  }
  return bytes;
}
