/** What the engine wants written down, what it makes of what was, and how it takes back what could not be. */
import { keyOf } from "../../src/server/bytes.ts";
import type { Fate, Job, Journal, RestoredJob, Series } from "../../src/server/mod.ts";
import { assertEquals, test } from "../_harness/mod.ts";
import { Scene } from "./scene.ts";

/** A journal that says what it was told. */
class Notes implements Journal {
  readonly isLasting = true;
  readonly jobs: Job[] = [];
  #told: string[] = [];
  #count = 0;

  number(): number {
    return ++this.#count;
  }
  keep(job: Job): void {
    this.jobs.push(job);
    this.#told.push(`keep ${job.number} ${keyOf(job.workload)}`);
  }
  retried({ number, retries }: Job): void {
    this.#told.push(`retried ${number} ${retries}`);
  }
  forget({ number }: Job): void {
    this.#told.push(`forget ${number}`);
  }
  keepSeries({ number, plan, progress: { since, lastRun } }: Series): void {
    this.#told.push(`keep series ${number} ${plan.times} since ${since} run ${lastRun}`);
  }
  forgetSeries({ number }: Series): void {
    this.#told.push(`forget series ${number}`);
  }
  ended({ handle, state, data }: Fate): void {
    this.#told.push(`ended ${handle} ${state} ${keyOf(data!)}`);
  }
  faded({ handle }: Fate): void {
    this.#told.push(`faded ${handle}`);
  }

  /** Checks all that it was told since the last look. */
  say(...expected: string[]): void {
    assertEquals(this.#told, expected);
    this.#told = [];
  }
}

function stage(): { scene: Scene; notes: Notes } {
  const notes = new Notes();
  return { scene: new Scene({ journal: notes }), notes };
}

const encoder = new TextEncoder();

function restored(number: number, functionName: string, more: Partial<RestoredJob>): RestoredJob {
  const empty = new Uint8Array(0);
  return {
    number,
    functionName: encoder.encode(functionName),
    unique: empty,
    workload: empty,
    priority: 1,
    retries: 0,
    ...more,
  };
}

test("Engine has background jobs kept until they end, and no others", () => {
  const { scene, notes } = stage();
  const client = scene.peer();
  client.sends("SUBMIT_JOB", "f", "", "fg").sends("SUBMIT_JOB_BG", "f", "", "bg");
  client.sends("SUBMIT_JOB_EPOCH", "f", "", "5000", "later");
  client.sends("SUBMIT_REDUCE_JOB_BACKGROUND", "f", "", "r", "", "reduce");
  notes.say("keep 2 bg", "keep 3 later", "keep 4 reduce");
  const worker = scene.worker("f").sends("GRAB_JOB").sends("GRAB_JOB").sends("GRAB_JOB");
  worker.sends("WORK_COMPLETE", "H:t:1", "").sends("WORK_FAIL", "H:t:2");
  worker.sends("WORK_EXCEPTION", "H:t:4", "");
  notes.say("forget 2", "forget 4");
});

test("Engine has a job kept once, when the first background submission joins it", () => {
  const { scene, notes } = stage();
  scene.peer().sends("SUBMIT_JOB", "f", "u", "first");
  notes.say();
  scene.peer().sends("SUBMIT_JOB_BG", "f", "u", "second").sends("SUBMIT_JOB_BG", "f", "u", "");
  notes.say("keep 1 first");
});

test("Engine tells of retries, cancelled jobs and dropped functions", () => {
  const { scene, notes } = stage();
  const client = scene.peer();
  client.sends("SUBMIT_JOB_BG", "f", "", "a").sends("SUBMIT_JOB_BG", "f", "", "b");
  client.sends("SUBMIT_JOB_BG", "g", "", "c").sends("SUBMIT_JOB", "f", "", "d");
  notes.say("keep 1 a", "keep 2 b", "keep 3 c");
  const worker = scene.worker("f").sends("GRAB_JOB");
  worker.leaves();
  notes.say("retried 1 1");
  client.says("cancel job H:t:1").says("drop function g").says("cancel job H:t:4");
  notes.say("forget 1", "forget 3");
  scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:2|f|b").sends("GRAB_JOB").gets("NO_JOB");
  notes.say();
});

test("Engine runs restored jobs in order, with priority, retries and their time", () => {
  const { scene, notes } = stage();
  const text = (text: string) => ({ workload: encoder.encode(text) });
  scene.engine.restore(restored(11, "f", { ...text("a"), priority: 2 }));
  scene.engine.restore(restored(12, "f", { ...text("b"), retries: 3 }));
  scene.engine.restore(restored(13, "f", { ...text("c"), notBefore: scene.now + 5000 }));
  scene.engine.restore(restored(14, "f", { ...text("d"), notBefore: scene.now - 5000 }));
  scene.engine.restore(restored(15, "f", { ...text("e"), priority: 0 }));
  scene.engine.restore(restored(16, "g", { unique: encoder.encode("u") }));
  const peer = scene.peer();
  peer.says("show jobs").gets(
    "H:t:11\t0\t0\t1\nH:t:12\t3\t0\t1\nH:t:13\t0\t0\t1\nH:t:14\t0\t0\t1\nH:t:15\t0\t0\t1\nH:t:16\t0\t0\t1\n.\n",
  );
  peer.sends("SUBMIT_JOB_BG", "g", "u", "").gets("JOB_CREATED H:t:16");
  const worker = scene.worker("f");
  for (const expected of ["15|f|e", "12|f|b", "14|f|d", "11|f|a"]) {
    worker.sends("GRAB_JOB").gets(`JOB_ASSIGN H:t:${expected}`);
  }
  worker.sends("PRE_SLEEP");
  scene.after(5000);
  worker.gets("NOOP").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:13|f|c");
  notes.say();
  worker.sends("WORK_COMPLETE", "H:t:12", "");
  notes.say("forget 12");
});

test("Engine.refuse() takes a waiting job away, and frees its unique", () => {
  const { scene, notes } = stage();
  scene.peer().sends("SUBMIT_JOB_BG", "f", "u", "");
  assertEquals(scene.engine.refuse(notes.jobs[0]), true);
  notes.say("keep 1 ");
  scene.peer().sends("SUBMIT_JOB_BG", "f", "u", "new").gets("JOB_CREATED H:t:2");
  scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:2|f|new").sends("GRAB_JOB").gets(
    "NO_JOB",
  );
});

