/** Which submissions share a job, and what becomes of it when one of its clients leaves. */
import { EMPTY } from "../../src/server/bytes.ts";
import { FunctionEntry } from "../../src/server/functions.ts";
import { Job } from "../../src/server/jobs.ts";
import { KeyedHash } from "../../src/server/keyed_hash.ts";
import { JobUniques } from "../../src/server/uniques.ts";
import { assertEquals, test } from "../_harness/mod.ts";
import { Scene } from "./scene.ts";

const DASH = Uint8Array.of(0x2d);

test("Engine joins foreground submissions of one unique, and reports to all", () => {
  const scene = new Scene();
  const first = scene.peer().sends("SUBMIT_JOB", "f", "u", "one").gets("JOB_CREATED H:t:1");
  const second = scene.peer().sends("SUBMIT_JOB_HIGH", "f", "u", "two").gets("JOB_CREATED H:t:1");
  const worker = scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f|one");
  worker.sends("WORK_DATA", "H:t:1", "early");
  const late = scene.peer().sends("SUBMIT_JOB", "f", "u", "").gets("JOB_CREATED H:t:1");
  worker.sends("WORK_COMPLETE", "H:t:1", "r").sends("GRAB_JOB").gets("NO_JOB");
  first.gets("WORK_DATA H:t:1|early", "WORK_COMPLETE H:t:1|r");
  second.gets("WORK_DATA H:t:1|early", "WORK_COMPLETE H:t:1|r");
  late.gets("WORK_COMPLETE H:t:1|r");
});

test("Engine reports twice to a connection that submitted twice", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "u", "").sends("SUBMIT_JOB", "f", "u", "");
  scene.worker("f").sends("GRAB_JOB").sends("WORK_COMPLETE", "H:t:1", "");
  client.gets(
    "JOB_CREATED H:t:1",
    "JOB_CREATED H:t:1",
    "WORK_COMPLETE H:t:1|",
    "WORK_COMPLETE H:t:1|",
  );
});

test("Engine reports as often as each connection has submitted, and no more once it has left", () => {
  const scene = new Scene();
  const [once, twice, left] = [scene.peer(), scene.peer(), scene.peer()];
  for (const client of [left, twice, once, twice, left, left]) {
    client.sends("SUBMIT_JOB", "f", "u", "").gets("JOB_CREATED H:t:1");
  }
  const worker = scene.worker("f").sends("GRAB_JOB");
  left.leaves();
  twice.sends("OPTION_REQ", "exceptions").gets("OPTION_RES exceptions");
  worker.sends("WORK_STATUS", "H:t:1", "1", "2").sends("WORK_EXCEPTION", "H:t:1", "e");
  once.gets("WORK_STATUS H:t:1|1|2", "WORK_FAIL H:t:1");
  const [status, exception] = ["WORK_STATUS H:t:1|1|2", "WORK_EXCEPTION H:t:1|e"];
  twice.gets(status, status, exception, exception);
  left.gets();
});

test("Engine counts a client's submissions together, when the first client has left in between", () => {
  const scene = new Scene();
  const [first, second] = [scene.peer(), scene.peer()];
  for (const client of [first, second, second]) client.sends("SUBMIT_JOB", "f", "u", "");
  first.leaves();
  second.sends("SUBMIT_JOB", "f", "u", "").got();
  const worker = scene.worker("f").sends("GRAB_JOB").sends("WORK_DATA", "H:t:1", "d");
  second.gets(...Array(3).fill("WORK_DATA H:t:1|d"));
  second.leaves();
  worker.got();
  worker.sends("GET_STATUS_UNIQUE", "u").gets("STATUS_RES_UNIQUE u|1|1|0|0|0");
});

test("Engine has clients wait for a job until its end, and no longer, whoever came first", () => {
  const scene = new Scene();
  const clients = [scene.peer(), scene.peer()];
  for (const client of clients) client.sends("SUBMIT_JOB", "f", "u", "");
  const worker = scene.worker("f").sends("GRAB_JOB");
  assertEquals([...clients, worker].map(({ isWaiting }) => isWaiting), [true, true, true]);
  worker.sends("WORK_COMPLETE", "H:t:1", "");
  assertEquals([...clients, worker].map(({ isWaiting }) => isWaiting), [false, false, false]);
});

