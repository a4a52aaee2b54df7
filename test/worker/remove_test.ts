/** Functions that are offered no more: late grabs are served, no job in hand is put back. */
import { assertEquals, test } from "../_harness/mod.ts";
import type { FakePeer } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { assign, Bench, happening, putToSleep, quiet, workerOf, workerOfMany } from "./scripted.ts";

/** Takes what withdraws `f` from a link, and answers the barrier behind it. */
async function letLeave(peer: FakePeer): Promise<void> {
  assertEquals(await peer.expect("CANT_DO"), ["f"]);
  await peer.expect("ECHO_REQ");
  await peer.send("ECHO_RES", "");
}

/** Takes the offers of `f` and `g`. */
async function greet(peer: FakePeer): Promise<void> {
  assertEquals(await peer.expect("CAN_DO"), ["f"]);
  assertEquals(await peer.expect("CAN_DO"), ["g"]);
}

test("remove() of an idle function withdraws it at once, and the others go on", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await greet(peer);
    await putToSleep(peer);
    const removed = worker.remove("f");
    await letLeave(peer);
    await putToSleep(peer);
    await removed;
  }]);
  worker.add("f", () => {}).add("g", () => {}).start();
  await server.done;
});

test("remove() runs what late grabs still bring, and withdraws only then", async (t) => {
  const bench = new Bench();
  const order: string[] = [];
  const { worker, server } = await workerOf(t, [async (peer) => {
    await greet(peer);
    await peer.expect("GRAB_JOB_ALL");
    const removed = worker.remove("f").then(() => order.push("removed"));
    await assign(peer, 1, "f", "late");
    await bench.begun("late");
    // Another link goes on with the rest; this one fetches nothing more.
    await other.done;
    bench.end("late", "done");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", "done"]);
    order.push("complete");
    await letLeave(peer);
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
    await removed;
    await peer.gone;
  }, async (peer) => {
    assertEquals(await peer.expect("CAN_DO"), ["g"]);
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 2, "g", "other");
    other.happen();
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:2", ""]);
  }], { concurrency: 2 });
  const other = happening();
  worker.add("f", bench.handler).add("g", () => {}).start();
  await server.done;
  assertEquals(order, ["complete", "removed"]);
});

test("remove() with only other functions' jobs in hand disturbs none of them", async (t) => {
  const bench = new Bench();
  const { worker, server } = await workerOf(t, [async (peer) => {
    await greet(peer);
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1, "g", "1");
    await bench.begun("1");
    await putToSleep(peer);
    const removed = worker.remove("f");
    await letLeave(peer);
    await removed;
    await putToSleep(peer);
    bench.end("1", "one");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", "one"]);
  }], { concurrency: 2 });
  worker.add("f", () => {}).add("g", bench.handler).start();
  await server.done;
});

test("remove() of a function with links of its own drains and closes them", async (t) => {
  const bench = new Bench();
  const { worker, done } = await workerOfMany(
    t,
    [1, 2].map((n) => [async (peer: FakePeer) => {
      await peer.expect("CAN_DO");
      await peer.expect("GRAB_JOB_ALL");
      await assign(peer, n, "f", `${n}`);
      await bench.begun(`${n}`);
      await removing.done;
      bench.end(`${n}`);
      await peer.expect("WORK_COMPLETE");
      await peer.expect("ECHO_REQ");
      await peer.send("ECHO_RES", "");
      await peer.gone;
    }]),
  );
  const removing = happening();
  worker.add("f", bench.handler, { concurrency: 2 }).start();
  await Promise.all([bench.begun("1"), bench.begun("2")]);
  let isRemoved = false;
  const removed = worker.remove("f").then(() => isRemoved = true);
  await quiet();
  assertEquals(isRemoved, false, "Expected it to wait for the jobs in hand");
  removing.happen();
  await Promise.all([removed, done]);
});

test("remove() before start(), of what is not offered, and twice, is done at once, and says what was there", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    assertEquals(await peer.expect("CAN_DO"), ["g"]);
    await putToSleep(peer);
  }]);
  worker.add("f", () => {}).add("g", () => {});
  const were = [worker.remove("f"), worker.remove("f"), worker.remove("never")];
  assertEquals(await Promise.all(were), [true, false, false]);
  worker.start();
  await server.done;
});

