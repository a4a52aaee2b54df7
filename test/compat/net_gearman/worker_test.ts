/** The worker: section 6, and the outcomes of section 5. */
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
import { memoryNetwork } from "../../../mod.ts";
import {
  Net_Gearman_Exception,
  Net_Gearman_Job_Common,
  Net_Gearman_Job_Exception,
  Net_Gearman_Manager,
  Net_Gearman_Set,
  Net_Gearman_Task,
  Net_Gearman_Worker,
  rawRules,
} from "../../../src/compat/net_gearman/mod.ts";
import { clientOf, SERVERS, workerOf, workOn } from "./ends.ts";
import { jobClass } from "./job_classes.ts";

export const notOnWorkerd = "servers are started in this process";

const { JOB_NORMAL, JOB_BACKGROUND, TASK_FAIL } = Net_Gearman_Task;
const { JOB_START, JOB_COMPLETE, JOB_FAIL, WORKER_STATUS } = Net_Gearman_Worker;

/** Says that there is no job, and takes the PRE_SLEEP that follows. */
async function putToSleep(peer: FakePeer): Promise<void> {
  await peer.expect("GRAB_JOB_ALL");
  await peer.send("NO_JOB");
  await peer.expect("PRE_SLEEP");
}

/** Wakes a sleeper for a job. */
async function wakeFor(peer: FakePeer, handle: string, name: string, workload = ""): Promise<void> {
  await peer.send("NOOP");
  await peer.expect("GRAB_JOB_ALL");
  await peer.send("JOB_ASSIGN_UNIQ", handle, name, "u", workload);
}

/** Lets the turns of the event loop pass until something holds. */
async function settled(holds: () => boolean): Promise<void> {
  for (let round = 0; !holds(); round++) {
    if (round === 1_000) throw new Error("Expected it to hold by now, it does not");
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

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
  const worker = new Net_Gearman_Worker("10.0.0.1", "me", "500");
  await worker.endWork();
  await assertRejects(() => worker.beginWork(), Net_Gearman_Exception);
  // An unreachable server is no exception.
  const lost = new Net_Gearman_Worker("nobody:1", "", null, memoryNetwork());
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
    const worker = t.use(new Net_Gearman_Worker(address, id, null, { dial }));
    worker.addAbility("f");
    await worker.beginWork((idle) => idle);
  }
  assertEquals(ids[0], "me");
  assert(/^geartrain_[0-9a-f-]{13}$/.test(ids[1]), ids[1]);
});

