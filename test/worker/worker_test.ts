/** The worker against a server that follows a script. */
import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
  test,
} from "../_harness/mod.ts";
import { countedSignal } from "../_harness/counted_signal.ts";
import { fakeServer, type Script } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { JobFailed, LinkError } from "../../src/errors.ts";
import { type Job, Worker } from "../../src/worker/mod.ts";
import { assign, happening, nap, putToSleep, quiet, workerOf } from "./scripted.ts";

test("start() names the worker, offers its functions, asks for a job, and sleeps", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    assertEquals(await peer.expect("SET_CLIENT_ID"), ["me"]);
    assertEquals(await peer.expect("CAN_DO"), ["f"]);
    assertEquals(await peer.expect("CAN_DO"), ["g"]);
    await peer.expect("GRAB_JOB_ALL");
    await peer.send("NO_JOB");
    await peer.expect("PRE_SLEEP");
    await peer.send("NOOP");
    await putToSleep(peer);
  }], { id: "me" });
  worker.add("f", () => {}).add("g", () => {});
  worker.start();
  await server.done;
});

test("a handler sees the job and its return value completes it", async (t) => {
  const seen: unknown[] = [];
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1, "reverse", "abc");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", "cba"]);
    await peer.expect("GRAB_JOB_ALL");
    await peer.send("JOB_ASSIGN", "H:fake:2", "reverse", "no unique");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:2", "euqinu on"]);
    await peer.expect("GRAB_JOB_ALL");
    await peer.send("JOB_ASSIGN_ALL", "H:fake:3", "reverse", "u3", "sum", "xyz");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:3", "zyx"]);
  }]);
  worker.add("reverse", (job) => {
    assertEquals(job.server, server.address);
    seen.push([job.handle, job.functionName, job.unique, job.reducer]);
    return job.text().split("").reverse().join("");
  });
  worker.start();
  await server.done;
  assertEquals(seen, [
    ["H:fake:1", "reverse", "u1", ""],
    ["H:fake:2", "reverse", "", ""],
    ["H:fake:3", "reverse", "u3", "sum"],
  ]);
});

test("data, warning and status leave in order, before the end", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1);
    assertEquals(await peer.expect("WORK_DATA"), ["H:fake:1", "part"]);
    assertEquals(await peer.expect("WORK_STATUS"), ["H:fake:1", "1", "2"]);
    assertEquals(await peer.expect("WORK_WARNING"), ["H:fake:1", "careful"]);
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", ""]);
  }]);
  worker.add("f", async (job) => {
    job.data("part");
    job.status(1, 2);
    await job.flushed();
    job.warning(new TextEncoder().encode("careful"));
  });
  worker.start();
  await server.done;
});

test("JobFailed fails the job, any other throw is an exception", async (t) => {
  const throws = [
    () => {
      throw new JobFailed();
    },
    () => {
      throw new RangeError("too far");
    },
    () => Promise.reject("not even an error"),
    () => 5 as unknown as string,
    () => new ArrayBuffer(1) as never,
    () => (async function* () {})() as never,
    () => new Blob(["a"]) as never,
  ];
  const noResult = "TypeError: Expected a result of text, a Uint8Array or nothing, got an object";
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    const ends: unknown[] = [];
    for (let i = 0; i < throws.length; i++) {
      await peer.expect("GRAB_JOB_ALL");
      await assign(peer, i, "f", `${i}`);
      const { name, args } = await peer.next();
      ends.push([name, ...args]);
    }
    assertEquals(ends, [
      ["WORK_FAIL", "H:fake:0"],
      ["WORK_EXCEPTION", "H:fake:1", "RangeError: too far"],
      ["WORK_EXCEPTION", "H:fake:2", "not even an error"],
      [
        "WORK_EXCEPTION",
        "H:fake:3",
        "TypeError: Expected a result of text, a Uint8Array or nothing, got 5: JSON.stringify() makes text of it",
      ],
      ["WORK_EXCEPTION", "H:fake:4", `${noResult} (ArrayBuffer): new Uint8Array(buffer) is bytes`],
      ["WORK_EXCEPTION", "H:fake:5", `${noResult} (no class): job.data() sends its pieces`],
      [
        "WORK_EXCEPTION",
        "H:fake:6",
        `${noResult} (Blob): new Uint8Array(await x.arrayBuffer()) is bytes`,
      ],
    ]);
  }]);
  worker.add("f", (job) => throws[Number(job.text())]());
  worker.start();
  await server.done;
});