test("remove() of the last function leaves the link idle, and add() wakes it up", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await putToSleep(peer);
    const removed = worker.remove("f");
    await letLeave(peer);
    await removed;
    worker.add("g", () => {});
    assertEquals(await peer.expect("CAN_DO"), ["g"]);
    await putToSleep(peer);
  }]);
  worker.add("f", () => {}).start();
  await server.done;
});

test("add() of a function on its way out keeps it, and ends the wait of remove()", async (t) => {
  const bench = new Bench();
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    const removed = worker.remove("f");
    worker.add("f", () => "new");
    await removed;
    await assign(peer, 1);
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", "new"]);
    await peer.expect("GRAB_JOB_ALL");
  }]);
  worker.add("f", bench.handler).start();
  await server.done;
});

test("remove() ends when the link is lost, and when the worker closes", async (t) => {
  const bench = new Bench();
  const clock = handClock();
  const { worker } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1, "f", "1");
    await bench.begun("1");
    removal = worker.remove("f");
    peer.hangUp();
    removing.happen();
  }, async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 2, "f", "2");
  }], { clock, concurrency: 2 });
  let removal: Promise<boolean> | undefined;
  const removing = happening();
  worker.add("f", bench.handler).start();
  await removing.done;
  await removal;
  worker.add("f", bench.handler);
  clock.turn(100);
  await bench.begun("2");
  const second = worker.remove("f");
  await worker.close();
  await second;
});

test("drain() covers a link that was retired", async (t) => {
  const bench = new Bench();
  const { worker, server } = await workerOf(t, [async (peer) => {
    await greet(peer);
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1, "f", "1");
    await bench.begun("1");
    void worker.remove("f");
    await retired.done;
    drained = worker.drain({ timeout: Infinity });
    // The last that it waits for.
    await answered.done;
    await quiet();
    bench.end("1", "one");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", "one"]);
    await letLeave(peer);
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
  }, async (peer) => {
    await peer.expect("CAN_DO");
    retired.happen();
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
    answered.happen();
  }]);
  let drained: Promise<void> | undefined;
  const retired = happening();
  const answered = happening();
  worker.add("f", bench.handler).add("g", () => {}).start();
  await server.done;
  await drained;
});

test("remove() waits for the jobs of a link that was retired", async (t) => {
  const bench = new Bench();
  const retired = happening();
  const { worker, server } = await workerOf(t, [async (peer) => {
    await greet(peer);
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1, "f", "1");
    await bench.begun("1");
    await putToSleep(peer);
    // A limit that the server is to be told: with a job in hand only a new link can.
    worker.add("f", bench.handler, { timeout: 60_000, announce: true });
    await retired.done;
    let isRemoved = false;
    const removed = worker.remove("f").then(() => isRemoved = true);
    await withdrawn.done;
    await quiet();
    assertEquals(isRemoved, false, "Expected it to wait for the job in hand");
    bench.end("1", "one");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", "one"]);
    for (let next; (next = await peer.next().catch(() => undefined)) !== undefined;) {
      if (next.name === "ECHO_REQ") await peer.send("ECHO_RES", "");
    }
    await removed;
  }, async (peer) => {
    assertEquals((await peer.expect("CAN_DO_TIMEOUT"))[0], "f");
    assertEquals(await peer.expect("CAN_DO"), ["g"]);
    await putToSleep(peer);
    retired.happen();
    await letLeave(peer);
    withdrawn.happen();
  }], { concurrency: 2 });
  const withdrawn = happening();
  worker.add("f", bench.handler).add("g", () => {}).start();
  await server.done;
});

test("remove() of a function that no server was told of holds up no other", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    peer.version = false;
    assertEquals(await peer.expect("CAN_DO"), ["f"]);
    assertEquals(await peer.expect("line"), ["version"]);
    await worker.remove("g");
    await peer.text("OK 1.1.20\n");
    await putToSleep(peer);
  }]);
  // Which limit a server is told depends on what it is.
  worker.add("f", () => {}).add("g", () => {}, { timeout: 1_000 }).start();
  await server.done;
});
