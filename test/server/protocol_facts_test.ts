/**
 * The facts of `docs/protocol-facts.md`: each has a test that cites its number. Most are scripts that
 * are played to gearmand, too; those that cannot be are here: they take time, crash gearmand or leave
 * it waiting.
 */
import { Command, type CommandName, TYPE_LIMIT } from "../../src/protocol/mod.ts";
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { assert, assertEquals, test, type TestContext } from "../_harness/mod.ts";
import { SCRIPTS } from "../interop/engine_scripts.ts";
import { CLOSED, RawPeer, request } from "./raw_peer.ts";
import { Scene } from "./scene.ts";
import document from "../../docs/protocol-facts.md" with { type: "text" };

interface Fact {
  readonly number: string;
  /** The row of the differences; empty: we do the same. */
  readonly differs: string;
}

const FACTS: readonly Fact[] = document.split("\n").flatMap((line) => {
  const cells = line.split("|").map((cell) => cell.trim());
  return /^\d+\.\d+$/.test(cells[1] ?? "") ? [{ number: cells[1], differs: cells.at(-2)! }] : [];
});

/** The facts that the tests of this file show. */
const shownHere = new Set<string>();

function fact(numbers: string, what: string, show: (t: TestContext) => void | Promise<void>): void {
  for (const number of numbers.split(" ")) shownHere.add(number);
  test(`[${numbers}] ${what}`, show);
}

/** A peer of a server of its own, and its twin. */
async function peers(t: TestContext): Promise<[RawPeer, RawPeer]> {
  const { dial, listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen, handlePrefix: "H:x" }));
  const connect = async () => t.use(new RawPeer(await dial(server.address)));
  return [await connect(), await connect()];
}

function hex(digits: string): Uint8Array {
  return Uint8Array.from(digits.split(" "), (byte) => parseInt(byte, 16));
}

fact("3.2 3.9", "a line waits for its newline, and a header for its rest", async (t) => {
  const [peer, other] = await peers(t);
  await peer.send("REQ\0stat");
  await other.send(hex("00 52 45 51 00 00 00"));
  await peer.send("us\n");
  assertEquals(await peer.next(), "ERR UNKNOWN_COMMAND Unknown+server+commandREQ\\r\\n");
  await other.send(hex("10 00 00 00 01 78"));
  assertEquals(await other.next(), "ECHO_RES x");
});

fact("3.4", "a type from 0x80000000 on closes the connection, and no other", async (t) => {
  const [peer, other] = await peers(t);
  await peer.send(hex("00 52 45 51 80 00 00 00 00 00 00 00"));
  assertEquals(await peer.next(), CLOSED);
  assertEquals(await other.settle(), []);
});

fact("3.5", "a time limit that overflows is none", () => {
  const scene = new Scene();
  for (const limit of ["9223372036854775807", "9223372036854775808", "99999999999999999999"]) {
    scene.peer().sends("CAN_DO_TIMEOUT", "f", limit).says("status").got();
  }
  scene.peer().says("status").gets("f\t0\t0\t3\n.\n");
});

fact(
  "3.6 3.15",
  "missing separators close the connection at once, and jobs are put back",
  async (t) => {
    const [peer, other] = await peers(t);
    await peer.send(request("SUBMIT_JOB_BG", "f", "", ""));
    await peer.send(request("CAN_DO", "f"));
    await peer.send(request("GRAB_JOB"));
    await peer.send(request(Command.WORK_COMPLETE, "H:x:1"));
    for (const heard of ["JOB_CREATED H:x:1", "JOB_ASSIGN H:x:1\\0f\\0", CLOSED]) {
      assertEquals(await peer.next(), heard);
    }
    await other.send("show jobs\n");
    assertEquals(await other.next(), "H:x:1\t1\t0\t1\\n");
  },
);

fact("3.8", "a packet waits for as many bytes as its header says", async (t) => {
  const [peer] = await peers(t);
  await peer.send(hex("00 52 45 51 00 00 00 10 00 00 00 03 78"));
  await peer.send("yz");
  assertEquals(await peer.next(), "ECHO_RES xyz");
});

fact("3.16", "answers to what came before a half-close are sent", async (t) => {
  const { dial, listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen }));
  const socket = await dial(server.address);
  const peer = t.use(new RawPeer(socket));
  await peer.send(request("ECHO_REQ", "x"));
  await socket.finish();
  assertEquals([await peer.next(), await peer.next()], ["ECHO_RES x", CLOSED]);
});

fact("3.17", "a peer that never reads is hung up on", async (t) => {
  const { dial, listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen, maxWaitingBytes: 100_000 }));
  const socket = t.use(await dial(server.address));
  const ended = new Promise<void>((resolve) => {
    const sink = { filled: () => false, push: () => false, ended: () => resolve() };
    socket.pump({ ...sink, space: () => new Uint8Array(1) });
  });
  try {
    for (;;) await socket.write(request("ECHO_REQ", "x".repeat(50_000)));
  } catch {
    // It has hung up.
  }
  await ended;
});

