/** SUBMIT_JOB_SCHED: what is due when, what coalesces, what is shown, and how a series ends. */
import { keyOf } from "../../src/server/bytes.ts";
import type { Journal, RestoredSeries, Series } from "../../src/server/mod.ts";
import { memoryJournal } from "../../src/server/journal.ts";
import { FATE_FUNCTION } from "../../src/protocol/mod.ts";
import { assertEquals, assertThrows, test } from "../_harness/mod.ts";
import { type Actor, Scene } from "./scene.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Submits a series by a line as in a crontab. */
function schedules(
  client: Actor,
  line: string,
  { fn = "f", unique = "", workload = "w" } = {},
): Actor {
  return client.sends("SUBMIT_JOB_SCHED", fn, unique, ...line.split(" "), workload);
}

/** What a worker is given when it asks once more than there are jobs; it ends each. */
function works(worker: Actor): string[] {
  const given: string[] = [];
  for (;;) {
    const [answer] = worker.sends("GRAB_JOB_UNIQ").got().slice(-1);
    if (answer === "NO_JOB") return given;
    given.push(answer.replace("JOB_ASSIGN_UNIQ ", ""));
    worker.sends("WORK_COMPLETE", given.at(-1)!.split("|")[0], "done");
  }
}

// The scene begins at 00:16:40 UTC on Thursday, 1 January 1970.
test("Engine submits the job of a series at each of its times, and wakes the workers then", () => {
  const scene = new Scene();
  schedules(scene.peer(), "*/30 * * * *", { unique: "u" }).gets("JOB_CREATED H:t:1");
  const worker = scene.worker("f").sends("GRAB_JOB").sends("PRE_SLEEP").gets("NO_JOB");
  scene.after(13 * MINUTE);
  worker.gets();
  scene.after(20_000);
  worker.gets("NOOP").sends("GRAB_JOB_UNIQ").gets("JOB_ASSIGN_UNIQ H:t:2|f|u|w");
  worker.sends("WORK_COMPLETE", "H:t:2", "").sends("PRE_SLEEP");
  scene.after(HOUR);
  worker.gets("NOOP");
  assertEquals(works(worker), ["H:t:3|f|u|w"]);
});

test("Engine reads the times of a series by its own time zone", () => {
  const dueAt = (timeZone: string | undefined) => {
    const scene = new Scene({ timeZone });
    schedules(scene.peer(), "0 3 * * *").got();
    return scene.engine.nextTick()! / HOUR;
  };
  assertEquals([undefined, "UTC", "Asia/Tokyo", "America/New_York"].map(dueAt), [3, 3, 18, 8]);
  assertThrows(() => new Scene({ timeZone: "Mars" }), RangeError, 'got "Mars"');
});

test("Engine refuses fields that are none, and says why", () => {
  const scene = new Scene();
  const client = scene.peer();
  const text =
    "Expected days of the week from 0, Monday, to 6, or mon to sun, as in 5, 1-5, */2 or 1,3";
  schedules(client, "0 0 * * 7").gets(`ERROR INVALID_ARGUMENT|${text}, got "7"`);
  schedules(client, "60 0 * * *").gets(
    'ERROR INVALID_ARGUMENT|Expected minutes from 0 to 59, as in 5, 1-5, */2 or 1,3, got "60"',
  );
  schedules(client, "0 0 31 2 *").gets(
    'ERROR INVALID_ARGUMENT|Expected a day that the months have, got "31" in months "2"',
  );
  schedules(client, "* * * * *", { unique: "u".repeat(64) }).gets(
    "ERROR ARGUMENT_TOO_LARGE|Unique value too large",
  );
  client.says("show jobs").gets(".\n").says("status").gets(".\n");
  assertEquals(scene.engine.nextTick(), undefined);
});

test("Engine takes an empty field for all, as in SUBMIT_JOB_SCHED of no time at all", () => {
  const scene = new Scene();
  scene.peer().sends("SUBMIT_JOB_SCHED", "f", "", "", "", "", "", "", "w").gets(
    "JOB_CREATED H:t:1",
  );
  assertEquals(scene.engine.nextTick(), 17 * MINUTE);
});