test("a job of a function that is not offered fails", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1, "other");
    assertEquals(await peer.expect("WORK_FAIL"), ["H:fake:1"]);
  }]);
  worker.add("f", () => {});
  worker.start();
  await server.done;
});

test("concurrency jobs run at once on one connection, and may end in any order", async (t) => {
  const running = new Map<string, (result: string) => void>();
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1);
    await peer.expect("GRAB_JOB_ALL");
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 2);
    await assign(peer, 3);
    while (running.size < 3) await new Promise<void>((resolve) => wake = resolve);
    running.get("H:fake:2")!("two");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:2", "two"]);
    await peer.expect("GRAB_JOB_ALL");
    running.get("H:fake:1")!("one");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", "one"]);
  }], { concurrency: 3 });
  let wake = () => {};
  worker.add("f", (job) =>
    new Promise((resolve) => {
      running.set(job.handle, resolve);
      wake();
    }));
  worker.start();
  await server.done;
});

test("an ERROR about a job does not disturb the worker", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1);
    await peer.expect("WORK_COMPLETE");
    await peer.send("ERROR", "JOB_NOT_FOUND", "Job given in work result not found");
    await putToSleep(peer);
  }]);
  worker.add("f", () => {});
  worker.start();
  await server.done;
});

test("a lost link aborts the job's signal, and the worker comes back with all it offers", async (t) => {
  const clock = handClock();
  const events: string[] = [];
  let job: Job | undefined;
  const { worker, server } = await workerOf(t, [
    async (peer) => {
      await peer.expect("CAN_DO");
      await peer.expect("GRAB_JOB_ALL");
      await assign(peer, 1);
      await begun;
      peer.hangUp();
    },
    async (peer) => {
      assertEquals(await peer.expect("CAN_DO"), ["f"]);
      await peer.expect("GRAB_JOB_ALL");
    },
  ], { clock, backoff: (attempt) => attempt * 1_000 });
  worker.addEventListener("up", () => events.push("up"));
  worker.addEventListener("down", (event) => {
    events.push(`down ${event.reason?.code}`);
    clock.turn(1_000);
  });
  let begin = () => {};
  const begun = new Promise<void>((resolve) => begin = resolve);
  const aborted = new Promise<unknown>((resolve) => {
    worker.add("f", (given) => {
      job = given;
      begin();
      return new Promise((end) =>
        given.signal.addEventListener("abort", () => {
          given.data("unheard");
          resolve(given.signal.reason);
          end("unheard");
        })
      );
    });
  });
  worker.start();
  assertInstanceOf(await aborted, LinkError);
  await server.done;
  assertEquals(job?.signal.aborted, true);
  assertEquals(events, ["up", "down RESET", "up"]);
});

test("after a reconnect a worker says again who it is and what it does, on each of its links", async (t) => {
  const clock = handClock();
  const greeted: string[] = [];
  const greet = (last: boolean): Script => async (peer) => {
    const said: string[] = [];
    for (;;) {
      const { name, args } = await peer.next();
      if (name === "GRAB_JOB_ALL") break;
      said.push([name, ...args].join(" "));
    }
    greeted.push(said.join(", "));
    if (!last && greeted.length === 2) lost.happen();
    if (!last) {
      await lost.done;
      peer.hangUp();
    }
  };
  const lost = happening();
  const { worker, server } = await workerOf(
    t,
    [greet(false), greet(false), greet(true), greet(true)],
    { clock, id: "me", backoff: () => 1_000 },
  );
  worker.addEventListener("down", () => clock.turn(1_000));
  worker.add("f", () => {}).add("g", () => {}, { timeout: 500, announce: true });
  worker.add("own", () => {}, { concurrency: 2 }).start();
  await server.done;
  const shared = "SET_CLIENT_ID me, CAN_DO f, CAN_DO_TIMEOUT g 1500";
  const own = "SET_CLIENT_ID me, CAN_DO own";
  assertEquals(greeted.slice(0, 2), [shared, own]);
  assertEquals(greeted.slice(2).sort(), [shared, own].sort());
});

