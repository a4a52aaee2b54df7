/** Time limits of functions: kept by the worker, and told to servers that can keep them, too. */
import {
  assertEquals,
  assertInstanceOf,
  assertThrows,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import type { FakePeer, Script } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { JobTimeout } from "../../src/errors.ts";
import type { AddOptions, WorkerOptions } from "../../src/worker/mod.ts";
import { assign, Bench, happening, putToSleep, type Scene, workerOf } from "./scripted.ts";

/** A worker of scripted gearmands, and a clock for it. */
async function limited(
  t: TestContext,
  scripts: readonly Script[],
  options: Partial<WorkerOptions> = {},
) {
  const clock = handClock();
  const bench = new Bench();
  const scene: Scene = await workerOf(t, scripts, { clock, ...options });
  return { ...scene, clock, bench };
}

/** Answers a grab. */
async function give(peer: FakePeer, n: number, functionName = "f"): Promise<void> {
  await peer.expect("GRAB_JOB_ALL");
  await assign(peer, n, functionName, `${n}`);
}

test("a job that runs for too long fails, its signal aborts, and its place is free", async (t) => {
  const { worker, server, clock, bench } = await limited(t, [async (peer) => {
    peer.version = "1.1.20+ds";
    assertEquals(await peer.expect("CAN_DO"), ["f"]);
    await give(peer, 1);
    const job = await bench.begun("1");
    clock.turn(999);
    assertEquals(job.signal.aborted, false);
    clock.turn(1);
    assertEquals(await peer.expect("WORK_FAIL"), ["H:fake:1"]);
    assertInstanceOf(job.signal.reason, JobTimeout);
    assertEquals(
      job.signal.reason.message,
      'Expected the end of job "H:fake:1" within 1000 ms, none came',
    );
    assertEquals(job.signal.reason.outcome, "accepted");
    await give(peer, 2);
    await bench.begun("2");
    // Too late for the first, in time for the second: no grab comes with the place of the first again.
    job.data("late");
    bench.end("1", "late");
    bench.end("2", "in time");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:2", "in time"]);
    await putToSleep(peer);
  }]);
  worker.add("f", bench.handler, { timeout: 1_000 }).start();
  await server.done;
});

test("a job that ends in time leaves no timer behind", async (t) => {
  const { worker, server, clock } = await limited(t, [async (peer) => {
    peer.version = "1.1.20+ds";
    await peer.expect("CAN_DO");
    const before = clock.pending;
    await give(peer, 1);
    await peer.expect("WORK_COMPLETE");
    assertEquals(clock.pending, before);
  }], { heartbeat: Infinity, answerTimeout: Infinity });
  worker.add("f", () => {}, { timeout: 1_000 }).start();
  await server.done;
});

test("a taken job has its limit, too", async (t) => {
  const { worker, server, clock } = await limited(t, [async (peer) => {
    peer.version = "1.1.20+ds";
    await peer.expect("CAN_DO");
    await give(peer, 1);
    assertEquals(await peer.expect("WORK_FAIL"), ["H:fake:1"]);
  }]);
  worker.add("f", undefined, { timeout: 1_000 });
  const job = await worker.take();
  clock.turn(1_000);
  assertInstanceOf(job?.signal.reason, JobTimeout);
  job?.complete("late");
  await server.done;
});

test("onTimeout requeue, alone on its link: the functions are withdrawn and offered anew, in order", async (t) => {
  const { worker, server, clock, bench } = await limited(t, [async (peer) => {
    for (const name of ["f", "g", "h"]) assertEquals(await peer.expect("CAN_DO"), [name]);
    await give(peer, 1);
    await bench.begun("1");
    clock.turn(1_000);
    await peer.expect("RESET_ABILITIES");
    for (const name of ["f", "g", "h"]) assertEquals(await peer.expect("CAN_DO"), [name]);
    await give(peer, 1);
    bench.end("1", "late");
    await peer.expect("WORK_COMPLETE");
  }], {});
  worker.add("f", bench.handler, { timeout: 1_000, onTimeout: "requeue", announce: false })
    .add("g", () => {}).add("h", () => {}).start();
  const first = await bench.begun("1");
  await server.done;
  assertInstanceOf(first.signal.reason, JobTimeout);
});

test("onTimeout requeue waits for the grabs in flight: what they bring is not lost", async (t) => {
  const { worker, server, clock, bench } = await limited(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("CAN_DO");
    await give(peer, 1);
    await peer.expect("GRAB_JOB_ALL");
    await peer.expect("GRAB_JOB_ALL");
    await bench.begun("1");
    clock.turn(1_000);
    await assign(peer, 2, "g", "2");
    await bench.begun("2");
    // Nothing is withdrawn while a grab is in flight, nor then: job 2 is in hand.
    await peer.send("NO_JOB");
    assertEquals(await peer.expect("CANT_DO"), ["f"]);
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
    bench.end("2", "two");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:2", "two"]);
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
    await peer.gone;
  }, async (peer) => {
    assertEquals(await peer.expect("CAN_DO"), ["f"]);
    assertEquals(await peer.expect("CAN_DO"), ["g"]);
    await putToSleep(peer);
  }], { concurrency: 3 });
  const options = { timeout: 1_000, onTimeout: "requeue", announce: false } as const;
  worker.add("f", bench.handler, options).add("g", bench.handler).start();
  await server.done;
});