test("Engine.refuse() takes a delayed or assigned job away", () => {
  const { scene, notes } = stage();
  const client = scene.peer();
  client.sends("SUBMIT_JOB_EPOCH", "f", "", "5000", "").sends("SUBMIT_JOB_BG", "f", "", "");
  const worker = scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:2|f|");
  assertEquals(notes.jobs.map((job) => scene.engine.refuse(job)), [true, true]);
  assertEquals(scene.engine.jobCount, 0);
  worker.sends("WORK_COMPLETE", "H:t:2", "").gets(
    "ERROR JOB_NOT_FOUND|Job given in work result not found",
  );
});

test("Engine.refuse() leaves a job to the foreground clients that follow it", () => {
  const { scene, notes } = stage();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "u", "").gets("JOB_CREATED H:t:1");
  scene.peer().sends("SUBMIT_JOB_BG", "f", "u", "");
  assertEquals(scene.engine.refuse(notes.jobs[0]), false);
  scene.worker("f").sends("GRAB_JOB").sends("WORK_COMPLETE", "H:t:1", "r");
  client.gets("WORK_COMPLETE H:t:1|r");
  notes.say("keep 1 ");
});

test("Engine.refuse() does nothing to a job that is over", () => {
  const { scene, notes } = stage();
  scene.peer().sends("SUBMIT_JOB_BG", "f", "u", "");
  scene.worker("f").sends("GRAB_JOB").sends("WORK_COMPLETE", "H:t:1", "");
  assertEquals(scene.engine.refuse(notes.jobs[0]), false);
});
