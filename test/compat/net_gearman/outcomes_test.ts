/** How a worker runs job classes, and what comes of it: the second part of section 5. */
import { assert, assertEquals, assertRejects, test } from "../../_harness/mod.ts";
import { fakeServer } from "../../_harness/fake_server.ts";
import {
  Net_Gearman_Exception,
  Net_Gearman_Job_Common,
  Net_Gearman_Job_Exception,
  Net_Gearman_Set,
  Net_Gearman_Task,
  Net_Gearman_Worker,
} from "../../../src/compat/net_gearman/mod.ts";
import { clientOf, SERVERS, workerOf, workOn } from "./ends.ts";
import { JOB_FILES, jobClass } from "./job_classes.ts";
import { assign, welcome } from "./scripts.ts";

export const notOnWorkerd = "servers are started in this process";

const { JOB_NORMAL, TASK_FAIL } = Net_Gearman_Task;
const { JOB_START, JOB_COMPLETE, JOB_FAIL } = Net_Gearman_Worker;

test("5.14 what run() itself sends ends the job: the worker sends no second packet", async (t) => {
  const server = t.use(
    await fakeServer([async (peer) => {
      await welcome(peer);
      await assign(peer, "H:fake:1", "f");
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
      [
        "fail",
        "homeless",
        'Invalid Job class file: <empty>, for function "homeless": Net_Gearman_Job_homeless is not registered',
      ],
      ["start", "list", { id: 7 }],
      ["complete", "list", [1, 2]],
      ["complete too", "list", [1, 2]],
    ]);
  });

  test(
    `5.11 another Net_Gearman_Exception fails the job, and no other ${where}`,
    options,
    async (t) => {
      const place = await start(t);
      const worker = workerOf(t, place, {
        connects() {
          throw new Net_Gearman_Exception("Failed to connect to a Gearman server");
        },
        goes: () => "on",
      });
      const failures: unknown[] = [];
      worker.attachCallback((_handle, job, error) => failures.push([job, error.message]), JOB_FAIL);
      const work = worker.beginWork();
      const client = clientOf(t, place);
      for (let i = 0; i < 2; i++) {
        await assertRejects(() => client.connects("x", JOB_NORMAL), Net_Gearman_Job_Exception);
        assertEquals(await client.goes("x", JOB_NORMAL), { result: "on" });
      }
      const failure = ["connects", "Failed to connect to a Gearman server"];
      assertEquals(failures, [failure, failure]);
      await worker.endWork();
      await work;
    },
  );

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

  test(`5.1 a worker runs the class of a job file ${where}`, options, async (t) => {
    const place = await start(t);
    const worker = workOn(t, place, {});
    worker.addAbility("capitals", null, {
      path: `${JOB_FILES}/upper.mjs`,
      class_name: "Net_Gearman_Job_upper",
    });
    assertEquals(await clientOf(t, place).capitals("abc", JOB_NORMAL), { result: "ABC" });
  });
}