test("a refused dial is tried again after the backoff, with growing attempts", async (t) => {
  const clock = handClock();
  const { worker } = await workerOf(t, [], {
    servers: "10.0.0.1",
    clock,
    backoff: (attempt) => {
      attempts.push(attempt);
      return 1_000;
    },
  });
  const attempts: number[] = [];
  worker.start();
  for (let i = 1; i <= 3; i++) {
    await new Promise<void>((resolve) =>
      worker.addEventListener("down", () => resolve(), { once: true })
    );
    clock.turn(1_000);
  }
  assertEquals(attempts, [1, 2, 3]);
});

test("drain() lets running jobs end, takes no more, and waits for the server to have it all", async (t) => {
  let end: (result: string) => void = () => {};
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1);
    await begun;
    const drained = worker.drain();
    end("done");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", "done"]);
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
    await drained;
    await peer.gone;
  }]);
  let begin = () => {};
  const begun = new Promise<void>((resolve) => begin = resolve);
  worker.add("f", () =>
    new Promise((resolve) => {
      end = resolve;
      begin();
    }));
  worker.start();
  await server.done;
  await worker.closed;
  assertThrows(() => worker.start(), TypeError, "closed");
});

test("drain() closes at its timeout all the same", async (t) => {
  const clock = handClock();
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1);
    await peer.gone;
  }], { clock });
  const begun = new Promise<Job>((resolve) => {
    worker.add("f", (job) => {
      resolve(job);
      return new Promise((end) => job.signal.addEventListener("abort", () => end()));
    });
  });
  worker.start();
  const job = await begun;
  const drained = worker.drain({ timeout: 5_000 });
  assertEquals(job.signal.aborted, false);
  clock.turn(5_000);
  await drained;
  assertEquals(job.signal.aborted, true);
  await server.done;
});

test("runUntilIdle() runs what there is, then closes", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1);
    await peer.expect("WORK_COMPLETE");
    await putToSleep(peer);
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
    await peer.gone;
  }]);
  worker.add("f", () => {});
  const { signal, listeners } = countedSignal();
  const end = worker.runUntilIdle({ signal });
  assertEquals(listeners.size, 1);
  await end;
  await server.done;
  assertEquals(listeners.size, 0);
});

test("runUntilIdle() runs the jobs of a function that its server is told of late", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    peer.version = false;
    await peer.expect("CAN_DO");
    assertEquals(await peer.expect("line"), ["version"]);
    await peer.expect("GRAB_JOB_ALL");
    await peer.text("OK 2.0.0\n");
    assertEquals(await peer.expect("CAN_DO"), ["g"]);
    await peer.send("NO_JOB");
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1, "g");
    await peer.expect("WORK_COMPLETE");
    await putToSleep(peer);
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
  }]);
  await worker.add("f", () => {}).add("g", () => {}, { timeout: 1_000 }).runUntilIdle();
  await server.done;
});

test("runUntilIdle() rejects when no server can be reached", async (t) => {
  const { worker } = await workerOf(t, [], { servers: "10.0.0.1,10.0.0.2" });
  worker.add("f", () => {});
  const error = await assertRejects(() => worker.runUntilIdle(), LinkError);
  assertEquals(error.code, "REFUSED");
});

