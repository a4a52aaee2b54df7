/** Looking for delayed jobs on servers that do not wake for them, and leaving the others in peace. */
import { assertEquals, assertThrows, test } from "../_harness/mod.ts";
import type { FakePeer } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { serverKind } from "../../src/worker/server_kind.ts";
import { assign, nap, putToSleep, workerOf } from "./scripted.ts";

/** Sees the question for the version, and answers it. */
async function askedForVersion(peer: FakePeer, answer: string): Promise<void> {
  assertEquals(await peer.expect("line"), ["version"]);
  await peer.text(`${answer}\n`);
}

test("serverKind() knows our server by its mark, and who wakes for delayed jobs by its version", () => {
  const kinds: Readonly<Record<string, [isOurs: boolean, wakesWhenDue: boolean]>> = {
    "OK 1.1.20+ds": [false, false],
    "OK 1.1.22": [false, false],
    "OK 0.41": [false, false],
    "OK 0.1.0": [false, false],
    "OK 2.0.0": [false, true],
    "OK 2": [false, false],
    "OK 10.3": [false, true],
    "OK 0.1.0+geartrain": [true, true],
    "OK": [false, false],
    "OK ": [false, false],
    "OK unknown": [false, false],
    "ERR UNKNOWN_COMMAND Unknown+server+commandversion": [false, false],
    "1.1.20": [false, false],
  };
  for (const [line, [isOurs, wakesWhenDue]] of Object.entries(kinds)) {
    assertEquals(serverKind(line), { isOurs, wakesWhenDue }, line);
  }
});

test("on gearmand before 2.0 a sleeper looks every second", async (t) => {
  const clock = handClock();
  const { worker, server } = await workerOf(t, [async (peer) => {
    peer.version = false;
    await peer.expect("CAN_DO");
    await putToSleep(peer);
    await nap(clock, 999);
    assertEquals(clock.now(), 999);
    clock.turn(1);
    await askedForVersion(peer, "OK 1.1.20+ds");
    await putToSleep(peer);
    for (let looks = 0; looks < 5; looks++) {
      await nap(clock, 1_000);
      await putToSleep(peer);
    }
    await nap(clock, 1_000);
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1);
    await peer.expect("WORK_COMPLETE");
  }], { clock });
  worker.add("f", () => {}).start();
  await server.done;
});

test("our own server and newer gearmands are asked once who they are, and never again", async (t) => {
  for (const answer of ["OK 0.1.0+geartrain", "OK 2.0.0"]) {
    const clock = handClock();
    const { worker, server } = await workerOf(t, [async (peer) => {
      peer.version = false;
      await peer.expect("CAN_DO");
      await putToSleep(peer);
      await nap(clock, 1_000);
      await askedForVersion(peer, answer);
      await nap(clock, 100_000);
      await peer.send("NOOP");
      // The grab is the answer to the NOOP, and nothing came before it.
      await putToSleep(peer);
      await nap(clock, 100_000);
      await peer.send("NOOP");
      await putToSleep(peer);
    }], { clock, heartbeat: Infinity });
    worker.add("f", () => {}).start();
    await server.done;
    await worker.close();
  }
});

test("poll says how often, and Infinity not to look", async (t) => {
  const clock = handClock();
  const often = await workerOf(t, [async (peer) => {
    peer.version = false;
    await peer.expect("CAN_DO");
    await putToSleep(peer);
    await nap(clock, 50);
    await askedForVersion(peer, "OK 1.1.20");
    await putToSleep(peer);
    await nap(clock, 50);
    await putToSleep(peer);
  }], { clock, poll: 50 });
  often.worker.add("f", () => {}).start();
  await often.server.done;

  const never = await workerOf(t, [async (peer) => {
    peer.version = false;
    await peer.expect("CAN_DO");
    await putToSleep(peer);
    await nap(clock, 100_000);
    await peer.send("NOOP");
    await putToSleep(peer);
  }], { clock, poll: Infinity, heartbeat: Infinity });
  never.worker.add("f", () => {}).start();
  await never.server.done;

  const { dial } = never.server;
  for (const poll of [0, NaN]) {
    const make = () => workerOf(t, [], { dial, poll });
    assertEquals((await make().catch((error) => error)).name, "RangeError");
  }
});

test("a line that nobody asked for ends the link", async (t) => {
  const down: string[] = [];
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await putToSleep(peer);
    await peer.text("OK 2.0.0\n");
    await peer.gone;
  }]);
  worker.addEventListener("down", (event) => down.push(event.reason!.message));
  worker.add("f", () => {}).start();
  await server.done;
  assertEquals(down, ['Expected a packet, got "OK 2.0.0"']);
  assertThrows(() => worker.add(""), TypeError);
});
