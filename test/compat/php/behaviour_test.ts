/** How the face behaves, paragraph by paragraph of docs/compat-php.md, at gearmand and at our own server. */
import { assert, assertEquals, assertThrows, test } from "../../_harness/mod.ts";
import { SERVERS } from "../../_harness/job_server.ts";
import * as g from "../../../src/compat/php/mod.ts";
import { publicEnds } from "../../e2e/public_ends.ts";
import { chatty, keepWorking, placeAt } from "./place.ts";

for (const { name: where, skip, start } of SERVERS) {
  const at = { skip };

  test(
    `9.1 doNormal() comes back with each packet, as the manuals loop, at ${where}`,
    at,
    async (t) => {
      const place = await placeAt(t, start);
      const working = keepWorking(await place.worker({ chatty }), 1);
      const client = await place.client();
      const rounds: unknown[] = [];
      do {
        const result = await client.doNormal("chatty", "x");
        rounds.push([client.returnCode(), result, client.doStatus()]);
      } while ([20, 21, 22].includes(client.returnCode()));
      assertEquals(rounds, [
        [g.GEARMAN_WORK_DATA, "d1", [0, 0]],
        [g.GEARMAN_WORK_STATUS, "", [1, 2]],
        [g.GEARMAN_WORK_WARNING, "careful", [1, 2]],
        [g.GEARMAN_WORK_DATA, "d2", [1, 2]],
        [g.GEARMAN_SUCCESS, "end", [1, 2]],
      ]);
      assert(client.doJobHandle().startsWith("H:"));
      await working;
    },
  );

  test(
    `9.1 doNormal() comes back once, with all data, where doCalls is "once", at ${where}`,
    at,
    async (t) => {
      const place = await placeAt(t, start);
      const working = keepWorking(await place.worker({ chatty }), 1);
      const client = await place.client({ doCalls: "once" });
      assertEquals(await client.doNormal("chatty", "x"), "d1d2end");
      assertEquals([client.returnCode(), client.doStatus()], [g.GEARMAN_SUCCESS, [0, 0]]);
      await working;
    },
  );

  test(`9.1 a loop of doNormal() ends with failure and exception, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const worker = await place.worker({
      fail: (job) => job.sendFail(),
      except: (job) => job.sendException("boom"),
    });
    const working = keepWorking(worker, 2);
    const client = await place.client();
    assertEquals([await client.doHigh("fail", "x"), client.returnCode(), client.error()], [
      "",
      g.GEARMAN_WORK_FAIL,
      "GEARMAN_WORK_FAIL",
    ]);
    const ended = [await client.doLow("except", "x"), client.returnCode(), client.error()];
    assertEquals(ended, ["boom", g.GEARMAN_WORK_EXCEPTION, "GEARMAN_WORK_EXCEPTION"]);
    await working;
  });

  test(`9.3 what a callback does is how its job ends, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const set = (code: number) => (job: g.GearmanJob): string => {
      job.setReturn(code);
      return "x";
    };
    const endings: readonly [g.WorkerCallback, told: string, value: boolean, code: number][] = [
      [() => "text", "complete text", true, g.GEARMAN_SUCCESS],
      [() => 42, "complete 42", true, g.GEARMAN_SUCCESS],
      [() => 1.5, "complete 1.5", true, g.GEARMAN_SUCCESS],
      [() => true, "complete 1", true, g.GEARMAN_SUCCESS],
      [() => false, "complete ", true, g.GEARMAN_SUCCESS],
      [() => null, "complete ", true, g.GEARMAN_SUCCESS],
      [() => [1], "complete Array", true, g.GEARMAN_SUCCESS],
      [() => ({ toString: () => "own" }), "complete own", true, g.GEARMAN_SUCCESS],
      [
        async (job) => {
          await job.sendComplete("sent");
          return "dropped";
        },
        "complete sent",
        true,
        g.GEARMAN_SUCCESS,
      ],
      [(job) => job.sendFail(), "fail ", true, g.GEARMAN_SUCCESS],
      [(job) => job.sendException("boom"), "exception boom", true, g.GEARMAN_SUCCESS],
      [
        async (job) => {
          await job.sendException("boom");
          await job.sendFail();
        },
        "exception boom",
        true,
        g.GEARMAN_SUCCESS,
      ],
      [set(g.GEARMAN_SUCCESS), "complete x", true, g.GEARMAN_SUCCESS],
      [set(g.GEARMAN_SHUTDOWN), "complete x", false, g.GEARMAN_SHUTDOWN],
      ...[
        g.GEARMAN_WORK_FAIL,
        g.GEARMAN_WORK_ERROR,
        g.GEARMAN_WORK_EXCEPTION,
        g.GEARMAN_TIMEOUT,
        g.GEARMAN_IO_WAIT,
        g.GEARMAN_PAUSE,
      ].map((
        code,
      ): [g.WorkerCallback, string, boolean, number] => [set(code), "fail ", false, code]),
    ];
    const worker = await place.worker(
      Object.fromEntries(endings.map(([callback], at) => [`end${at}`, callback])),
    );
    const client = await place.client();
    const told: string[] = [];
    client.setCompleteCallback((task) => void told.push(`complete ${task.data()}`));
    client.setFailCallback((task) => void told.push(`fail ${task.data()}`));
    await client.setExceptionCallback((task) => void told.push(`exception ${task.data()}`));
    const ends: unknown[] = [];
    for (let at = 0; at < endings.length; at++) {
      const working = keepWorking(worker, 1);
      client.addTask(`end${at}`, "x");
      assertEquals(await client.runTasks(), true);
      ends.push([told.at(-1), ...(await working)[0]]);
    }
    assertEquals(ends, endings.map(([, told, value, code]) => [told, value, code]));
    assertEquals(told.length, endings.length);
  });

  test(
    `9.3 a callback's throw reaches the client, and comes out of work(), at ${where}`,
    at,
    async (t) => {
      const place = await placeAt(t, start);
      const thrown = () => {
        throw new Error("out of cheese");
      };
      const client = await place.client();
      const told: unknown[] = [];
      await client.setExceptionCallback((task) => void told.push(task.data()));
      client.setFailCallback(() => void told.push("fail"));
      for (const exceptionText of ["message", "fixed"] as const) {
        const worker = await place.worker({ [exceptionText]: thrown }, { exceptionText });
        const working = keepWorking(worker, 1);
        client.addTask(exceptionText, "x");
        await client.runTasks();
        assertEquals(await working, [["threw out of cheese", g.GEARMAN_WORK_EXCEPTION]]);
      }
      assertEquals(told, ["out of cheese", "Unable to add worker function"]);
    },
  );

  test(`9.3 setReturn() with LOST_CONNECTION gives the job back, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    let runs = 0;
    const worker = await place.worker({
      again: (job) => {
        if (runs++ === 0) job.setReturn(g.GEARMAN_LOST_CONNECTION);
        return `run ${runs}`;
      },
    });
    const working = keepWorking(worker, 1);
    const client = await place.client();
    assertEquals(await client.doNormal("again", "x"), "run 2");
    assertEquals(await working, [[true, g.GEARMAN_SUCCESS]]);
  });

  test(
    `9.6 equal uniques share one run, and # makes them of workloads, at ${where}`,
    at,
    async (t) => {
      const place = await placeAt(t, start);
      const client = await place.client();
      const handles: unknown[] = [];
      client.setCreatedCallback((task) => void handles.push(task.jobHandle()));
      for (const key of ["same", "same", "#", "#"]) {
        client.addTaskBackground("shared", "hello", null, key);
      }
      assertEquals(await client.runTasks(), true);
      assertEquals([handles.length, new Set(handles).size], [4, 2]);
      const task = client.addTask("shared", "hello", null, "#") as g.GearmanTask;
      // What libgearman makes of the same workload.
      assertEquals(task.unique(), "1067880409");
      const made = client.addTask("shared", "x") as g.GearmanTask;
      assertEquals((made.unique() as string).length, 36);
    },
  );

  test(
    `9.7 jobs can be asked about, by handle and by key, and the client goes on, at ${where}`,
    at,
    async (t) => {
      const place = await placeAt(t, start);
      const client = await place.client();
      const handle = await client.doBackground("asked", "x", "its key");
      assertEquals(await client.jobStatus(handle), [true, false, 0, 0]);
      assertEquals(await client.jobStatusByUniqueKey("its key"), [true, false, 0, 0]);
      assertEquals(await client.jobStatus("H:none:1"), [false, false, 0, 0]);
      assertEquals(client.returnCode(), g.GEARMAN_SUCCESS);
      let hear = () => {};
      const heard = new Promise<void>((resolve) => hear = resolve);
      const working = keepWorking(
        await place.worker({
          asked: async (job) => {
            await job.sendStatus(3, 10);
            // On another link: only what the client has heard of is sure to be known there.
            if (job.workload() === "y") await heard;
            return JSON.stringify(await client.jobStatus(job.handle() as string));
          },
        }),
        2,
      );
      assertEquals(await client.doNormal("asked", "y", "another"), "");
      assertEquals([client.returnCode(), client.doStatus()], [g.GEARMAN_WORK_STATUS, [3, 10]]);
      hear();
      assertEquals(await client.doNormal("asked", "y", "another"), "[true,true,3,10]");
      await working;
      const answers: unknown[] = [];
      client.setStatusCallback((task, n) =>
        void answers.push([n, task.isKnown(), task.jobHandle()])
      );
      client.addTaskStatus(handle, 1);
      client.addTaskStatus("H:none:1", 2);
      assertEquals(await client.runTasks(), true);
      assertEquals(answers.sort(), [[1, false, handle], [2, false, "H:none:1"]]);
    },
  );

  test(`9.8 exceptions are failures until they are asked for, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const { host, port } = place;
    const working = keepWorking(
      await place.worker({ except: (job) => job.sendException("boom") }),
      2,
    );
    const client = t.use(new g.GearmanClient());
    await client.addServer(host, port, false);
    assertEquals([await client.doNormal("except", "1"), client.returnCode()], [
      "",
      g.GEARMAN_WORK_FAIL,
    ]);
    await client.enableExceptionHandler();
    const ended = [await client.doNormal("except", "2"), client.returnCode()];
    assertEquals(ended, ["boom", g.GEARMAN_WORK_EXCEPTION]);
    await working;
  });

  test(`9.9 a server whose queue is full refuses, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const admin = publicEnds(t, place.server.address).admin();
    await admin.createFunction("full");
    await admin.maxQueue("full", 1);
    const warnings: number[] = [];
    const client = await place.client({ onWarning: ({ code }) => warnings.push(code) });
    assert((await client.doBackground("full", "1")).startsWith("H:"));
    assertEquals([await client.doBackground("full", "2"), client.returnCode()], [
      "",
      g.GEARMAN_QUEUE_ERROR,
    ]);
    assertEquals([await client.doNormal("full", "3"), client.returnCode()], [
      "",
      g.GEARMAN_QUEUE_ERROR,
    ]);
    client.addTask("full", "4");
    assertEquals([await client.runTasks(), client.returnCode()], [false, g.GEARMAN_QUEUE_ERROR]);
    assertEquals([await client.runTasks(), client.returnCode()], [true, g.GEARMAN_SUCCESS]);
    assertEquals(warnings, [42, 42, 42]);
  });

  test(`9.9 eight mebibytes of bytes go there and back, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const { host, port } = place;
    const worker = t.use(new g.GearmanWorker({ strings: "bytes" }));
    await worker.addServer(host, port);
    worker.addFunction("echo", (job) => job.workload());
    const client = t.use(new g.GearmanClient({ strings: "bytes" }));
    await client.addServer(host, port);
    const workload = new Uint8Array(8 * 1024 * 1024).map((_, i) => i * 7);
    const [result] = await Promise.all([client.doNormal("echo", workload), worker.work()]);
    assertEquals(result.length, workload.length);
    assert(result.every((byte, i) => byte === workload[i]));
  });
}

test("9.9 what cannot be sent is an argument error, with a warning and an empty value", async () => {
  const warnings: number[] = [];
  const client = new g.GearmanClient({ onWarning: ({ code }) => warnings.push(code) });
  await client.addServer("127.0.0.1", 1, false);
  assertEquals(await client.doNormal("", "x"), "");
  assertEquals(client.addTask("f", ""), false);
  assertEquals(client.addTask("f", "x", null, "u".repeat(65)), false);
  assertEquals(client.addTask("f".repeat(513), "x"), false);
  assertEquals(warnings, [49, 49, 49, 49]);
  assert(client.addTask("f", "x", null, "u".repeat(64)) !== false);
});

test("9.11 options that nobody would look at, and words that mean nothing, are told", () => {
  const client = (options: unknown) => new g.GearmanClient(options as g.GearmanClientOptions);
  const worker = (options: unknown) => new g.GearmanWorker(options as g.GearmanWorkerOptions);
  for (
    const [make, options, message] of [
      [client, { doCall: "once" }, 'Unknown option "doCall" of new GearmanClient(): did you mean'],
      [client, { doCalls: "one" }, 'Expected doCalls to be "loop" or "once", got "one"'],
      [client, { strings: "utf8" }, 'Expected strings to be "text" or "bytes", got "utf8"'],
      [client, { onWarning: true }, "Expected onWarning to be a function, got true"],
      [client, null, "Expected options of new GearmanClient() as an object, got null"],
      [client, "h:1", 'Expected options of new GearmanClient() as an object, got "h:1"'],
      [worker, Promise.resolve(), "Expected options of new GearmanWorker() as an object, got an"],
      [worker, { onWarnings: () => {} }, 'Unknown option "onWarnings" of new GearmanWorker()'],
      [worker, { exceptionText: "" }, 'Expected exceptionText to be "message" or "fixed", got ""'],
    ] as const
  ) assertThrows(() => make(options), TypeError, message);
  client({ doCalls: undefined, strings: "bytes" });
});

test("9.11 shells and clones are harmless", async () => {
  const client = new g.GearmanClient();
  client.setTimeout(5);
  const clone = client.clone();
  assertEquals(clone.timeout(), 5);
  const task = new g.GearmanTask();
  assertEquals([task.data(), task.sendWorkload("x"), task.returnCode()], [false, false, 0]);
  const job = new g.GearmanJob();
  assertEquals([job.workload(), job.handle(), await job.sendComplete("x")], ["", false, false]);
});

test("9.11 an end serialized is an empty object, and no constructor can leave the parent's out", () => {
  for (const end of [new g.GearmanClient(), new g.GearmanWorker()]) {
    assertEquals([JSON.stringify(end), Object.keys(end)], ["{}", []]);
  }
  class Forgetful extends g.GearmanClient {
    // deno-lint-ignore constructor-super -- the mistake that PHP lets pass
    constructor() {
      if (Date.now() < 0) super();
    }
  }
  assertThrows(() => new Forgetful(), ReferenceError);
});