test("a NO_JOB before a JOB_ASSIGN does not keep free places from work", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1);
    await peer.expect("GRAB_JOB_ALL");
    await peer.expect("GRAB_JOB_ALL");
    peer.send("NO_JOB");
    await assign(peer, 2);
    await peer.expect("GRAB_JOB_ALL");
  }], { concurrency: 4 });
  const never = new Promise<void>((end) => t.signal.addEventListener("abort", () => end()));
  worker.add("f", () => never);
  worker.start();
  await server.done;
});

test("drain() may be called twice, and ends both at the same time", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await putToSleep(peer);
    asleep();
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
  }], { clock: handClock() });
  let asleep = () => {};
  const sleeping = new Promise<void>((resolve) => asleep = resolve);
  worker.add("f", () => {}).start();
  await sleeping;
  await Promise.all([worker.drain(), worker.drain({ timeout: Infinity })]);
  await server.done;
});

test("runUntilIdle() ends when the worker is closed, and when it is idle already", async (t) => {
  const closed = await workerOf(t, [() => {}]);
  closed.worker.add("f", () => {});
  const untilClosed = closed.worker.runUntilIdle();
  await closed.worker.close();
  await untilClosed;

  const idle = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await putToSleep(peer);
    asleep();
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
  }]);
  let asleep = () => {};
  const sleeping = new Promise<void>((resolve) => asleep = resolve);
  idle.worker.add("f", () => {}).start();
  await sleeping;
  await idle.worker.runUntilIdle();

  const { worker } = await workerOf(t, []);
  await assertRejects(() => worker.runUntilIdle(), TypeError, "Expected a function to run");
});

test("whatever a handler throws, and whatever promise it returns, ends its job", async (t) => {
  const results: (() => unknown)[] = [
    () => {
      throw Object.create(null);
    },
    () => Promise.reject(Object.create(null)),
    () => ({ then: (resolve: (value: string) => void) => resolve("thenable") }),
  ];
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    const ends: string[] = [];
    for (let i = 0; i < results.length; i++) {
      await peer.expect("GRAB_JOB_ALL");
      await assign(peer, i, "f", `${i}`);
      const { name, args } = await peer.next();
      ends.push(`${name} ${args[1]}`);
    }
    assertEquals(ends, [
      "WORK_EXCEPTION A value that has no text was thrown",
      "WORK_EXCEPTION A value that has no text was thrown",
      "WORK_COMPLETE thenable",
    ]);
  }]);
  worker.add("f", (job) => results[Number(job.text())]() as string);
  worker.start();
  await server.done;
});

test("a server that does not answer a grab is taken for dead, and its place given to others", async (t) => {
  const clock = handClock();
  const silent = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    clock.turn(30_100);
    await peer.gone;
  }], { clock });
  const down = new Promise<unknown>((resolve) => {
    silent.worker.addEventListener("down", (event) => resolve(event.reason));
  });
  silent.worker.add("f", () => {}).start();
  const reason = await down;
  assertInstanceOf(reason, LinkError);
  assertEquals(reason.code, "SILENT");
});

test("a worker that is woken in vain again and again naps in place of spinning", async (t) => {
  const clock = handClock();
  let wakes = 0;
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    for (;;) {
      await peer.send("NO_JOB");
      if (wakes === 9) break;
      await peer.expect("PRE_SLEEP");
      await peer.send("NOOP");
      await peer.expect("GRAB_JOB_ALL");
      wakes++;
    }
    await nap(clock, 100);
    await putToSleep(peer);
    await peer.send("NOOP");
    await peer.expect("GRAB_JOB_ALL");
    await peer.send("NO_JOB");
    await nap(clock, 100);
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1);
    await peer.expect("WORK_COMPLETE");
    await putToSleep(peer);
  }], { clock });
  worker.add("f", () => {}).start();
  await server.done;
  assertEquals(wakes, 9);
});

