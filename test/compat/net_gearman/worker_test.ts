/** The worker: section 6, opposite servers that follow a script. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
  test,
} from "../../_harness/mod.ts";
import { type FakePeer, fakeServer } from "../../_harness/fake_server.ts";
import { handClock } from "../../_harness/hand_clock.ts";
import { memoryNetwork } from "../../../src/sockets/memory.ts";
import {
  Net_Gearman_Exception,
  Net_Gearman_Worker,
  rawRules,
} from "../../../src/compat/net_gearman/mod.ts";
import { jobClass } from "./job_classes.ts";
import {
  assign,
  Happening,
  impatientClock,
  putToSleep,
  QUARTER,
  THROWERS,
  wakeFor,
  welcome,
} from "./scripts.ts";

const { WORKER_STATUS } = Net_Gearman_Worker;

test("6.1 a worker needs a server, and a socket timeout that is a number", async (t) => {
  assertThrows(
    () => new Net_Gearman_Worker([]),
    Net_Gearman_Exception,
    "Invalid servers specified",
  );
  assertThrows(
    () => new Net_Gearman_Worker("10.0.0.1", "", "soon"),
    Net_Gearman_Exception,
    "Invalid value for socket timeout",
  );
  t.use(new Net_Gearman_Worker("10.0.0.1", "me", "500"));
  // An unreachable server is no exception.
  const clock = impatientClock();
  const lost = new Net_Gearman_Worker("nobody:1", "", null, { dial: memoryNetwork().dial, clock });
  lost.addAbility("f");
  await lost.beginWork((idle) => idle);
  t.use(lost);
  assertEquals(lost.connection_status(), {
    connected: 0,
    disconnected: 1,
    servers: { "nobody:1": false },
    stats: {},
  });
});

test("6.1 the id is sent, or one is made", async (t) => {
  const ids: string[] = [];
  const script = async (peer: FakePeer) => {
    ids.push(...await peer.expect("SET_CLIENT_ID"));
    await peer.expect("CAN_DO");
    await putToSleep(peer);
  };
  const server = t.use(await fakeServer([script, script]));
  const { address, dial } = server;
  for (const id of ["me", ""]) {
    const clock = impatientClock();
    const worker = t.use(new Net_Gearman_Worker(address, id, null, { dial, clock }));
    worker.addAbility("f");
    await worker.beginWork((idle) => idle);
  }
  assertEquals(ids[0], "me");
  assert(/^geartrain_[0-9a-f-]{13}$/.test(ids[1]), ids[1]);
});

test("6.3 beginWork() comes back when the monitor says so, and 6.9 when that is asked", async (t) => {
  const clock = handClock();
  const questions = new Happening();
  const ticking = {
    now: () => clock.now(),
    after(milliseconds: number, then: () => void) {
      if (milliseconds === QUARTER) questions.now();
      return clock.after(milliseconds, then);
    },
  };
  const asked: boolean[] = [];
  /** Lets a quarter of a second pass, once the worker has set its timer for that question. */
  const quarter = async (question: number) => {
    await questions.times(question);
    const before = asked.length;
    clock.turn(QUARTER - 1);
    assertEquals(asked.length, before);
    clock.turn(1);
  };
  const server = t.use(
    await fakeServer([async (peer) => {
      await welcome(peer);
      await putToSleep(peer);
      await quarter(1);
      await quarter(2);
      await questions.times(3);
      await wakeFor(peer, "H:fake:1", "f");
      await peer.expect("WORK_COMPLETE");
      await putToSleep(peer);
      await quarter(4);
    }]),
  );
  const { address, dial } = server;
  const worker = t.use(new Net_Gearman_Worker(address, "me", null, { dial, clock: ticking }));
  worker.addAbility("f", null, { class_name: jobClass(() => "x") });
  await worker.beginWork((idle, lastJobTime) => {
    assert(Number.isInteger(lastJobTime) && Math.abs(lastJobTime - Date.now() / 1000) < 60);
    return asked.push(idle) === 4;
  });
  // Twice while there was nothing, once after the job, and once more.
  assertEquals(asked, [true, true, false, true]);
  await server.done;
});

test("6.3 an abort ends the work, and a monitor may take its time", async (t) => {
  const stop = new AbortController();
  const server = t.use(
    await fakeServer([async (peer) => {
      await welcome(peer);
      await putToSleep(peer);
      stop.abort();
    }]),
  );
  const { address, dial } = server;
  const worker = t.use(new Net_Gearman_Worker(address, "me", null, { dial }));
  worker.addAbility("f");
  await worker.beginWork(null, { signal: stop.signal });
  await worker.beginWork(async () => await Promise.resolve(true), { signal: stop.signal });
});