test("onTimeout requeue of several at the same time needs one new link", async (t) => {
  const { worker, server, clock, bench } = await limited(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await give(peer, 1);
    await give(peer, 2);
    await putToSleep(peer);
    await Promise.all([bench.begun("1"), bench.begun("2")]);
    clock.turn(1_000);
    assertEquals(await peer.expect("CANT_DO"), ["f"]);
    for (let echoes = 0; echoes < 2; echoes++) {
      await peer.expect("ECHO_REQ");
      await peer.send("ECHO_RES", "");
    }
    await peer.gone;
  }, async (peer) => {
    await peer.expect("CAN_DO");
    await give(peer, 1);
    await give(peer, 2);
  }], { concurrency: 3 });
  worker.add("f", bench.handler, { timeout: 1_000, onTimeout: "requeue", announce: false });
  worker.start();
  await server.done;
});

test("onTimeout requeue beside a younger job: a new link takes over, and the old one gives back in time", async (t) => {
  const takenOver = happening();
  const { worker, server, clock, bench } = await limited(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await give(peer, 1);
    await bench.begun("1");
    clock.turn(500);
    await give(peer, 2);
    const second = await bench.begun("2");
    await putToSleep(peer);
    clock.turn(500);
    await takenOver.done;
    assertEquals(second.signal.aborted, false);
    bench.end("2", "two");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:2", "two"]);
    assertEquals(await peer.expect("CANT_DO"), ["f"]);
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
    await peer.gone;
  }, async (peer) => {
    assertEquals(await peer.expect("CAN_DO"), ["f"]);
    await putToSleep(peer);
    takenOver.happen();
  }], { concurrency: 3 });
  worker.add("f", bench.handler, { timeout: 1_000, onTimeout: "requeue", announce: false });
  worker.start();
  await server.done;
});

/** What the worker says of `f` to a server of that version. */
async function announced(
  t: TestContext,
  version: string,
  options: AddOptions,
): Promise<readonly string[]> {
  let said: readonly string[] = [];
  const { worker, server } = await limited(t, [async (peer) => {
    peer.version = version;
    const { name, args } = await peer.next();
    said = [name ?? "", ...args];
    await putToSleep(peer);
  }]);
  worker.add("f", () => {}, options).start();
  await server.done;
  await worker.close();
  return said;
}

test("a limit is told to our own server, and to others when asked", async (t) => {
  const limit = { timeout: 2_500 };
  const requeue = { ...limit, onTimeout: "requeue" } as const;
  for (const version of ["1.1.20+ds", "2.0.0", "0.1.0", "what?"]) {
    assertEquals(await announced(t, version, limit), ["CAN_DO", "f"]);
    assertEquals(await announced(t, version, { ...requeue, announce: true }), [
      "CAN_DO_TIMEOUT",
      "f",
      "2500",
    ]);
  }
  const ours = "0.1.0+geartrain";
  // Where the worker is to fail the job, the server gives it a second more.
  assertEquals(await announced(t, ours, limit), ["CAN_DO_TIMEOUT", "f", "3500"]);
  assertEquals(await announced(t, ours, requeue), ["CAN_DO_TIMEOUT", "f", "2500"]);
  assertEquals(await announced(t, ours, { ...limit, announce: false }), ["CAN_DO", "f"]);
  assertEquals(await announced(t, ours, { timeout: 1e300 }), ["CAN_DO", "f"]);
  assertEquals(await announced(t, ours, { timeout: 0.5 + 2_000, onTimeout: "requeue" }), [
    "CAN_DO_TIMEOUT",
    "f",
    "2001",
  ]);
});