fact("2.6", "a background job that the store refuses gets ERROR QUEUE_ERROR", async (t) => {
  const { dial, listen } = memoryNetwork();
  let isOpen = false;
  const store = {
    open: () => Promise.resolve({ next: 1, jobs: [], series: [], fates: [] }),
    commit: () => {
      if (isOpen) throw new Error("full");
      isOpen = true;
    },
    close: () => {},
  };
  const server = t.use(await JobServer.listen({ listen, store, warn: () => {} }));
  const peer = t.use(new RawPeer(await dial(server.address)));
  await peer.send(request("SUBMIT_JOB_BG", "f", "", ""));
  assert((await peer.next()).startsWith("ERROR QUEUE_ERROR\\0"));
});

fact("4.7 9.2 9.3", "a job beyond the limit of the latest registration is put back", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "", "w").gets("JOB_CREATED H:t:1");
  const slow = scene.worker("f").sends("CAN_DO_TIMEOUT", "f", "2000").sends("GRAB_JOB");
  const sleeper = scene.worker("f").sends("PRE_SLEEP");
  scene.after(1_999);
  sleeper.gets();
  scene.after(1);
  sleeper.gets("NOOP");
  client.gets().says("show jobs").gets("H:t:1\t1\t0\t0\n.\n");
  slow.gets("JOB_ASSIGN H:t:1|f|w").sends("WORK_COMPLETE", "H:t:1", "").gets(
    "ERROR JOB_NOT_FOUND|Job given in work result not found",
  );
});

fact("9.4 9.5 9.6", "every job has a limit of its own, whatever its worker does besides", () => {
  const scene = new Scene();
  scene.peer().sends("SUBMIT_JOB_BG", "f", "", "").sends("SUBMIT_JOB_BG", "f", "", "");
  const worker = scene.peer().sends("CAN_DO_TIMEOUT", "f", "1000").sends("GRAB_JOB");
  scene.after(500);
  worker.sends("GRAB_JOB").sends("WORK_COMPLETE", "H:t:1", "").sends("PRE_SLEEP").got();
  scene.after(999);
  worker.gets();
  scene.after(1);
  worker.gets("NOOP").says("status").gets("f\t1\t0\t1\n.\n");
});

fact("5.8", "a NOOP may come when the next grab is under way", () => {
  const scene = new Scene();
  const worker = scene.worker("f").sends("PRE_SLEEP");
  scene.peer().sends("SUBMIT_JOB_BG", "f", "", "");
  worker.sends("GRAB_JOB").gets("NOOP", "JOB_ASSIGN H:t:1|f|");
});

fact("11.9", "a submission is taken though its connection closes at once", async (t) => {
  const [client, other] = await peers(t);
  await other.send(request("CAN_DO", "f"));
  await other.send(request("PRE_SLEEP"));
  await other.settle();
  await client.send(request("SUBMIT_JOB_BG", "f", "", ""));
  await client.close();
  assertEquals(await other.next(), "NOOP");
});

fact("13.10 13.11 13.24", "lines and packets are answered in their order", () => {
  new Scene({ pid: 7 }).peer().says("version").sends("ECHO_REQ", "x").says("getpid x").gets(
    "OK 0.0.0\n",
    "ECHO_RES x",
    "OK 7\n",
  );
});

const DIFFERENT = FACTS.filter(({ differs }) => differs !== "");

// The run prints these numbers: see scripts/suite/gearmand_table.ts.
const TITLE = `all ${FACTS.length} protocol facts are tested, ${DIFFERENT.length} of them as ` +
  "differences on purpose";

test(TITLE, () => {
  const sent = new Set<number>();
  for (const [, what, first] of SCRIPTS.flatMap(({ steps }) => steps)) {
    if (what in Command) sent.add(Command[what as CommandName]);
    else if (what === "type" || what === "response") sent.add(Number(first));
  }
  const types = [...sent].map((type) => `1.${type}`);
  const played = new Set([...types, ...SCRIPTS.flatMap((script) => script.facts)]);
  const cited = new Set([...played, ...shownHere]);
  const numbers = FACTS.map(({ number }) => number);
  assertEquals(numbers.filter((number) => !cited.has(number)), []);
  assertEquals([...cited].filter((number) => !numbers.includes(number)), []);
  assertEquals(numbers.filter((number) => number.startsWith("1.")).length, TYPE_LIMIT + 1);
  // A script that must differ cites a fact with that row, or one that we keep in every other case.
  const byNumber = new Map(FACTS.map((one) => [one.number, one.differs]));
  for (const { name, differs, facts } of SCRIPTS) {
    if (differs !== undefined) continue;
    const wrong = facts.filter((number) => !["", "7", "15", "27"].includes(byNumber.get(number)!));
    assertEquals([name, wrong], [name, []]);
  }
});