test("6.5 stopWork() is the monitor where none is given, and may be overridden", async (t) => {
  class Once extends Net_Gearman_Worker {
    override stopWork(): boolean {
      return true;
    }
  }
  assertEquals(new Net_Gearman_Worker("10.0.0.1").stopWork(), false);
  const server = t.use(
    await fakeServer([async (peer) => {
      await welcome(peer);
      await assign(peer, "H:fake:1", "f");
      await peer.expect("WORK_COMPLETE");
    }]),
  );
  const { address, dial } = server;
  const worker = t.use(new Once(address, "me", null, { dial }));
  worker.addAbility("f", null, { class_name: jobClass(() => "x") });
  await worker.beginWork();
  await server.done;
});

test("6.10 a lost server is dialled after 3 s, then 6, 12, 24, 48, and then every 60 s", async (t) => {
  const clock = handClock();
  const network = memoryNetwork();
  let dials = 0;
  const worker = t.use(
    new Net_Gearman_Worker("nobody:1", "me", null, {
      clock,
      dial: (to, how) => {
        dials++;
        return network.dial(to, how);
      },
    }),
  );
  worker.addAbility("f");
  const failures = new Happening();
  const news: unknown[][] = [];
  worker.attachCallback((...args) => {
    if (args[1] === null) return;
    news.push(args);
    failures.now();
  }, WORKER_STATUS);
  const stop = new AbortController();
  const work = worker.beginWork(null, { signal: stop.signal });
  for (const [i, seconds] of [3, 6, 12, 24, 48, 60, 60].entries()) {
    await failures.times(i + 1);
    clock.turn(seconds * 1000 - 1);
    assertEquals([seconds, dials], [seconds, i + 1]);
    clock.turn(1);
    assertEquals([seconds, dials], [seconds, i + 2]);
  }
  stop.abort();
  await work;
  const [message, server, connected, failed] = news[0];
  assertStringIncludes(message as string, "Connection failed");
  assertEquals([server, connected, failed], ["nobody:1", false, 1]);
});

test("6.10 after a reconnect the id and the abilities are sent again", async (t) => {
  const clock = handClock();
  const server = t.use(
    await fakeServer([
      async (peer) => {
        await peer.expect("SET_CLIENT_ID");
        assertEquals(await peer.expect("CAN_DO"), ["f"]);
        assertEquals(await peer.expect("CAN_DO"), ["g"]);
        await putToSleep(peer);
        peer.hangUp();
      },
      async (peer) => {
        assertEquals(await peer.expect("SET_CLIENT_ID"), ["me"]);
        assertEquals(await peer.expect("CAN_DO"), ["f"]);
        assertEquals(await peer.expect("CAN_DO"), ["g"]);
        await putToSleep(peer);
        await wakeFor(peer, "H:fake:1", "g", "1");
        assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", '{"result":1}']);
      },
    ]),
  );
  const { address, dial } = server;
  const worker = t.use(new Net_Gearman_Worker(address, "me", null, { dial, clock }));
  for (const name of ["f", "g"]) {
    worker.addAbility(name, null, { class_name: jobClass((argument: unknown) => argument) });
  }
  const news: [string, boolean | null][] = [];
  worker.attachCallback((message, _server, connected) => {
    news.push([message, connected]);
    if (connected === false) queueMicrotask(() => clock.turn(3_000));
  }, WORKER_STATUS);
  await worker.beginWork((idle) => !idle);
  assertEquals(news.filter(([, connected]) => connected !== null).map(([, it]) => it), [
    true,
    false,
    true,
  ]);
  await server.done;
});

test("6.2 an ability's timeout is told in milliseconds, and no timeout not at all", async (t) => {
  const server = t.use(
    await fakeServer([async (peer) => {
      await peer.expect("SET_CLIENT_ID");
      assertEquals(await peer.expect("CAN_DO_TIMEOUT"), ["slow", "3000"]);
      assertEquals(await peer.expect("CAN_DO"), ["none"]);
      assertEquals(await peer.expect("CAN_DO"), ["zero"]);
      await putToSleep(peer);
    }]),
  );
  const { address, dial } = server;
  const worker = t.use(new Net_Gearman_Worker(address, "me", null, { dial }));
  worker.addAbility("slow", 3);
  worker.addAbility("none");
  worker.addAbility("zero", 0);
  const stop = new AbortController();
  const work = worker.beginWork(null, { signal: stop.signal });
  await server.done;
  stop.abort();
  await work;
});

test("10.14 rules other than Net_Gearman's are the worker's to choose", async (t) => {
  const server = t.use(
    await fakeServer([async (peer) => {
      await welcome(peer);
      await assign(peer, "H:fake:1", "f", "123");
      assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", "321"]);
    }]),
  );
  const { address, dial } = server;
  const worker = t.use(
    new Net_Gearman_Worker(address, "me", null, { dial, rules: rawRules }),
  );
  worker.addAbility("f", null, {
    class_name: jobClass((bytes: Uint8Array) => bytes.slice().reverse()),
  });
  await worker.beginWork((idle) => !idle);
  await server.done;
});