test("Engine submits no second job while the last one of a series is under way", () => {
  for (const unique of ["u", "", "-"]) {
    const scene = new Scene();
    const client = schedules(scene.peer(), "* * * * *", { unique });
    client.gets("JOB_CREATED H:t:1");
    scene.after(3 * MINUTE);
    client.says("show jobs").gets("H:t:2\t0\t0\t1\nH:t:1\t0\t0\t1\n.\n");
    const worker = scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:2|f|w");
    scene.after(3 * MINUTE);
    worker.sends("GRAB_JOB").gets("NO_JOB").sends("WORK_COMPLETE", "H:t:2", "").gets();
    worker.sends("GRAB_JOB").gets("NO_JOB");
    scene.after(MINUTE);
    worker.sends("GRAB_JOB").gets("JOB_ASSIGN H:t:3|f|w");
  }
});

test("Engine has a job of a series join the job of its unique that is under way, as a submission does", () => {
  const scene = new Scene();
  schedules(scene.peer(), "* * * * *", { unique: "u" }).gets("JOB_CREATED H:t:1");
  const client = scene.peer().sends("SUBMIT_JOB", "f", "u", "by hand").gets("JOB_CREATED H:t:2");
  scene.after(MINUTE);
  const worker = scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:2|f|by hand");
  worker.sends("GRAB_JOB").gets("NO_JOB").sends("WORK_COMPLETE", "H:t:2", "r");
  client.gets("WORK_COMPLETE H:t:2|r");
  // And a client that submits the unique gets the result of the job that the series submitted.
  scene.after(MINUTE);
  client.sends("SUBMIT_JOB", "f", "u", "").gets("JOB_CREATED H:t:3");
  assertEquals(works(worker), ["H:t:3|f|u|w"]);
  client.gets("WORK_COMPLETE H:t:3|done");
});

test("Engine submits one job for all times that have passed unseen", () => {
  const scene = new Scene();
  schedules(scene.peer(), "0 * * * *").got();
  scene.now += 5 * HOUR;
  const worker = scene.worker("f");
  scene.engine.tick();
  assertEquals(works(worker), ["H:t:2|f||w"]);
  assertEquals(scene.engine.nextTick(), 6 * HOUR);
});

test("Engine keeps a series apart from others of another function, and from those without a unique", () => {
  const client = new Scene().peer();
  schedules(client, "0 3 * * *", { unique: "u" }).gets("JOB_CREATED H:t:1");
  schedules(client, "0 3 * * *", { unique: "u", fn: "g" }).gets("JOB_CREATED H:t:2");
  schedules(client, "0 3 * * *").gets("JOB_CREATED H:t:3");
  schedules(client, "0 3 * * *").gets("JOB_CREATED H:t:4");
  schedules(client, "0 3 * * *", { unique: "-" }).gets("JOB_CREATED H:t:5");
  schedules(client, "0 3 * * *", { unique: "-" }).gets("JOB_CREATED H:t:6");
  client.says("show unique jobs").gets("u\nu\n\n\n-\n-\n.\n");
});

test("Engine gives a series new times and a new workload when its unique is submitted again", () => {
  const scene = new Scene();
  const client = schedules(scene.peer(), "0 3 * * *", { unique: "u" }).gets("JOB_CREATED H:t:1");
  schedules(client, "0 3 * * *", { unique: "u" }).gets("JOB_CREATED H:t:1");
  assertEquals(scene.engine.nextTick(), 3 * HOUR);
  schedules(client, "0 5 * * *", { unique: "u", workload: "new" }).gets("JOB_CREATED H:t:1");
  assertEquals(scene.engine.nextTick(), 5 * HOUR);
  client.says("show jobs").gets("H:t:1\t0\t0\t1\n.\n");
  scene.after(5 * HOUR);
  assertEquals(works(scene.worker("f")), ["H:t:2|f|u|new"]);
  assertEquals(scene.engine.nextTick(), DAY + 5 * HOUR);
});

