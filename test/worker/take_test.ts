/** Jobs taken one by one, and ended by whoever took them. */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import type { FakePeer, Script } from "../_harness/fake_server.ts";
import { LinkError } from "../../src/errors.ts";
import { assign, happening, putToSleep, quiet, workerOf, workerOfMany } from "./scripted.ts";

/** Takes the offer of `f`, and assigns a job for each of the next grabs. */
async function giveJobs(peer: FakePeer, count: number): Promise<void> {
  await peer.expect("CAN_DO");
  for (let n = 1; n <= count; n++) {
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, n, "f", `${n}`);
  }
}

test("take() fetches one job, whoever takes it ends it, and the next is fetched when asked for", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await giveJobs(peer, 1);
    assertEquals(await peer.expect("WORK_DATA"), ["H:fake:1", "part"]);
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", "done"]);
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 2);
    assertEquals(await peer.expect("WORK_FAIL"), ["H:fake:2"]);
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 3);
    assertEquals(await peer.expect("WORK_EXCEPTION"), ["H:fake:3", "why"]);
  }]);
  worker.add("f");
  const first = await worker.take();
  assertEquals([first?.text(), first?.functionName, first?.unique], ["1", "f", "u1"]);
  first?.data("part");
  first?.complete("done");
  (await worker.take())?.fail();
  (await worker.take())?.exception("why");
  await server.done;
});

test("take() calls no handler", async (t) => {
  const { worker } = await workerOf(t, [(peer) => giveJobs(peer, 1)]);
  worker.add("f", () => {
    throw new Error("not to be called");
  });
  assertEquals((await worker.take())?.handle, "H:fake:1");
});

test("a taken job ends once: what follows is dropped, and a wrong result does not end it", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await giveJobs(peer, 1);
    assertEquals(await peer.expect("WORK_FAIL"), ["H:fake:1"]);
    await peer.expect("GRAB_JOB_ALL");
  }]);
  worker.add("f");
  const job = await worker.take();
  assertThrows(() => job?.complete(5 as never), TypeError, "got 5");
  assertThrows(() => job?.exception(undefined as never), TypeError, "got undefined");
  job?.fail();
  job?.fail();
  job?.complete("late");
  job?.exception("late");
  job?.data("late");
  void worker.take();
  await server.done;
});

test("take() may be called again before the first job has ended, and by several at once", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await giveJobs(peer, 3);
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:3", ""]);
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", ""]);
  }]);
  worker.add("f");
  const first = await worker.take();
  const [second, third] = await Promise.all([worker.take(), worker.take()]);
  assertEquals([first, second, third].map((job) => job?.text()), ["1", "2", "3"]);
  third?.complete();
  first?.complete();
  await server.done;
});

test("take() rejects with the signal's reason, and a job under way goes to the next call", async (t) => {
  let arrived = () => {};
  const grabbed = new Promise<void>((resolve) => arrived = resolve);
  let give = () => {};
  const given = new Promise<void>((resolve) => give = resolve);
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    arrived();
    await given;
    await assign(peer, 1, "f", "late");
    await peer.expect("WORK_COMPLETE");
  }]);
  worker.add("f");
  const aborted = new AbortController();
  const reason = new Error("enough");
  const taken = worker.take({ signal: aborted.signal });
  await grabbed;
  aborted.abort(reason);
  assertStrictEquals(await taken.catch((error) => error), reason);
  assertStrictEquals(await worker.take(aborted).catch((error) => error), reason);
  give();
  const job = await worker.take();
  assertEquals(job?.text(), "late");
  job?.complete();
  await server.done;
});

/** A worker whose one taker has gone before the job came, which it has by now. */
async function withUnclaimed(t: TestContext, andThen: Script) {
  const controller = new AbortController();
  const scene = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    controller.abort();
    await assign(peer, 1, "f", "unclaimed");
    await andThen(peer);
  }], { backoff: () => Infinity });
  await assertRejects(() => scene.worker.add("f").take(controller), DOMException);
  await quiet();
  return scene;
}

test("take() gives at once a job that came when nobody waited any more", async (t) => {
  const { worker, server } = await withUnclaimed(t, async (peer) => {
    await peer.expect("WORK_COMPLETE");
  });
  const job = await worker.take();
  assertEquals(job?.text(), "unclaimed");
  job?.complete();
  await server.done;
});

test("take() does not give a job that was lost before anybody claimed it", async (t) => {
  const { worker } = await withUnclaimed(t, async (peer) => {
    await quiet();
    peer.hangUp();
  });
  await quiet();
  // The server waits to be dialled again, and it is known why.
  const error = await assertRejects(() => worker.take({ wait: false }), LinkError);
  assertEquals(error.code, "RESET");
});

test("take() waits asleep, is woken, and listens to no signal once it has a job", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await putToSleep(peer);
    await peer.send("NOOP");
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1);
    await peer.expect("WORK_COMPLETE");
  }]);
  worker.add("f");
  const controller = new AbortController();
  const job = await worker.take(controller);
  controller.abort();
  assertEquals(job?.signal.aborted, false);
  job?.complete();
  await server.done;
});