test("Engine keeps what it relays for those who do not copy it", () => {
  const scene = new Scene();
  const clients = [scene.peer(), scene.peer()];
  for (const client of clients) client.sends("SUBMIT_JOB", "f", "u", "").got();
  const worker = scene.worker("f").sends("GRAB_JOB");
  const large = "d".repeat(200);
  worker.sends("WORK_DATA", "H:t:1", large).sends("WORK_COMPLETE", "H:t:1", "small");
  for (const client of clients) {
    client.gets(`WORK_DATA H:t:1|${large}`, "WORK_COMPLETE H:t:1|small");
  }
});

test("Engine keeps uniques apart by function, by case, by every byte, and by emptiness", () => {
  const scene = new Scene();
  const client = scene.peer();
  for (
    const [fn, unique] of [["f", "u"], ["g", "u"], ["f", "U"], ["f", " u"], ["f", ""], ["f", ""]]
  ) {
    client.sends("SUBMIT_JOB", fn, unique, "same");
  }
  client.sends("SUBMIT_JOB", "f", Uint8Array.of(0xff), "").sends(
    "SUBMIT_JOB",
    "f",
    Uint8Array.of(0xfe),
    "",
  );
  client.gets(...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `JOB_CREATED H:t:${n}`));
});

test("Engine joins submissions of unique - by their workload", () => {
  const scene = new Scene();
  const client = scene.peer();
  client.sends("SUBMIT_JOB", "f", "-", "a").sends("SUBMIT_JOB", "f", "-", "b");
  client.sends("SUBMIT_JOB", "f", "-", "a").sends("SUBMIT_JOB", "f", "named", "a");
  client.sends("SUBMIT_JOB", "f", "-", "").sends("SUBMIT_JOB", "f", "-", "");
  client.gets(...[1, 2, 1, 3, 4, 5].map((n) => `JOB_CREATED H:t:${n}`));
  client.sends("GET_STATUS_UNIQUE", "-").gets("STATUS_RES_UNIQUE -|0|0|0|0|0");
  const worker = scene.worker("f").sends("GRAB_JOB_UNIQ").gets("JOB_ASSIGN_UNIQ H:t:1|f|-|a");
  worker.sends("WORK_COMPLETE", "H:t:1", "").gets();
  client.gets("WORK_COMPLETE H:t:1|", "WORK_COMPLETE H:t:1|");
  client.sends("SUBMIT_JOB", "f", "-", "a").gets("JOB_CREATED H:t:6");
});

test("JobUniques keeps workloads of unique - apart though their hash is the same", () => {
  const jobs = new JobUniques(() => 7);
  const fn = new FunctionEntry(new Uint8Array(0));
  const [a, b] = ["a", "b"].map((text) => {
    const workload = new TextEncoder().encode(text);
    const submission = { fn, unique: DASH, workload, priority: 1 } as const;
    const job = new Job(1, "", jobs.keyFor(submission), submission);
    jobs.add(job);
    return job;
  });
  const found = () => [a, b].map((job) => jobs.get(7, job));
  assertEquals(found(), [a, b]);
  assertEquals(jobs.get(7, { ...a, fn: new FunctionEntry(DASH) }), undefined);
  const again = new Job(2, "", 7, { ...b, priority: 1 });
  jobs.add(again);
  assertEquals(found(), [a, again]);
  jobs.delete(b);
  jobs.delete(a);
  assertEquals(found(), [undefined, again]);
  jobs.delete(again);
  assertEquals(found(), [undefined, undefined]);
});

test("KeyedHash has a key of its own, and counts every byte and every end", () => {
  const hash = new KeyedHash();
  const bytes = new Uint8Array(12);
  const parts = [[bytes], [bytes.subarray(1)], [bytes, EMPTY], [EMPTY, bytes]];
  parts.push([bytes.subarray(5), bytes.subarray(7)], [bytes.subarray(7), bytes.subarray(5)]);
  for (let at = 0; at < 11; at++) parts.push([bytes.with(at, 1).subarray(0, 11)]);
  const sums = parts.map((one) => hash.of(one));
  assertEquals(new Set(sums).size, parts.length);
  assertEquals(parts.map((one) => hash.of(one)), sums);
  const other = new KeyedHash();
  assertEquals(parts.every((one, i) => other.of(one) !== sums[i]), true);
});