test("Engine ends a series by `cancel job`, and leaves the job that it has submitted", () => {
  const scene = new Scene();
  const client = schedules(scene.peer(), "* * * * *", { unique: "u" }).gets("JOB_CREATED H:t:1");
  scene.after(MINUTE);
  client.says("cancel job H:t:1").gets("OK\r\n").says("show jobs").gets("H:t:2\t0\t0\t1\n.\n");
  client.says("cancel job H:t:1").gets("ERR UNKNOWN_JOB\r\n");
  scene.after(DAY);
  assertEquals(works(scene.worker("f")), ["H:t:2|f|u|w"]);
  assertEquals(scene.engine.nextTick(), undefined);
  schedules(client, "* * * * *", { unique: "u" }).gets("JOB_CREATED H:t:3");
});

test("Engine goes on with a series whose job was cancelled, or has failed", () => {
  const scene = new Scene();
  const client = schedules(scene.peer(), "* * * * *").gets("JOB_CREATED H:t:1");
  scene.after(MINUTE);
  client.says("cancel job H:t:2").gets("OK\r\n");
  scene.after(MINUTE);
  scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:3|f|w").sends("WORK_FAIL", "H:t:3");
  scene.after(MINUTE);
  assertEquals(works(scene.worker("f")), ["H:t:4|f||w"]);
});

test("Engine ends the series of a function that is dropped", () => {
  const scene = new Scene();
  const client = schedules(scene.peer(), "* * * * *", { unique: "u" });
  schedules(client, "* * * * *", { fn: "g" }).got();
  client.says("drop function f").gets("OK\r\n").says("show jobs").gets("H:t:2\t0\t0\t1\n.\n");
  scene.after(MINUTE);
  client.says("status").gets("g\t1\t0\t0\n.\n");
});

test("Engine answers for a series as for the job that it has submitted last", () => {
  const scene = new Scene({ results: { ttl: DAY } });
  const client = schedules(scene.peer(), "0 * * * *", { unique: "u" }).gets("JOB_CREATED H:t:1");
  const asks = (question: string) => {
    const [, answer] = client.sends("SUBMIT_JOB", FATE_FUNCTION, "", question).got();
    return answer.replace(/^WORK_COMPLETE H:t:\d+\|/, "").replace(/ \d{7,}/, "").trimEnd();
  };
  const all = () => [
    ...client.sends("GET_STATUS", "H:t:1").sends("GET_STATUS_UNIQUE", "u").got(),
    asks("handle H:t:1"),
    asks("unique u"),
  ];
  const idle = ["STATUS_RES H:t:1|1|0|0|0", "STATUS_RES_UNIQUE u|1|0|0|0|0"];
  assertEquals(all(), [...idle, "queued", "queued"]);
  scene.after(HOUR);
  assertEquals(all(), [...idle, "queued", "queued"]);
  const [assigned] = scene.worker("f").sends("GRAB_JOB").got();
  const worker = scene.worker("f");
  const handle = assigned.replace("JOB_ASSIGN ", "").split("|")[0];
  worker.sends("WORK_STATUS", handle, "1", "2").got();
  assertEquals(all(), [
    "STATUS_RES H:t:1|1|1|0|0",
    "STATUS_RES_UNIQUE u|1|1|0|0|0",
    "running 0 0",
    "running 0 0",
  ]);
  client.says(`cancel job ${handle}`).gets("OK\r\n");
  assertEquals(all(), [...idle, "failed", "failed"]);
  client.says("cancel job H:t:1").gets("OK\r\n").sends("GET_STATUS", "H:t:1").gets(
    "STATUS_RES H:t:1|0|0|0|0",
  );
  assertEquals([asks("handle H:t:1"), asks("unique u")], ["unknown", "failed"]);
});

