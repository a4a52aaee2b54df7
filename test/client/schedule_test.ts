/** Schedules: what goes on the wire, what is refused before, and what a server that has none means. */
import { ServerError } from "../../src/errors.ts";
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { Client, type Schedule } from "../../src/client/mod.ts";
import { Worker } from "../../src/worker/mod.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { dial } from "../../src/sockets/detect.ts";
import {
  assertEquals,
  assertMatch,
  assertRejects,
  missing,
  startGearmand,
  test,
} from "../_harness/mod.ts";
import { clientOf } from "./fixtures.ts";

test("background() with a schedule sends its fields, with numbers for names", async (t) => {
  const schedules: readonly (readonly [Schedule | string, string])[] = [
    [{ minute: 5 }, "5 * * * *"],
    [{ minute: "*/10", hour: "22-2" }, "*/10 22-2 * * *"],
    [{ minute: 0, hour: 3, dayOfMonth: 1, month: 12 }, "0 3 1 12 *"],
    [{ minute: 0, hour: 0, month: "jan,Jul", dayOfWeek: "mon-fri,SUN" }, "0 0 * 1,7 0-4,6"],
    [{ minute: 0, month: "oct-feb/2", dayOfWeek: "sat-mon/2" }, "0 * * 10-2/2 5-0/2"],
    ["0 3 * * mon-fri", "0 3 * * 0-4"],
    ["  */5\t*  1,15 dec * ", "*/5 * 1,15 12 *"],
  ];
  const asked: string[] = [];
  const { client, server } = await clientOf(t, [async (peer) => {
    for (const _ of schedules) {
      const [functionName, unique, ...fields] = await peer.expect("SUBMIT_JOB_SCHED");
      assertEquals([functionName, fields.pop()], ["f", "w"]);
      assertMatch(unique, /^u$/);
      asked.push(fields.join(" "));
      peer.send("JOB_CREATED", "H:fake:7");
    }
  }]);
  for (const [schedule] of schedules) {
    const { handle, unique } = await client.background("f", "w", { schedule, unique: "u" });
    assertEquals([handle, unique], ["H:fake:7", "u"]);
  }
  await server.done;
  assertEquals(asked, schedules.map(([, fields]) => fields));
});

test("background() refuses schedules that are none", async (t) => {
  const { client } = await clientOf(t, []);
  const refuses = (options: object, message: string) =>
    assertRejects(() => client.background("f", "", options as { delay: number }), Error, message);
  await refuses(
    { schedule: {} },
    "Expected minute of a schedule as text or a number, got undefined",
  );
  await refuses(
    { schedule: null },
    "Expected a schedule of five fields, as in 0 3 * * mon-fri, got null",
  );
  await refuses(
    { schedule: 7 },
    "Expected a schedule of five fields, as in 0 3 * * mon-fri, got 7",
  );
  await refuses(
    { schedule: { minute: 60 } },
    'Expected minutes from 0 to 59, as in 5, 1-5, */2 or 1,3, got "60"',
  );
  await refuses({ schedule: { minute: 0.5 } }, 'got "0.5"');
  await refuses(
    { schedule: { minute: 0, hour: true } },
    "Expected hour of a schedule as text or a number",
  );
  await refuses(
    { schedule: { minute: 0, dayOfMonth: 31, month: 2 } },
    "Expected a day that the months have",
  );
  await refuses(
    { schedule: "0 3 * *" },
    "Expected a schedule of five fields, as in 0 3 * * mon-fri",
  );
  await refuses({ schedule: "" }, "Expected a schedule of five fields");
  for (const dayOfWeek of ["1", "mon,2", "1-5", "mon-4"]) {
    refuses(
      { schedule: { minute: 0, dayOfWeek } },
      "Expected days of the week by name, as in mon-fri",
    );
  }
  await refuses({ schedule: "0 3 * * 1-5" }, 'by name, as in mon-fri, got "1-5"');
  for (const other of [{ priority: "high" }, { reducer: "r" }, { at: 1 }, { delay: 1 }]) {
    refuses({ schedule: "0 3 * * *", ...other }, "got two of them");
  }
});

test("background() with a schedule is never sent twice, also where jobs may be", async (t) => {
  let submissions = 0;
  const { client } = await clientOf(t, [
    async (peer) => {
      await peer.expect("SUBMIT_JOB_SCHED");
      submissions++;
      await peer.leave();
    },
    async (peer) => {
      await peer.expect("SUBMIT_JOB_SCHED");
      submissions++;
      peer.send("JOB_CREATED", "H:fake:1");
    },
  ], { retry: "idempotent" });
  const error = await assertRejects(
    () => client.background("f", "", { schedule: "0 3 * * *", unique: "u" }),
    Error,
  );
  assertEquals((error as ServerError).outcome, "unacknowledged");
  assertEquals(submissions, 1);
});

test("background() with a schedule says what it means that gearmand refuses it", {
  skip: missing("gearmand"),
  on: ["deno", "bun", "node"],
}, async (t) => {
  const gearmand = t.use(await startGearmand());
  const client = t.use(new Client({ servers: gearmand.address, dial }));
  const error = await assertRejects(
    () => client.background("f", "w", { schedule: "0 3 * * *" }),
    ServerError,
  );
  assertEquals([error.code, error.serverCode, error.outcome], [
    "SERVER",
    "INVALID_COMMAND",
    "unsent",
  ]);
  assertEquals(
    error.message,
    'Server answered "INVALID_COMMAND": "Command not expected": it knows no schedules, as gearmand ' +
      "does not; JobServer and geartrain serve do",
  );
  // And the link is as good as before.
  assertMatch((await client.background("f", "w")).handle, /^H:/);
});

test("Client, JobServer and Worker run a job by its schedule, and tell how the last one ended", async (t) => {
  const { dial, listen } = memoryNetwork();
  const clock = handClock();
  const server = t.use(
    await JobServer.listen({ listen, clock, timeZone: "UTC", results: { ttl: 3_600_000 } }),
  );
  const client = t.use(new Client({ servers: server.address, dial }));
  const schedule = "*/10 * * * *";
  const receipt = await client.background("report", "daily", { schedule });
  assertEquals(await client.status(receipt), {
    isKnown: true,
    isRunning: false,
    numerator: 0,
    denominator: 0,
  });
  assertEquals(await client.fate(receipt), { state: "queued" });
  const worker = new Worker({ servers: server.address, dial });
  t.use({ close: () => worker.close() });
  const workloads: string[] = [];
  worker.add("report", (job) => {
    workloads.push(job.text());
    return `run ${workloads.length}`;
  });
  worker.start();
  for (const run of [1, 2, 3]) {
    const ended = new Promise<void>((resolve) =>
      server.addEventListener("ended", () => resolve(), { once: true })
    );
    clock.turn(600_000);
    await ended;
    const fate = await client.fate(receipt);
    assertEquals(fate.state === "complete" && new TextDecoder().decode(fate.result), `run ${run}`);
  }
  assertEquals(workloads, ["daily", "daily", "daily"]);
  const again = await client.background("report", "new", { schedule, unique: receipt.unique });
  assertEquals(again, receipt);
});