test("6.10 jobs are counted by the name that the dial gives a server, where that is another", async (t) => {
  const server = t.use(
    await fakeServer([async (peer) => {
      await welcome(peer);
      await assign(peer, "H:fake:1", "f");
      await peer.expect("WORK_COMPLETE");
    }]),
  );
  const remote = { host: "10.0.0.9", port: 4730 };
  const worker = t.use(
    new Net_Gearman_Worker("gears.example", "me", null, {
      dial: async () =>
        Object.defineProperty(await server.dial(server.address), "remote", { value: remote }),
    }),
  );
  worker.addAbility("f", null, { class_name: jobClass(() => "x") });
  await worker.beginWork((idle) => !idle);
  assertEquals(worker.connection_status(), {
    connected: 1,
    disconnected: 0,
    servers: { "gears.example": true },
    stats: { "10.0.0.9:4730": 1 },
  });
  await server.done;
});

for (const [when, thrower] of Object.entries(THROWERS)) {
  test(`6.4 what a status callback throws ${when} comes out of beginWork()`, async (t) => {
    const worker = t.use(
      new Net_Gearman_Worker("nobody:1", "", null, { dial: memoryNetwork().dial }),
    );
    worker.addAbility("f");
    worker.attachCallback(thrower, WORKER_STATUS);
    await assertRejects(() => worker.beginWork(), RangeError, "mine");
  });

  test(`6.4 what is thrown ${when} while a job runs is thrown when that has ended`, async (t) => {
    const server = t.use(
      await fakeServer([async (peer) => {
        await welcome(peer);
        await assign(peer, "H:fake:1", "f");
        assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", '{"result":"x"}']);
      }]),
    );
    const { address, dial } = server;
    const clock = handClock();
    const worker = t.use(
      new Net_Gearman_Worker([address, "nobody:1"], "me", null, { dial, clock }),
    );
    const failures = new Happening();
    worker.attachCallback((_message, server, _connected, failed) => {
      if (server !== "nobody:1") return;
      failures.now();
      if (failed === 2) return thrower();
    }, WORKER_STATUS);
    worker.addAbility("f", null, {
      class_name: jobClass(async () => {
        await failures.times(1);
        clock.turn(3_000);
        await failures.times(2);
        return "x";
      }),
    });
    await assertRejects(() => worker.beginWork(), RangeError, "mine");
    await server.done;
  });
}

test("6.4 what a status callback throws between two beginWork() comes out of the second", async (t) => {
  const lost = new Happening();
  let hangUp = () => {};
  const server = t.use(
    await fakeServer([async (peer) => {
      await welcome(peer);
      await putToSleep(peer);
      hangUp = () => peer.hangUp();
    }]),
  );
  const { address, dial } = server;
  const worker = t.use(
    new Net_Gearman_Worker(address, "me", null, { dial, clock: impatientClock() }),
  );
  worker.addAbility("f");
  worker.attachCallback((message) => {
    if (!message.startsWith("Connection lost")) return;
    lost.now();
    throw new RangeError("mine");
  }, WORKER_STATUS);
  await worker.beginWork((idle) => idle);
  await server.done;
  hangUp();
  await lost.times(1);
  await assertRejects(() => worker.beginWork(), RangeError, "mine");
});

test("6.6 after endWork() a worker neither works nor takes abilities", async () => {
  const worker = new Net_Gearman_Worker("10.0.0.1");
  await worker.endWork();
  await worker.endWork();
  for (const act of [() => worker.beginWork(), async () => await worker.addAbility("f")]) {
    const error = await assertRejects(act, Net_Gearman_Exception);
    assertEquals(error.message, "Worker has ended its work");
  }
});

test("6.3 a worker works once at a time", async (t) => {
  const worker = t.use(
    new Net_Gearman_Worker("nobody:1", "", null, { dial: memoryNetwork().dial }),
  );
  worker.addAbility("f");
  const stop = new AbortController();
  const work = worker.beginWork(null, { signal: stop.signal });
  await assertRejects(() => worker.beginWork(), Net_Gearman_Exception, "at work already");
  stop.abort();
  await work;
});

test("6.9 what a monitor throws ends the work, and no job is lost over it", async (t) => {
  const server = t.use(
    await fakeServer([async (peer) => {
      await welcome(peer);
      await putToSleep(peer);
      await peer.send("NOOP");
      await putToSleep(peer);
      await wakeFor(peer, "H:fake:1", "f");
      await peer.expect("WORK_COMPLETE");
    }]),
  );
  const { address, dial } = server;
  const worker = t.use(
    new Net_Gearman_Worker(address, "me", null, { dial, clock: impatientClock() }),
  );
  worker.addAbility("f", null, { class_name: jobClass(() => "x") });
  const monitor = () => {
    throw new RangeError("mine");
  };
  await assertRejects(() => worker.beginWork(monitor), RangeError, "mine");
  await worker.beginWork((idle) => !idle);
  await server.done;
});