test("Engine counts no series as a job that waits, and its jobs as any others", () => {
  const scene = new Scene();
  const client = schedules(scene.peer(), "* * * * *").says("status").says("maxqueue f 1");
  client.gets("JOB_CREATED H:t:1", "f\t0\t0\t0\n.\n", "OK\r\n");
  client.sends("SUBMIT_JOB_BG", "f", "", "in the way").gets("JOB_CREATED H:t:2");
  scene.after(2 * MINUTE);
  const worker = scene.worker("f");
  assertEquals(works(worker), ["H:t:2|f||in the way"]);
  // There was no room for it. It is tried again every minute, also when it is due once an hour.
  scene.after(MINUTE);
  assertEquals(works(worker), ["H:t:3|f||w"]);
});

test("Engine refuses a series for which there is no memory, of which it takes a good deal", () => {
  const scene = new Scene({ maxQueuedBytes: 4000 });
  const client = schedules(scene.peer(), "* * * * *", { unique: "u" }).gets("JOB_CREATED H:t:1");
  const full = "ERROR QUEUE_ERROR|Job queue is full";
  const workload = "w".repeat(2000);
  schedules(client, "* * * * *", { workload }).gets(full);
  schedules(client, "* * * * *", { workload: "w".repeat(950) }).gets(full);
  schedules(client, "0 * * * *", { unique: "u", workload }).gets(full);
  assertEquals(scene.engine.nextTick(), 17 * MINUTE);
  client.says("cancel job H:t:1").gets("OK\r\n");
  schedules(client, "0 * * * *", { workload: "w".repeat(1000) }).gets("JOB_CREATED H:t:2");
});

test("Engine submits the jobs of many series that are due at once in several goes", () => {
  const scene = new Scene();
  const client = scene.peer();
  for (let i = 0; i < 1200; i++) schedules(client, "0 3 * * *", { unique: `u${i}` });
  scene.now = 3 * HOUR;
  const counts = [0, 0, 0, 0].map(() => {
    scene.engine.tick();
    return [scene.engine.jobCount, scene.engine.nextTick()];
  });
  const later = 27 * HOUR;
  assertEquals(counts, [[500, 3 * HOUR], [1000, 3 * HOUR], [1200, later], [1200, later]]);
});

test("Engine goes on with a series when the clock has stood far ahead, and not when it is set back a little", () => {
  const ahead = (by: number) => {
    const scene = new Scene();
    const start = scene.now;
    scene.now += by;
    const client = schedules(scene.peer(), "0 * * * *", { unique: "u" });
    scene.now = start;
    return { scene, client };
  };
  const year = 365 * DAY;
  const far = ahead(year);
  assertEquals(far.scene.engine.nextTick(), year + HOUR);
  schedules(far.client, "0 * * * *", { unique: "u" });
  assertEquals(far.scene.engine.nextTick(), HOUR);

  const looked = ahead(year).scene;
  looked.now += year;
  looked.engine.tick();
  looked.now -= year;
  looked.engine.tick();
  assertEquals(looked.engine.nextTick(), HOUR);

  const kept = new Scene();
  kept.engine.restoreSeries(restored({ since: year }));
  assertEquals(kept.engine.nextTick(), HOUR);

  const little = ahead(50 * MINUTE);
  schedules(little.client, "0 * * * *", { unique: "u" });
  little.scene.engine.tick();
  assertEquals(little.scene.engine.nextTick(), 2 * HOUR);
});

test("Engine submits nothing of a series once it drains", () => {
  const scene = new Scene();
  schedules(scene.peer(), "* * * * *").gets("JOB_CREATED H:t:1");
  scene.engine.drain();
  assertEquals([scene.engine.isDrained, scene.engine.nextTick()], [true, undefined]);
  scene.now += HOUR;
  scene.engine.tick();
  assertEquals(scene.engine.jobCount, 0);
});

/** A journal that has what it is told at once, or says what it was told. */
function noting(): { journal: Journal; told: string[]; series: Series[] } {
  const told: string[] = [];
  const series: Series[] = [];
  const journal: Journal = {
    ...memoryJournal(),
    keep: ({ number }) => told.push(`keep ${number}`),
    forget: ({ number }) => told.push(`forget ${number}`),
    keepSeries: (one) => {
      const { number, plan, progress } = one;
      series.push(one);
      told.push(
        `series ${number}: ${plan.times} ${keyOf(plan.workload)} ` +
          `since ${progress.since / MINUTE} run ${progress.lastRun}`,
      );
    },
    forgetSeries: ({ number }) => told.push(`forget series ${number}`),
  };
  return { journal, told, series };
}