test("6.3 beginWork() comes back when the monitor says so, and 6.9 when that is asked", async (t) => {
  const clock = handClock();
  let timers = 0;
  const ticking = {
    ...clock,
    after(milliseconds: number, then: () => void) {
      if (milliseconds === 250) timers++;
      return clock.after(milliseconds, then);
    },
  };
  const asked: boolean[] = [];
  /** Lets a quarter of a second pass, once the worker has set its timer for that question. */
  const quarter = async (question: number) => {
    await settled(() => timers === question);
    const before = asked.length;
    clock.turn(249);
    assertEquals(asked.length, before);
    clock.turn(1);
  };
  const server = t.use(
    await fakeServer([async (peer) => {
      await peer.expect("SET_CLIENT_ID");
      await peer.expect("CAN_DO");
      await putToSleep(peer);
      await quarter(1);
      await quarter(2);
      await settled(() => timers === 3);
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
      await peer.expect("SET_CLIENT_ID");
      await peer.expect("CAN_DO");
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
      await peer.expect("SET_CLIENT_ID");
      await peer.expect("CAN_DO");
      await peer.expect("GRAB_JOB_ALL");
      await peer.send("JOB_ASSIGN_UNIQ", "H:fake:1", "f", "", "");
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
  let dialled = () => {};
  const worker = new Net_Gearman_Worker("nobody:1", "me", null, {
    clock,
    dial: async (to, how) => {
      dials++;
      try {
        return await network.dial(to, how);
      } finally {
        queueMicrotask(() => dialled());
      }
    },
  });
  t.use(worker);
  worker.addAbility("f");
  const news: unknown[] = [];
  worker.attachCallback((...args) => news.push(args), WORKER_STATUS);
  const next = () => new Promise<void>((resolve) => dialled = resolve);
  const failed = next();
  const stop = new AbortController();
  const work = worker.beginWork(null, { signal: stop.signal });
  await failed;
  for (const seconds of [3, 6, 12, 24, 48, 60, 60]) {
    // The failure is told some rounds after the dial.
    await settled(() => worker.connection_status().disconnected === 1 && clock.pending > 0);
    const again = next();
    const before = dials;
    clock.turn(seconds * 1000 - 1);
    assertEquals([seconds, dials], [seconds, before]);
    clock.turn(1);
    await again;
    assertEquals([seconds, dials], [seconds, before + 1]);
  }
  stop.abort();
  await work;
  const [message, server, connected, failures] = news[0] as unknown[];
  assertStringIncludes(message as string, "Connection failed");
  assertEquals([server, connected, failures], ["nobody:1", false, 1]);
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

test("5.14 what run() itself sends ends the job: the worker sends no second packet", async (t) => {
  const server = t.use(
    await fakeServer([async (peer) => {
      await peer.expect("SET_CLIENT_ID");
      await peer.expect("CAN_DO");
      await peer.expect("GRAB_JOB_ALL");
      await peer.send("JOB_ASSIGN_UNIQ", "H:fake:1", "f", "", "");
      assertEquals(await peer.expect("WORK_STATUS"), ["H:fake:1", "1", "2"]);
      assertEquals(await peer.expect("WORK_DATA"), ["H:fake:1", "part"]);
      assertEquals(await peer.expect("WORK_WARNING"), ["H:fake:1", "careful"]);
      assertEquals(await peer.expect("WORK_COMPLETE"), ["H:fake:1", '{"own":true}']);
      await peer.expect("GRAB_JOB_ALL");
    }]),
  );
  const { address, dial } = server;
  const worker = t.use(new Net_Gearman_Worker(address, "me", null, { dial }));
  worker.addAbility("f", null, {
    class_name: jobClass(function () {
      this.status(1, 2);
      // Past status(): as PHP's job classes may.
      const conn = this["conn"];
      conn.send("work_data", { handle: this["handle"], data: "part" });
      conn.send("work_warning", { handle: this["handle"], data: "careful" });
      this.complete({ own: true });
      try {
        conn.send("can_do", { func: "g" });
      } catch (error) {
        assert(error instanceof Net_Gearman_Exception);
      }
      return { second: true };
    }),
  });
  const stop = new AbortController();
  const work = worker.beginWork(null, { signal: stop.signal });
  await server.done;
  stop.abort();
  await work;
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
      await peer.expect("SET_CLIENT_ID");
      await peer.expect("CAN_DO");
      await peer.expect("GRAB_JOB_ALL");
      await peer.send("JOB_ASSIGN_UNIQ", "H:fake:1", "f", "", "123");
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

for (const { where, options, start } of SERVERS) {
  test(`5.8 to 5.13 how run() ends decides how the job does ${where}`, options, async (t) => {
    const place = await start(t);
    const worker = workerOf(t, place, {
      list: () => [1, 2],
      object: (argument: unknown) => ({ got: argument }),
      scalar: () => "text",
      nothing: () => {},
      later: async () => await Promise.resolve(7),
      refuses() {
        throw new Net_Gearman_Job_Exception("not today");
      },
      breaks() {
        throw new RangeError("out of cheese");
      },
    });
    worker.addAbility("homeless");
    const calls: unknown[][] = [];
    worker.attachCallback(
      (handle, job, argument) => calls.push(["start", job, argument, handle]),
      JOB_START,
    );
    worker.attachCallback((_handle, job, result) => calls.push(["complete", job, result]));
    worker.attachCallback(
      (_handle, job, result) => calls.push(["complete too", job, result]),
      JOB_COMPLETE,
    );
    worker.attachCallback(
      (_handle, job, error) => calls.push(["fail", job, error.message]),
      JOB_FAIL,
    );
    const work = worker.beginWork();
    const client = clientOf(t, place);
    const run = async (name: string) => {
      const task = new Net_Gearman_Task(name, { id: 7 });
      let failed = false;
      task.attachCallback(() => failed = true, TASK_FAIL);
      await client.runSet(new Net_Gearman_Set([task]));
      return failed ? "failed" : task.result;
    };
    assertEquals(await run("list"), [1, 2]);
    assertEquals(await run("object"), { got: { id: 7 } });
    assertEquals(await run("scalar"), { result: "text" });
    assertEquals(await run("nothing"), { result: null });
    assertEquals(await run("later"), { result: 7 });
    assertEquals(await run("refuses"), "failed");
    assertEquals(await run("breaks"), "failed");
    assertEquals(await run("homeless"), "failed");
    assertEquals(await run("list"), [1, 2]);
    await worker.endWork();
    await work;
    const [began] = calls;
    assert(/^H:.+:\d+$/.test(began[3] as string));
    assertEquals(calls.map((call) => call.slice(0, 3)), [
      ["start", "list", { id: 7 }],
      ["complete", "list", [1, 2]],
      ["complete too", "list", [1, 2]],
      ["start", "object", { id: 7 }],
      ["complete", "object", { got: { id: 7 } }],
      ["complete too", "object", { got: { id: 7 } }],
      ["start", "scalar", { id: 7 }],
      ["complete", "scalar", { result: "text" }],
      ["complete too", "scalar", { result: "text" }],
      ["start", "nothing", { id: 7 }],
      ["complete", "nothing", { result: null }],
      ["complete too", "nothing", { result: null }],
      ["start", "later", { id: 7 }],
      ["complete", "later", { result: 7 }],
      ["complete too", "later", { result: 7 }],
      ["start", "refuses", { id: 7 }],
      ["fail", "refuses", "not today"],
      ["start", "breaks", { id: 7 }],
      ["fail", "breaks", "out of cheese"],
      ["fail", "homeless", 'Invalid Job class file: <empty>, for function "homeless"'],
      ["start", "list", { id: 7 }],
      ["complete", "list", [1, 2]],
      ["complete too", "list", [1, 2]],
    ]);
  });

  test(`5.11 another Net_Gearman_Exception gives the job back ${where}`, options, async (t) => {
    const place = await start(t);
    const news: string[] = [];
    const clock = handClock();
    let runs = 0;
    const flaky = (): string => {
      if (++runs === 1) throw new Net_Gearman_Exception("no database");
      return `run ${runs}`;
    };
    const first = workerOf(t, place, { flaky }, { clock });
    let givenBack = () => {};
    const wasGivenBack = new Promise<void>((resolve) => givenBack = resolve);
    first.attachCallback((message) => {
      news.push(message);
      if (message.startsWith("Exception")) givenBack();
    }, WORKER_STATUS);
    const ends: string[] = [];
    first.attachCallback(() => ends.push("complete"));
    first.attachCallback(() => ends.push("fail"), JOB_FAIL);
    const work = first.beginWork();
    const result = clientOf(t, place).flaky("x", JOB_NORMAL);
    await wasGivenBack;
    // It waits three seconds of its clock, which stands still: another has the job.
    workOn(t, place, { flaky });
    assertEquals(await result, { result: "run 2" });
    assertEquals(ends, []);
    assert(news.includes("Exception caught while doing work: no database"));
    await first.endWork();
    await work;
  });

  test(`5.7 an object lives for one job, and is disposed of ${where}`, options, async (t) => {
    const place = await start(t);
    const seen: string[] = [];
    let made = 0;
    class Counted extends Net_Gearman_Job_Common implements Disposable {
      readonly #number = ++made;
      run(argument: string): string {
        seen.push(`run ${this.#number} ${argument} ${this.initParams.level}`);
        return "x";
      }
      [Symbol.dispose](): void {
        seen.push(`dispose ${this.#number}`);
      }
    }
    const worker = workerOf(t, place, {});
    worker.addAbility("counted", null, { class_name: Counted, level: 3 });
    const work = worker.beginWork();
    const client = clientOf(t, place);
    for (const text of ["a", "b"]) await client.counted(text, JOB_NORMAL);
    await worker.endWork();
    await work;
    assertEquals(seen, ["run 1 a 3", "dispose 1", "run 2 b 3", "dispose 2"]);
  });

  test(`6.6 connection_status() and endWork() ${where}`, options, async (t) => {
    const place = await start(t);
    const name = `${place.host}:${place.port}`;
    const worker = workOn(t, [place, { host: "127.0.0.1", port: 1 }], { f: () => "x" });
    const client = clientOf(t, place);
    for (const argument of [1, 2]) await client.f(argument, JOB_NORMAL);
    assertEquals(worker.connection_status(), {
      connected: 1,
      disconnected: 1,
      servers: { [name]: true, "127.0.0.1:1": false },
      stats: { [name]: 2 },
    });
    const manager = t.use(new Net_Gearman_Manager(place));
    assertEquals((await manager.status()).f.capable_workers, 1);
    await worker.endWork();
    assertEquals(worker.connection_status().connected, 0);
    // The server hears of it when it reads on that connection.
    while ((await manager.status()).f.capable_workers > 0) t.signal.throwIfAborted();
  });

  test(
    `6.4 attachCallback() refuses what is no callback, and what is no type ${where}`,
    options,
    async (t) => {
      const place = await start(t);
      const worker = workOn(t, place, { f: () => "x" });
      assertThrows(
        () => worker.attachCallback("strlen" as never),
        Net_Gearman_Exception,
        "Invalid callback specified",
      );
      assertThrows(
        () => worker.attachCallback(() => {}, 9 as 1),
        Net_Gearman_Exception,
        "Invalid callback type specified.",
      );
    },
  );

  test(`6.11 a worker takes jobs from all its servers ${where}`, options, async (t) => {
    const places = [await start(t), await start(t)];
    workOn(t, places, { where: () => "x" });
    for (const place of places) {
      assertEquals(await clientOf(t, place).where("x", JOB_NORMAL), { result: "x" });
    }
  });

  test(
    `6.8 a worker that sleeps is woken, and runs one job at a time ${where}`,
    options,
    async (t) => {
      const place = await start(t);
      let running = 0;
      let most = 0;
      let left = 6;
      const worker = workerOf(t, place, {
        async one() {
          most = Math.max(most, ++running);
          await undefined;
          running--;
          return "x";
        },
      });
      const work = worker.beginWork((idle) => !idle && --left === 0);
      const client = clientOf(t, place);
      for (const argument of [1, 2, 3, 4, 5]) await client.one(argument, JOB_BACKGROUND);
      await client.one("last", JOB_NORMAL);
      await work;
      assertEquals(most, 1);
    },
  );

  test(`a callback's own error comes out of beginWork() ${where}`, options, async (t) => {
    const place = await start(t);
    const worker = workerOf(t, place, { f: () => "x" });
    worker.attachCallback(() => {
      throw new RangeError("mine");
    });
    const work = assertRejects(() => worker.beginWork(), RangeError, "mine");
    assertEquals(await clientOf(t, place).f("x", JOB_NORMAL), { result: "x" });
    await work;
  });
}
