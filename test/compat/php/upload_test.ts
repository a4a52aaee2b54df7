/** Workloads that a callback gives bit by bit, and results that are read so: large data, at both servers. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertSameBytes,
  pattern,
  test,
} from "../../_harness/mod.ts";
import { SERVERS } from "../../_harness/job_server.ts";
import * as g from "../../../src/compat/php/mod.ts";
import { keepWorking, placeAt } from "./place.ts";

for (const { name: where, skip, start } of SERVERS) {
  const at = { skip };

  test(`sendWorkload() gives a task's workload piece by piece, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const working = keepWorking(await place.worker({ echo: (job) => job.workload() }), 2);
    const client = await place.client();
    const taken: unknown[] = [];
    const told: unknown[] = [];
    // The two letters too many are not taken.
    const left: Record<string, string[]> = {
      foreground: ["one ", "two ", "threeee"],
      background: ["all"],
    };
    client.setWorkloadCallback((task, context) =>
      void taken.push([context, task.sendWorkload(left[context].shift()!)])
    );
    client.setCreatedCallback((_task, context) => void told.push([context, "created"]));
    client.setCompleteCallback((task, context) => void told.push([context, task.data()]));
    client.addTask("echo", { size: 13 }, "foreground");
    assertEquals([await client.runTasks(), client.returnCode()], [true, g.GEARMAN_SUCCESS]);
    client.addTaskBackground("echo", { size: 3 }, "background");
    assertEquals([await client.runTasks(), client.returnCode()], [true, g.GEARMAN_SUCCESS]);
    assertEquals(taken, [
      ["foreground", 4],
      ["foreground", 4],
      ["foreground", 5],
      ["background", 3],
    ]);
    assertEquals(told, [
      ["foreground", "created"],
      ["foreground", "one two three"],
      ["background", "created"],
    ]);
    await working;
  });

  test(
    `9.2 recvData() reads in pieces what sendWorkload() gave in pieces, 8 MiB at ${where}`,
    at,
    async (t) => {
      const { host, port } = await placeAt(t, start);
      const worker = t.use(new g.GearmanWorker({ strings: "bytes" }));
      await worker.addServer(host, port);
      worker.addFunction("echo", (job) => job.workload());
      const client = t.use(new g.GearmanClient({ strings: "bytes" }));
      await client.addServer(host, port);
      client.addOptions(g.GEARMAN_CLIENT_UNBUFFERED_RESULT);
      const whole = pattern(8 * 1024 * 1024);
      const buffer = new Uint8Array(300_000);
      let sent = 0;
      client.setWorkloadCallback((task) => {
        // The same buffer each time, as one reads a file.
        const piece = whole.subarray(sent, sent + buffer.length);
        buffer.set(piece);
        sent += task.sendWorkload(buffer.subarray(0, piece.length)) as number;
      });
      const back = new Uint8Array(whole.length);
      let received = 0;
      client.setCompleteCallback((task) => {
        assertEquals([task.data(), task.dataSize()], [false, whole.length]);
        for (;;) {
          const [length, bytes] = task.recvData(1_000_000) as [number, Uint8Array];
          if (length === 0) break;
          back.set(bytes, received);
          received += length;
        }
      });
      client.addTask("echo", { size: whole.length });
      const [isRun] = await Promise.all([client.runTasks(), worker.work()]);
      assertEquals([isRun, sent, received], [true, whole.length, whole.length]);
      assertSameBytes(back, whole);
    },
  );

  test(`a workload that is not given is submitted nowhere, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const seen: string[] = [];
    const working = keepWorking(
      await place.worker({ note: (job) => void seen.push(job.workload()) }),
      1,
    );
    const warnings: unknown[] = [];
    const client = await place.client({
      onWarning: ({ method, code, message }) => warnings.push([method, code, message]),
    });
    client.addTask("note", { size: 5 });
    assertEquals([await client.runTasks(), client.returnCode()], [
      false,
      g.GEARMAN_NEED_WORKLOAD_FN,
    ]);
    const left: Record<string, string[]> = { whole: ["two"], short: ["four"] };
    client.setWorkloadCallback((task, context) =>
      void task.sendWorkload(left[context].shift() ?? "")
    );
    client.addTaskBackground("note", { size: 3 }, "whole");
    client.addTask("note", { size: 5 }, "short");
    assertEquals([await client.runTasks(), client.returnCode()], [
      false,
      g.GEARMAN_NEED_WORKLOAD_FN,
    ]);
    // What is under way besides goes on with the next run.
    assertEquals([await client.runTasks(), client.returnCode()], [true, g.GEARMAN_SUCCESS]);
    await working;
    assertEquals(seen, ["two"]);
    assertEquals(warnings, [
      ["GearmanClient::runTasks", 37, "Expected 5 more bytes of workload, its callback gave none"],
      ["GearmanClient::runTasks", 37, "Expected 1 more bytes of workload, its callback gave none"],
    ]);
  });

  test(`a workload callback may pause, and may throw, at ${where}`, at, async (t) => {
    const place = await placeAt(t, start);
    const working = keepWorking(await place.worker({ echo: (job) => job.workload() }), 1);
    const client = await place.client();
    const results: unknown[] = [];
    let asked = 0;
    client.setWorkloadCallback((task) => {
      asked++;
      if (asked === 1) throw new Error("disk");
      if (asked === 2) return g.GEARMAN_PAUSE;
      task.sendWorkload("paused");
    });
    client.setCompleteCallback((task) => void results.push(task.data()));
    client.addTask("echo", { size: 6 });
    await assertRejects(() => client.runTasks(), Error, "disk");
    assertEquals([await client.runTasks(), client.returnCode()], [true, g.GEARMAN_SUCCESS]);
    client.addTask("echo", { size: 6 });
    assertEquals([await client.runTasks(), client.returnCode()], [true, g.GEARMAN_PAUSE]);
    assertEquals([await client.runTasks(), client.returnCode()], [true, g.GEARMAN_SUCCESS]);
    assertEquals([asked, results], [3, ["paused"]]);
    await working;
  });

  test(
    `a workload that comes bit by bit finds the server that is up, at ${where}`,
    at,
    async (t) => {
      const place = await placeAt(t, start);
      const working = keepWorking(await place.worker({ echo: (job) => job.workload() }), 1);
      const client = await place.client();
      await client.addServer("127.0.0.1", 1, false);
      const results: unknown[] = [];
      client.setWorkloadCallback((task) => void task.sendWorkload("here"));
      client.setCompleteCallback((task) => void results.push(task.data()));
      client.addTask("echo", { size: 4 });
      assertEquals([await client.runTasks(), results], [true, ["here"]]);
      await working;
    },
  );
}

test("addTask() takes a size that a packet can say, and no unique made of the workload", () => {
  const warnings: unknown[] = [];
  const client = new g.GearmanClient({ onWarning: ({ code }) => warnings.push(code) });
  for (const size of [0, -1, 1.5, 2 ** 32, NaN]) {
    assertEquals(client.addTask("f", { size }), false);
  }
  assertEquals(client.addTaskBackground("f", { size: 1 }, null, "#"), false);
  assertEquals(warnings, [49, 49, 49, 49, 49, 49]);
  assert(client.addTask("f", { size: 1 }, null, "key") !== false);
});

test("sendWorkload() is false at any other time, with a warning", async (t) => {
  const warnings: unknown[] = [];
  const client = t.use(
    new g.GearmanClient({ onWarning: ({ method, code }) => warnings.push([method, code]) }),
  );
  const task = client.addTask("f", { size: 3 }) as g.GearmanTask;
  assertEquals([task.sendWorkload("abc"), task.returnCode()], [false, 49]);
  assertEquals(warnings, [["GearmanTask::sendWorkload", 0]]);
  await undefined;
});