test("take() without waiting asks anew each time, and resolves with nothing when there is no job", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await putToSleep(peer);
    await putToSleep(peer);
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1);
    await putToSleep(peer);
  }]);
  worker.add("f");
  assertEquals(await worker.take({ wait: false }), undefined);
  assertEquals(await worker.take({ wait: false }), undefined);
  assertEquals((await worker.take({ wait: false }))?.handle, "H:fake:1");
  assertEquals(await worker.take({ wait: false }), undefined);
  await server.done;
});

test("take() without waiting rejects when no server can be reached", async (t) => {
  const { worker } = await workerOf(t, [], { servers: "10.0.0.1,10.0.0.2" });
  worker.add("f");
  const error = await assertRejects(() => worker.take({ wait: false }), LinkError);
  assertEquals(error.code, "REFUSED");
});

test("take() asks every server, one after another, before it says that there is no job", async (t) => {
  const empty: Script = async (peer) => {
    await peer.expect("CAN_DO");
    await putToSleep(peer);
  };
  const { worker, done } = await workerOfMany(t, [[empty], [empty]]);
  worker.add("f");
  assertEquals(await worker.take({ wait: false }), undefined);
  await done;
});

test("close() gives a taken job back, and takers and later calls get nothing", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await giveJobs(peer, 1);
    await peer.expect("GRAB_JOB_ALL");
    await peer.gone;
  }]);
  worker.add("f");
  const job = await worker.take();
  const waiting = worker.take();
  await worker.close();
  assertEquals(await waiting, undefined);
  assertEquals(await worker.take(), undefined);
  assert(job?.signal.aborted);
  assertInstanceOf(job.signal.reason, LinkError);
  job.complete("unheard");
  await server.done;
});

test("drain() waits for the jobs that were taken, and takes back those that nobody claimed", async (t) => {
  let drained: Promise<void> | undefined;
  const { worker, server } = await workerOf(t, [async (peer) => {
    await giveJobs(peer, 1);
    await peer.expect("GRAB_JOB_ALL");
    drained = worker.drain();
    await assign(peer, 2);
    job?.complete("done");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", "done"]);
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
    await peer.gone;
  }]);
  worker.add("f");
  const job = await worker.take();
  assertEquals(await worker.take(), undefined);
  await server.done;
  await drained;
});

test("drain() takes back a job that came when its taker had gone", async (t) => {
  const controller = new AbortController();
  const asked = happening();
  const given = happening();
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    asked.happen();
    await given.done;
    await assign(peer, 1);
    // Not when the job has ended: nobody will end it.
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
    await peer.gone;
  }]);
  const end = worker.add("f").take({ signal: controller.signal });
  await asked.done;
  controller.abort(new Error("enough"));
  await assertRejects(() => end, Error, "enough");
  given.happen();
  await quiet();
  await worker.drain();
  await server.done;
});

test("take() and start() exclude one another, and each says what it lacks", async (t) => {
  const { worker } = await workerOf(t, [(peer) => giveJobs(peer, 1)]);
  await assertRejects(() => worker.take(), TypeError, "Expected a function to run");
  worker.add("f");
  assertThrows(() => worker.start(), TypeError, 'Expected a handler for "f"');
  await worker.take();
  assertThrows(() => worker.start(), TypeError, "got one whose jobs are taken");

  const started = await workerOf(t, [(peer) => giveJobs(peer, 1)]);
  started.worker.add("f", () => {}).start();
  await assertRejects(() => started.worker.take(), TypeError, "got one that runs them");
  assertThrows(() => started.worker.add("g"), TypeError, "Expected a handler, got undefined");
});

test("requeue() gives a taken job back, and the function is offered anew", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await giveJobs(peer, 1);
    // The one job on its link: whatever withdraws the function hands it back.
    const withdrawal = await peer.next();
    assert(["CANT_DO", "RESET_ABILITIES"].includes(withdrawal.name), withdrawal.name);
    assertEquals(await peer.expect("CAN_DO"), ["f"]);
  }]);
  worker.add("f");
  const job = await worker.take();
  job?.requeue();
  // It is over: nothing more is said of it.
  job?.complete("late");
  await server.done;
});

test("requeue() while a grab is in flight that brings nothing gives the job back, not to sleep on it", async (t) => {
  const requeued = happening();
  const { worker, server } = await workerOf(t, [async (peer) => {
    await giveJobs(peer, 1);
    await peer.expect("GRAB_JOB_ALL");
    await requeued.done;
    await peer.send("NO_JOB");
    const withdrawal = await peer.next();
    assert(["CANT_DO", "RESET_ABILITIES"].includes(withdrawal.name), withdrawal.name);
    assertEquals(await peer.expect("CAN_DO"), ["f"]);
    await putToSleep(peer);
  }]);
  worker.add("f");
  const job = await worker.take();
  void worker.take();
  await quiet();
  job?.requeue();
  requeued.happen();
  await server.done;
});