test("a server that hangs up at once is dialled with growing waits", async (t) => {
  const clock = handClock();
  const attempts: number[] = [];
  const hangUp: Script = (peer) => peer.hangUp();
  const { worker } = await workerOf(t, [hangUp, hangUp, hangUp], {
    clock,
    backoff: (attempt) => {
      attempts.push(attempt);
      return 1_000;
    },
  });
  worker.add("f", () => {}).start();
  for (let i = 0; i < 3; i++) {
    await new Promise<void>((resolve) =>
      worker.addEventListener("down", () => resolve(), { once: true })
    );
    clock.turn(1_000);
  }
  assertEquals(attempts, [1, 2, 3]);
});

test("failures are counted anew once a server was up for ten seconds, and not before", async (t) => {
  const clock = handClock();
  const attempts: number[] = [];
  let hangUp = () => {};
  const held: Script = async (peer) => {
    await peer.expect("CAN_DO");
    await putToSleep(peer);
    hangUp = () => peer.hangUp();
  };
  const { worker } = await workerOf(t, [held, held, held, held, held], {
    clock,
    backoff: (attempt) => {
      attempts.push(attempt);
      return 0;
    },
  });
  worker.add("f", () => {}).start();
  for (const lasting of [9_999, 0, 10_000, 9_999, 10_000]) {
    await quiet();
    clock.turn(lasting);
    hangUp();
    await quiet();
    clock.turn(0);
  }
  assertEquals(attempts, [1, 2, 1, 2, 1]);
});

test("close() in a handler begins no job that came with it", async (t) => {
  let runs = 0;
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1);
    await peer.expect("GRAB_JOB_ALL");
    await peer.expect("GRAB_JOB_ALL");
    assign(peer, 2);
    await assign(peer, 3);
    await peer.gone;
  }], { concurrency: 3 });
  worker.add("f", () => {
    if (++runs === 2) void worker.close();
    return new Promise((end) => t.signal.addEventListener("abort", () => end()));
  });
  worker.start();
  await server.done;
  assertEquals(runs, 2);
});

test("an answer to a grab that was not sent ends the link", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await putToSleep(peer);
    await peer.send("NO_JOB");
    await peer.gone;
  }], { clock: handClock() });
  const down = new Promise<string>((resolve) => {
    worker.addEventListener("down", (event) => resolve(event.reason!.code));
  });
  worker.add("f", () => {}).start();
  assertEquals(await down, "UNEXPECTED");
  await server.done;
});

test("new Worker() and add() throw for what cannot be", async (t) => {
  const { worker } = await workerOf(t, []);
  assertThrows(() => worker.add("", () => {}), TypeError, "Expected a function name");
  assertThrows(() => worker.add("f", "g" as never), TypeError, 'Expected a handler, got "g"');
  const { dial } = await fakeServer([]);
  const options = { servers: "10.0.0.1", dial };
  assertThrows(() => new Worker({ ...options, concurrency: 0 }), RangeError, "got 0");
  assertThrows(() => new Worker({ ...options, id: "" }), TypeError, "Expected a client id");
});

test("a draining worker dials no server again, though a job runs at another", async (t) => {
  const { address, dial } = t.use(
    await fakeServer([async (peer) => {
      await peer.expect("CAN_DO");
      await peer.expect("GRAB_JOB_ALL");
      await assign(peer, 1);
      await peer.expect("WORK_COMPLETE");
      await peer.expect("ECHO_REQ");
      await peer.send("ECHO_RES", "");
    }]),
  );
  let dials = 0;
  const clock = handClock();
  const worker = new Worker({
    servers: "up,down",
    dial: (to, options) => {
      if ("host" in to && to.host === "up") return dial(address, options);
      dials++;
      return Promise.reject(new LinkError("REFUSED", "down"));
    },
    clock,
    heartbeat: Infinity,
    backoff: () => 1_000,
  });
  t.use({ close: () => worker.close() });
  const begun = happening();
  const ended = happening();
  worker.add("f", () => {
    begun.happen();
    return ended.done;
  }).start();
  await begun.done;
  await quiet();
  assertEquals(dials, 1);
  const drained = worker.drain();
  for (let i = 0; i < 5; i++) {
    clock.turn(1_000);
    await quiet();
  }
  assertEquals(dials, 1);
  ended.happen();
  await drained;
});
