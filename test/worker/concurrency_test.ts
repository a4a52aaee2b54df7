/** How many jobs run at once: the worker's own places, those of a function, and changes to both while it runs. */
import { assertEquals, assertThrows, test } from "../_harness/mod.ts";
import type { FakePeer, Script } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { assign, Bench, happening, nap, putToSleep, workerOf, workerOfMany } from "./scripted.ts";

/** Answers `count` grabs with jobs of `f`, numbered from `first` on, their number as workload. */
async function giveJobs(peer: FakePeer, first: number, count: number): Promise<void> {
  for (let n = first; n < first + count; n++) {
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, n, "f", `${n}`);
  }
}

test("concurrency may grow while jobs run, and the new places are filled at once", async (t) => {
  const bench = new Bench();
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await giveJobs(peer, 1, 1);
    await bench.begun("1");
    worker.concurrency = 3;
    await giveJobs(peer, 2, 2);
    await Promise.all([bench.begun("2"), bench.begun("3")]);
    bench.end("2", "two");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:2", "two"]);
    await putToSleep(peer);
  }]);
  worker.add("f", bench.handler).start();
  await server.done;
  assertEquals(worker.concurrency, 3);
});

test("concurrency may shrink while jobs run: none is touched, and none is fetched until there is a place", async (t) => {
  const bench = new Bench();
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await giveJobs(peer, 1, 3);
    await Promise.all(["1", "2", "3"].map((n) => bench.begun(n)));
    worker.concurrency = 1;
    for (const n of ["1", "2"]) {
      bench.end(n);
      // Nothing but the report: no grab goes with it.
      assertEquals(await peer.expect("WORK_COMPLETE"), [`H:fake:${n}`, ""]);
    }
    bench.end("3");
    await peer.expect("WORK_COMPLETE");
    await giveJobs(peer, 4, 1);
    await bench.begun("4");
    const drained = worker.drain();
    bench.end("4");
    // The fourth had the only place: no second grab came.
    await peer.expect("WORK_COMPLETE");
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
    await drained;
  }], { concurrency: 3 });
  worker.add("f", bench.handler).start();
  await server.done;
});

test("grabs in flight and jobs that run are never more than concurrency", async (t) => {
  const concurrency = 5;
  let running = 0;
  let most = 0;
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    let grabs = 0;
    let given = 0;
    let ended = 0;
    while (ended < 200) {
      const { name } = await peer.next();
      if (name === "WORK_COMPLETE") ended++;
      if (name === "GRAB_JOB_ALL") grabs++;
      most = Math.max(most, grabs + given - ended);
      if (grabs === 0) continue;
      // Now and then there is none, so that the window changes.
      grabs--;
      if (given % 7 === 3 && grabs > 0) await peer.send("NO_JOB");
      else await assign(peer, ++given);
    }
  }], { concurrency });
  worker.add("f", async () => {
    if (++running > concurrency) throw new Error("too many at once");
    for (let i = 0; i < 5; i++) await undefined;
    running--;
  });
  worker.start();
  await server.done;
  assertEquals(most, concurrency);
});

test("a function with a concurrency of its own has a link of its own, and places of its own", async (t) => {
  const bench = new Bench();
  const { worker, server } = await workerOf(t, [async (peer) => {
    assertEquals(await peer.expect("CAN_DO"), ["f"]);
    await giveJobs(peer, 1, 1);
  }, async (peer) => {
    assertEquals(await peer.expect("CAN_DO"), ["own"]);
    for (const n of [11, 12]) {
      await peer.expect("GRAB_JOB_ALL");
      await assign(peer, n, "own", `${n}`);
    }
    await Promise.all(["1", "11", "12"].map((n) => bench.begun(n)));
    bench.end("11");
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:11", ""]);
    await peer.expect("GRAB_JOB_ALL");
  }]);
  worker.add("f", bench.handler).add("own", bench.handler, { concurrency: 2 }).start();
  await server.done;
});

test("a worker whose functions all have a concurrency of their own dials no other link", async (t) => {
  const dialled: string[] = [];
  const sleeper = (name: string): Script => async (peer) => {
    dialled.push(...await peer.expect("CAN_DO"));
    assertEquals(dialled.at(-1), name);
    await putToSleep(peer);
  };
  const { worker, server } = await workerOf(t, [sleeper("a"), sleeper("b"), sleeper("c")]);
  worker.add("a", () => {}, { concurrency: 1 }).add("b", () => {}, { concurrency: 1 }).start();
  const ups = happening();
  worker.addEventListener("up", () => ups.happen());
  await ups.done;
  worker.add("c", () => {}, { concurrency: 1 });
  await server.done;
  assertEquals(dialled, ["a", "b", "c"]);
});