test("Engine frees a unique when its job ends", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "u", "");
  scene.worker("f").sends("GRAB_JOB").sends("WORK_FAIL", "H:t:1");
  client.sends("SUBMIT_JOB", "f", "u", "").gets(
    "JOB_CREATED H:t:1",
    "WORK_FAIL H:t:1",
    "JOB_CREATED H:t:2",
  );
});

test("Engine drops a waiting job whose only client has left, at the next grab", () => {
  const scene = new Scene();
  scene.peer().sends("SUBMIT_JOB", "f", "u", "").leaves();
  const worker = scene.worker("f").says("status").gets("f\t1\t0\t1\n.\n");
  worker.sends("GRAB_JOB").says("status").gets("NO_JOB", "f\t0\t0\t1\n.\n");
});

test("Engine drops abandoned jobs at PRE_SLEEP, too", () => {
  const scene = new Scene();
  scene.peer().sends("SUBMIT_JOB", "f", "", "").leaves();
  scene.worker("f").sends("PRE_SLEEP").says("status").gets("f\t0\t0\t1\n.\n");
});

test("Engine looks no further for abandoned jobs than for work", () => {
  const scene = new Scene();
  scene.peer().sends("SUBMIT_JOB", "f", "", "").leaves();
  scene.peer().sends("SUBMIT_JOB_BG", "g", "", "");
  scene.worker("f", "g").sends("PRE_SLEEP").says("status").gets(
    "NOOP",
    "f\t1\t0\t1\ng\t1\t0\t1\n.\n",
  );
});

test("Engine revives an abandoned job for a new submission of its unique", () => {
  const scene = new Scene();
  scene.peer().sends("SUBMIT_JOB", "f", "u", "w").leaves();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "u", "").gets("JOB_CREATED H:t:1");
  scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f|w").sends("WORK_FAIL", "H:t:1");
  client.gets("WORK_FAIL H:t:1");
});

test("Engine goes on with a job while one of its clients is left", () => {
  const scene = new Scene();
  const leaver = scene.peer().sends("SUBMIT_JOB", "f", "u", "");
  const stayer = scene.peer().sends("SUBMIT_JOB", "f", "u", "");
  leaver.leaves();
  scene.worker("f").sends("GRAB_JOB").sends("WORK_COMPLETE", "H:t:1", "r");
  stayer.gets("JOB_CREATED H:t:1", "WORK_COMPLETE H:t:1|r");
  leaver.gets("JOB_CREATED H:t:1");
});

test("Engine keeps a background job when a foreground client that joined it leaves", () => {
  const scene = new Scene();
  scene.peer().sends("SUBMIT_JOB_BG", "f", "u", "w").gets("JOB_CREATED H:t:1");
  scene.peer().sends("SUBMIT_JOB", "f", "u", "").gets("JOB_CREATED H:t:1").leaves();
  scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f|w");
});

test("Engine keeps a foreground job that a background submission has joined", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "u", "w");
  scene.peer().sends("SUBMIT_JOB_BG", "f", "u", "").gets("JOB_CREATED H:t:1");
  client.leaves();
  scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f|w");
});

test("Engine takes the reports of a running job whose client has left, and drops them", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "u", "");
  const worker = scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f|");
  client.leaves();
  worker.sends("WORK_DATA", "H:t:1", "d").sends("WORK_COMPLETE", "H:t:1", "r").gets();
  client.gets("JOB_CREATED H:t:1");
});

test("Engine does not begin anew a job that lost its client and then its worker", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "", "");
  const worker = scene.worker("f").sends("GRAB_JOB");
  client.leaves();
  worker.leaves();
  scene.worker("f").sends("GRAB_JOB").says("status").gets("NO_JOB", "f\t0\t0\t1\n.\n");
});

test("Engine does not let abandoned jobs pile up where no worker comes", () => {
  const scene = new Scene();
  scene.peer().sends("SUBMIT_JOB", "f", "", "stays");
  for (let i = 0; i < 4096; i++) scene.peer().sends("SUBMIT_JOB", "f", "", "").leaves();
  const waiting = Number(scene.peer().says("status").got()[0].split("\t")[1]);
  if (waiting > 1100) throw new Error(`Expected at most 1100 jobs, got ${waiting}`);
  scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f|stays")
    .sends("GRAB_JOB").says("status").gets("NO_JOB", "f\t1\t1\t1\n.\n");
});