test("the question for the version holds nothing up that does not depend on it, and keeps the order", async (t) => {
  const { worker, server } = await limited(t, [async (peer) => {
    peer.version = false;
    assertEquals(await peer.expect("CAN_DO"), ["a"]);
    assertEquals(await peer.expect("line"), ["version"]);
    await peer.expect("GRAB_JOB_ALL");
    await peer.text("OK 0.1.0+geartrain\n");
    assertEquals(await peer.expect("CAN_DO_TIMEOUT"), ["b", "3000"]);
    assertEquals(await peer.expect("CAN_DO"), ["c"]);
    // That grab was for jobs of "a" alone.
    await peer.send("NO_JOB");
    await putToSleep(peer);
  }]);
  worker.add("a", () => {}).add("b", () => {}, { timeout: 2_000 }).add("c", () => {}).start();
  await server.done;
});

test("a server that does not answer the question for its version is taken for dead", async (t) => {
  const { worker, server, clock } = await limited(t, [async (peer) => {
    peer.version = false;
    assertEquals(await peer.expect("line"), ["version"]);
    clock.turn(30_100);
    await peer.gone;
  }]);
  const down = happening<string>();
  worker.addEventListener("down", (event) => down.happen(event.reason!.code));
  worker.add("f", () => {}, { timeout: 1_000 }).start();
  assertEquals(await down.done, "SILENT");
  await server.done;
});

test("our own server puts the job back by itself: the worker lets go of it, and no more", async (t) => {
  const { worker, server, clock, bench } = await limited(t, [async (peer) => {
    peer.version = "0.1.0+geartrain";
    assertEquals(await peer.expect("CAN_DO_TIMEOUT"), ["f", "1000"]);
    await give(peer, 1);
    const job = await bench.begun("1");
    clock.turn(1_000);
    assertInstanceOf(job.signal.reason, JobTimeout);
    await putToSleep(peer);
  }]);
  worker.add("f", bench.handler, { timeout: 1_000, onTimeout: "requeue" }).start();
  await server.done;
});

test("add() again changes a limit that the server knows: at once, when no job is in hand", async (t) => {
  const { worker, server } = await limited(t, [async (peer) => {
    peer.version = "0.1.0+geartrain";
    assertEquals(await peer.expect("CAN_DO_TIMEOUT"), ["f", "2000"]);
    assertEquals(await peer.expect("CAN_DO"), ["g"]);
    await putToSleep(peer);
    worker.add("f", () => {}, { timeout: 5_000 });
    await peer.expect("RESET_ABILITIES");
    assertEquals(await peer.expect("CAN_DO_TIMEOUT"), ["f", "6000"]);
    assertEquals(await peer.expect("CAN_DO"), ["g"]);
    await putToSleep(peer);
  }]);
  worker.add("f", () => {}, { timeout: 1_000 }).add("g", () => {}).start();
  await server.done;
});

test("add() again changes a limit that the server knows: by a new link, while jobs are in hand", async (t) => {
  const told = happening();
  const { worker, server, bench } = await limited(t, [async (peer) => {
    peer.version = "0.1.0+geartrain";
    await peer.expect("CAN_DO_TIMEOUT");
    await give(peer, 1);
    await bench.begun("1");
    worker.add("f", bench.handler, { timeout: 5_000 });
    await told.done;
    bench.end("1", "one");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", "one"]);
    assertEquals(await peer.expect("CANT_DO"), ["f"]);
  }, async (peer) => {
    peer.version = "0.1.0+geartrain";
    assertEquals(await peer.expect("CAN_DO_TIMEOUT"), ["f", "6000"]);
    told.happen();
  }]);
  worker.add("f", bench.handler, { timeout: 1_000 }).start();
  await server.done;
});

test("add() throws for limits that cannot be", async (t) => {
  const { worker } = await workerOf(t, []);
  for (const timeout of [0, -1, NaN, "1000" as never]) {
    assertThrows(() => worker.add("f", () => {}, { timeout }), RangeError, "Expected timeout");
  }
  const onTimeout = "retry" as never;
  assertThrows(() => worker.add("f", () => {}, { onTimeout }), TypeError, 'got "retry"');
});