test("Engine has a series kept with its progress, and forgotten at its end", () => {
  const { journal, told } = noting();
  const scene = new Scene({ journal });
  scene.now = 10 * MINUTE;
  const client = schedules(scene.peer(), "30 * * * *", { unique: "u" });
  schedules(client, "30 * * * *", { unique: "u" });
  scene.after(25 * MINUTE);
  works(scene.worker("f"));
  schedules(client, "40  * * *", { unique: "u", workload: "v" });
  scene.after(HOUR);
  client.says("cancel job H:t:1");
  assertEquals(told, [
    "series 1: 30 * * * * w since 10 run 0",
    "keep 2",
    "series 1: 30 * * * * w since 30 run 2",
    "forget 2",
    "series 1: 40 * * * * v since 35 run 2",
    "keep 3",
    "series 1: 40 * * * * v since 40 run 3",
    "forget series 1",
  ]);
});

const encoder = new TextEncoder();

function restored(more: Partial<RestoredSeries> = {}): RestoredSeries {
  return {
    number: 7,
    functionName: encoder.encode("f"),
    unique: encoder.encode("u"),
    workload: encoder.encode("w"),
    times: "0 * * * *",
    since: 0,
    lastRun: 0,
    ...more,
  };
}

test("Engine goes on with restored series, and makes up for what was missed with one job", () => {
  const scene = new Scene();
  scene.now = 5 * HOUR + MINUTE;
  scene.engine.restoreSeries(restored());
  assertEquals(scene.engine.nextTick(), HOUR);
  scene.engine.tick();
  assertEquals(works(scene.worker("f")), ["H:t:1|f|u|w"]);
  assertEquals(scene.engine.nextTick(), 6 * HOUR);
  scene.peer().says("show jobs").gets("H:t:7\t0\t0\t1\n.\n");
  schedules(scene.peer(), "0 * * * *", { unique: "u" }).gets("JOB_CREATED H:t:7");
});

test("Engine knows the last job of a restored series, if that is under way still", () => {
  const scene = new Scene();
  scene.now = 5 * HOUR + MINUTE;
  const { functionName, workload } = restored();
  const unique = new Uint8Array(0);
  scene.engine.restore({ number: 6, functionName, unique, workload, priority: 1, retries: 0 });
  scene.engine.restoreSeries(restored({ unique, lastRun: 6 }));
  scene.engine.tick();
  assertEquals(works(scene.worker("f")), ["H:t:6|f||w"]);
});

test("Engine.refuseSeries() takes back what could not be kept, and tries again a minute later", () => {
  const { journal, series } = noting();
  const scene = new Scene({ journal, maxQueuedBytes: 6000 });
  const client = schedules(scene.peer(), "0 * * * *", { unique: "u" }).gets("JOB_CREATED H:t:1");
  scene.engine.refuseSeries(series[0]);
  client.says("show jobs").gets(".\n").sends("GET_STATUS_UNIQUE", "u").gets(
    "STATUS_RES_UNIQUE u|0|0|0|0|0",
  );
  scene.engine.refuseSeries(series[0]);

  schedules(client, "0 * * * *", { unique: "u" }).gets("JOB_CREATED H:t:2");
  const [, one] = series;
  one.kept = { plan: one.plan, progress: one.progress };
  schedules(client, "* * * * *", { unique: "u", workload: "w".repeat(3000) }).got();
  scene.engine.refuseSeries(one);
  assertEquals([one.plan.times, keyOf(one.plan.workload)], ["0 * * * *", "w"]);
  scene.now = HOUR;
  scene.engine.tick();
  scene.engine.refuseSeries(one);
  assertEquals([one.progress.lastRun, scene.engine.nextTick()], [0, HOUR + MINUTE]);
  client.says("cancel job H:t:2").got();
  scene.engine.refuseSeries(one);
  assertEquals(scene.engine.nextTick(), undefined);
});
