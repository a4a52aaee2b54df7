/** One peer's flood, and the others. */
import type { Link } from "../../src/link/mod.ts";
import { LinkOutput } from "../../src/server/link_output.ts";
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import type { Socket } from "../../src/sockets/socket.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { assert, assertEquals, joined, test, type TestContext } from "../_harness/mod.ts";
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

const JOINS = 500;
const REPORTS = 1_000;

test("JobServer serves others between the reports that one worker sends to hundreds of submissions", async (t) => {
  const { dial, good } = await stage(t);
  const client = await dial();
  const count = countOn(t, client);
  const joins = Array<Uint8Array>(JOINS).fill(request("SUBMIT_JOB", "f", "u", ""));
  await client.write(joined([...joins, request("ECHO_REQ", "x")]));
  while (count.last.join() !== PONG.join()) await good.settle();
  const created = count.received;
  const worker = t.use(new RawPeer(await dial()));
  await worker.send(joined([request("CAN_DO", "f"), request("GRAB_JOB")]));
  const handle = (await worker.next()).split(/ |\\0/)[1];
  const report = request("WORK_STATUS", handle, "1", "2");
  await worker.send(joined(Array<Uint8Array>(REPORTS).fill(report)));
  const heard = worker.settle();
  const first = await Promise.race([heard, good.settle().then(() => good.settle())]);
  assertEquals([await heard, first === await heard], [[], false]);
  const all = created + report.length * JOINS * REPORTS;
  while (count.received < all) await good.settle();
  assertEquals(count.received, all);
});

const PIECE = "x".repeat(16 * 1024);
/** A list that takes two turns. */
const LONG: readonly string[] = Array(20).fill(PIECE);

/** A way out to a peer that takes whatever it is sent, turn by turn. */
function outputStage() {
  const sent: string[] = [];
  const told: string[] = [];
  const clock = handClock();
  const link: Partial<Link> = {
    isOpen: true,
    waiting: 0,
    taken: 0,
    text: ({ length }) => void sent.push(length === PIECE.length ? "piece" : `${length} bytes`),
    bare: (type) => void sent.push(`${type}`),
    flushed: () => Promise.resolve(),
    destroy: () => void told.push("destroyed"),
  };
  const output = new LinkOutput(link as Link, {
    maxWaitingBytes: 1_000_000,
    clock,
    tell: (kind) => told.push(kind),
  });
  const turn = async () => {
    for (let i = 0; i < 10; i++) await undefined;
    clock.turn(0);
    for (let i = 0; i < 10; i++) await undefined;
    return sent.splice(0);
  };
  return { output, sent, told, turn };
}

test("JobServer makes 256 KiB of a list in a turn, however fast they are taken", async () => {
  const { output, sent, turn } = outputStage();
  assertEquals(output.list(LONG), 16 * PIECE.length);
  assertEquals(sent.splice(0).length, 16);
  output.list(LONG);
  output.text("ab");
  // The end of one list, and the beginning of the next, which goes on behind it.
  assertEquals((await turn()).length, 4 + 16);
  output.text("abc");
  assertEquals(await turn(), [...Array(4).fill("piece"), "2 bytes", "3 bytes"]);
  assertEquals(output.listed(), undefined);
});

test("JobServer sends what waits behind a list in turns, too, in its order", async () => {
  const { output, sent, turn } = outputStage();
  output.list(LONG);
  for (let type = 0; type < 5_000; type++) output.bare(type);
  sent.length = 0;
  const heard = [await turn()];
  // Behind those that are left.
  output.bare(5_000);
  heard.push(await turn(), await turn());
  assertEquals(heard.map(({ length }) => length), [4 + 2_048, 2_048, 905]);
  const numbers = Array.from({ length: 5_001 }, (_, type) => `${type}`);
  assertEquals(heard.flat(), [...Array(4).fill("piece"), ...numbers]);
});

/** What waits behind a list: as many as a million bytes have room for. */
const BEHIND: Readonly<Record<string, [fits: number, follow: (output: LinkOutput) => void]>> = {
  "packets": [7_812, (output) => output.bare(1)],
  "texts": [886, (output) => output.text("x".repeat(1_000))],
  "lists": [236, (output) => output.list([PIECE])],
};

for (const [what, [fits, follow]] of Object.entries(BEHIND)) {
  test(`JobServer counts ${what} against a peer's bytes while they wait behind a list`, async () => {
    const { output, told, turn } = outputStage();
    for (let round = 0; round < 2; round++) {
      output.list(LONG);
      for (let i = 0; i < fits; i++) follow(output);
      while (output.listed() !== undefined) await turn();
    }
    assertEquals([told, output.isCutOff], [[], false]);
    output.list(LONG);
    for (let i = 0; i <= fits; i++) follow(output);
    await turn();
    assertEquals([told, output.isCutOff], [["unread", "destroyed"], true]);
  });
}