test("a server that hangs up at once on every link is dialled once for each, and then after the backoff", async (t) => {
  const clock = handClock();
  let dials = 0;
  const hangUp: Script = (peer) => {
    dials++;
    peer.hangUp();
  };
  const { worker, server } = await workerOf(t, Array.from({ length: 100 }, () => hangUp), {
    clock,
    backoff: () => 1_000,
  });
  worker.add("a", () => {}, { concurrency: 1 }).add("b", () => {}, { concurrency: 1 }).start();
  for (let turns = 0; turns < 5; turns++) {
    const before = dials;
    await nap(clock, 0);
    for (let i = 0; i < 1_000; i++) await undefined;
    assertEquals(dials - before <= 2, true, `${dials - before} dials`);
    await nap(clock, 1_000);
  }
  assertEquals(dials > 0, true);
  server.done.catch(() => {});
});

test("add() again changes a function's own concurrency", async (t) => {
  const bench = new Bench();
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await giveJobs(peer, 1, 1);
    await bench.begun("1");
    worker.add("f", bench.handler, { concurrency: 2 });
    await giveJobs(peer, 2, 1);
    await bench.begun("2");
    bench.end("1");
    await peer.expect("WORK_COMPLETE");
    await giveJobs(peer, 3, 1);
  }]);
  worker.add("f", bench.handler, { concurrency: 1 }).start();
  await server.done;
});

test("add() again moves a function to a link of its own, and back", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await peer.expect("CAN_DO");
    assertEquals(await peer.expect("CAN_DO"), ["f"]);
    await putToSleep(peer);
    worker.add("f", () => {}, { concurrency: 2 });
    assertEquals(await peer.expect("CANT_DO"), ["f"]);
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
    await putToSleep(peer);
    await moved.done;
    assertEquals(await peer.expect("CAN_DO"), ["f"]);
    await putToSleep(peer);
  }, async (peer) => {
    assertEquals(await peer.expect("CAN_DO"), ["f"]);
    await putToSleep(peer);
    worker.add("f", () => {});
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
    moved.happen();
    await peer.gone;
  }]);
  const moved = happening();
  worker.add("g", () => {}).add("f", () => {}).start();
  await server.done;
});

test("several servers full of jobs are served in turn, with few places and with many", async (t) => {
  for (const concurrency of [1, 4]) {
    const served = [0, 0, 0];
    const enough = happening();
    const busy = (index: number): Script => async (peer) => {
      await peer.expect("CAN_DO");
      try {
        for (let n = 0;;) {
          const { name } = await peer.next();
          if (name === "GRAB_JOB_ALL") await assign(peer, ++n);
          else if (++served[index] === 100) enough.happen();
        }
      } catch {
        // The worker has gone.
      }
    };
    const { worker, done } = await workerOfMany(t, [[busy(0)], [busy(1)], [busy(2)]], {
      concurrency,
    });
    worker.add("f", async () => {
      for (let i = 0; i < 10; i++) await undefined;
    });
    worker.start();
    await enough.done;
    await worker.close();
    await done;
    const least = Math.min(...served);
    assertEquals(least >= 80, true, `${served} with ${concurrency}`);
  }
});

test("a server that is full of jobs does not starve one that wakes with a job now and then", async (t) => {
  const rare = happening();
  const { worker } = await workerOfMany(t, [[async (peer) => {
    await peer.expect("CAN_DO");
    for (let n = 0;;) {
      const { name } = await peer.next().catch(() => ({ name: "gone" }));
      if (name === "gone") return;
      if (name === "GRAB_JOB_ALL") await assign(peer, ++n);
    }
  }], [async (peer) => {
    await peer.expect("CAN_DO");
    for (let n = 0; n < 20; n++) {
      await putToSleep(peer);
      await peer.send("NOOP");
      await peer.expect("GRAB_JOB_ALL");
      await assign(peer, n);
      await peer.expect("WORK_COMPLETE");
    }
    rare.happen();
  }]]);
  worker.add("f", async () => {
    for (let i = 0; i < 10; i++) await undefined;
  });
  worker.start();
  await rare.done;
});

test("concurrency throws for what cannot be", async (t) => {
  const { worker } = await workerOf(t, []);
  for (const concurrency of [0, 1.5, Infinity, "2" as never]) {
    assertThrows(() => worker.concurrency = concurrency, RangeError, "Expected a concurrency");
    assertThrows(() => worker.add("f", () => {}, { concurrency }), RangeError, "a concurrency");
  }
  assertEquals(worker.concurrency, 1);
});
