/** Abilities, sleep and waking, lost workers, time limits and delayed jobs. */
import { assertEquals, assertThrows, test } from "../_harness/mod.ts";
import { Engine } from "../../src/server/mod.ts";
import { Scene } from "./scene.ts";

test("Engine wakes every sleeper of the function, once", () => {
  const scene = new Scene();
  const first = scene.worker("f").sends("PRE_SLEEP");
  const second = scene.worker("f", "f").sends("PRE_SLEEP");
  const other = scene.worker("g").sends("PRE_SLEEP");
  const awake = scene.worker("f");
  scene.peer().sends("SUBMIT_JOB_BG", "f", "", "").sends("SUBMIT_JOB_BG", "f", "", "");
  first.gets("NOOP");
  second.gets("NOOP");
  other.gets();
  awake.gets();
});

test("Engine wakes a worker that sleeps anew without a grab in between", () => {
  const scene = new Scene();
  const client = scene.peer();
  const worker = scene.worker("f").sends("PRE_SLEEP");
  client.sends("SUBMIT_JOB_BG", "f", "", "");
  scene.worker("f").sends("GRAB_JOB");
  worker.gets("NOOP").sends("PRE_SLEEP").gets();
  client.sends("SUBMIT_JOB_BG", "f", "", "");
  worker.gets("NOOP");
});

test("Engine answers PRE_SLEEP with a NOOP while there is a job, each time", () => {
  const scene = new Scene();
  scene.peer().sends("SUBMIT_JOB_BG", "f", "", "");
  scene.worker("f").sends("PRE_SLEEP").sends("PRE_SLEEP").gets("NOOP", "NOOP");
});

test("Engine ends a sleep by a grab, and by nothing else", () => {
  const scene = new Scene();
  const client = scene.peer();
  const grabs = scene.worker("f").sends("PRE_SLEEP").sends("GRAB_JOB").gets("NO_JOB");
  const echoes = scene.worker("f").sends("PRE_SLEEP").sends("ECHO_REQ", "x").gets("ECHO_RES x");
  client.sends("SUBMIT_JOB_BG", "f", "", "");
  grabs.gets();
  echoes.gets("NOOP");
});

test("Engine wakes a sleeper for an ability it offers later, at the next job", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB_BG", "f", "", "");
  const worker = scene.worker().sends("PRE_SLEEP").sends("CAN_DO", "f").gets();
  client.sends("SUBMIT_JOB_BG", "f", "", "");
  worker.gets("NOOP");
});

test("Engine sends the NOOP before JOB_CREATED to a sleeper that submits", () => {
  new Scene().worker("f").sends("PRE_SLEEP").sends("SUBMIT_JOB_BG", "f", "", "")
    .gets("NOOP", "JOB_CREATED H:t:1");
});

test("Engine wakes nobody for a withdrawn ability", () => {
  const scene = new Scene();
  const one = scene.worker("f", "g").sends("PRE_SLEEP").sends("CANT_DO", "f");
  const all = scene.worker("f", "g").sends("PRE_SLEEP").sends("RESET_ABILITIES");
  scene.peer().sends("SUBMIT_JOB_BG", "f", "", "").sends("SUBMIT_JOB_BG", "g", "", "");
  one.gets("NOOP");
  all.gets();
});

test("Engine answers a grab without abilities with NO_JOB", () => {
  new Scene().peer().sends("GRAB_JOB").sends("GRAB_JOB_ALL").gets("NO_JOB", "NO_JOB");
});

test("Engine counts an ability offered twice twice, and withdraws it at once", () => {
  const scene = new Scene();
  const worker = scene.worker("f", "g", "f").says("status");
  worker.gets("f\t0\t0\t2\ng\t0\t0\t1\n.\n").says("workers").gets("1 10.0.0.1 - : f g f\n.\n");
  worker.sends("CANT_DO", "f").says("status").gets("f\t0\t0\t0\ng\t0\t0\t1\n.\n");
});

test("Engine takes a name with a NUL for another function", () => {
  const scene = new Scene();
  const worker = scene.worker("f\0");
  scene.peer().sends("SUBMIT_JOB_BG", "f", "", "");
  worker.sends("GRAB_JOB").gets("NO_JOB");
});

test("Engine puts back the jobs of a lost worker at the tail, the latest first, under their handles", () => {
  const scene = new Scene();
  const client = scene.peer();
  for (const workload of ["a", "b", "c"]) client.sends("SUBMIT_JOB", "f", "", workload);
  client.got();
  const lost = scene.worker("f").sends("GRAB_JOB").sends("GRAB_JOB");
  const sleeper = scene.worker("g", "f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:3|f|c");
  sleeper.sends("PRE_SLEEP");
  client.sends("SUBMIT_JOB", "f", "", "d").gets("JOB_CREATED H:t:4");
  sleeper.gets("NOOP");
  lost.leaves();
  for (const job of ["H:t:4|f|d", "H:t:2|f|b", "H:t:1|f|a"]) {
    sleeper.sends("GRAB_JOB").gets(`JOB_ASSIGN ${job}`);
  }
  client.gets();
});

test("Engine puts back the jobs of a lost worker the latest first, also where others have ended", () => {
  const scene = new Scene();
  const client = scene.peer();
  for (const workload of ["a", "b", "c", "d"]) client.sends("SUBMIT_JOB_BG", "f", "", workload);
  const lost = scene.worker("f");
  for (let i = 0; i < 4; i++) lost.sends("GRAB_JOB");
  lost.sends("WORK_COMPLETE", "H:t:1", "").leaves();
  const next = scene.worker("f");
  for (const job of ["H:t:4|f|d", "H:t:3|f|c", "H:t:2|f|b"]) {
    next.sends("GRAB_JOB").gets(`JOB_ASSIGN ${job}`);
  }
});

test("Engine wakes sleepers when a worker is lost", () => {
  const scene = new Scene();
  scene.peer().sends("SUBMIT_JOB_BG", "f", "", "").sends("SUBMIT_JOB_BG", "f", "", "");
  const lost = scene.worker("f").sends("GRAB_JOB").sends("GRAB_JOB");
  const sleeper = scene.worker("f").sends("PRE_SLEEP").gets();
  lost.leaves();
  sleeper.gets("NOOP");
});

test("Engine puts back the jobs of a function that its worker withdraws", () => {
  const scene = new Scene();
  scene.peer().sends("SUBMIT_JOB_BG", "f", "", "").sends("SUBMIT_JOB_BG", "g", "", "");
  const worker = scene.worker("f", "g").sends("GRAB_JOB").sends("GRAB_JOB");
  worker.got();
  worker.sends("CANT_DO", "f").sends("WORK_COMPLETE", "H:t:1", "").gets(
    "ERROR JOB_NOT_FOUND|Job given in work result not found",
  );
  worker.sends("WORK_STATUS", "H:t:2", "1", "2").gets();
  worker.sends("RESET_ABILITIES").sends("WORK_COMPLETE", "H:t:2", "").gets(
    "ERROR JOB_NOT_FOUND|Job given in work result not found",
  );
  scene.worker("g", "f").sends("GRAB_JOB").sends("GRAB_JOB").gets(
    "JOB_ASSIGN H:t:1|f|",
    "JOB_ASSIGN H:t:2|g|",
  );
});

test("Engine ignores CANT_DO for what was never offered", () => {
  new Scene().worker("f").sends("CANT_DO", "g").says("status").gets("f\t0\t0\t1\n.\n");
});

test("Engine takes a job away when its time is up, each job by its own clock", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "", "a").sends("SUBMIT_JOB", "f", "", "b");
  client.got();
  const slow = scene.peer().sends("CAN_DO_TIMEOUT", "f", "3000").sends("GRAB_JOB");
  scene.after(1000);
  slow.sends("GRAB_JOB").sends("PRE_SLEEP").gets("JOB_ASSIGN H:t:1|f|a", "JOB_ASSIGN H:t:2|f|b");
  const sleeper = scene.worker("f").sends("PRE_SLEEP");
  scene.after(1999);
  sleeper.gets();
  scene.after(1);
  sleeper.gets("NOOP").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f|a");
  slow.gets("NOOP").sends("WORK_COMPLETE", "H:t:1", "").gets(
    "ERROR JOB_NOT_FOUND|Job given in work result not found",
  );
  slow.sends("WORK_COMPLETE", "H:t:2", "r");
  client.gets("WORK_COMPLETE H:t:2|r");
  assertEquals(scene.engine.nextLimit(), undefined);
});

test("Engine takes a limit below a second for a second, and what is no limit for none", () => {
  const scene = new Scene();
  for (const [timeout, milliseconds] of [["1", 1000], ["999", 1000], ["1500\0", 1500]] as const) {
    const worker = scene.peer().sends("CAN_DO_TIMEOUT", "f", timeout);
    scene.peer().sends("SUBMIT_JOB_BG", "f", "", "");
    worker.sends("GRAB_JOB");
    assertEquals(scene.engine.nextLimit(), scene.now + milliseconds);
    worker.leaves();
    scene.worker("f").sends("GRAB_JOB");
  }
  for (const timeout of ["0", "-5", "", "soon", "99999999999999999999", "1".repeat(40)]) {
    const worker = scene.peer().sends("CAN_DO_TIMEOUT", "f", timeout);
    scene.peer().sends("SUBMIT_JOB_BG", "f", "", "");
    worker.sends("GRAB_JOB");
    assertEquals(scene.engine.nextLimit(), undefined);
    worker.leaves();
    scene.worker("f").sends("GRAB_JOB");
  }
});

test("Engine goes by the latest registration of an ability for its limit", () => {
  const scene = new Scene();
  scene.peer().sends("SUBMIT_JOB_BG", "f", "", "");
  scene.worker("f").sends("CAN_DO_TIMEOUT", "f", "5000").sends("GRAB_JOB");
  assertEquals(scene.engine.nextLimit(), scene.now + 5000);
});

test("Engine holds an EPOCH job until its second, then wakes the workers", () => {
  const scene = new Scene();
  const client = scene.peer();
  const worker = scene.worker("f").sends("PRE_SLEEP");
  client.sends("SUBMIT_JOB_EPOCH", "f", "u", `${scene.now / 1000 + 2}`, "w");
  client.gets("JOB_CREATED H:t:1").says("status").gets("f\t1\t0\t1\n.\n");
  worker.gets().sends("GRAB_JOB").sends("PRE_SLEEP").gets("NO_JOB");
  assertEquals(scene.engine.nextTick(), scene.now + 2000);
  scene.after(1999);
  worker.gets();
  scene.after(1);
  worker.gets("NOOP").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f|w");
  assertEquals(scene.engine.nextTick(), undefined);
});

test("Engine does not let an EPOCH job hide others, and gives it at its second even before the tick", () => {
  const scene = new Scene();
  const client = scene.peer().sends(
    "SUBMIT_JOB_EPOCH",
    "f",
    "",
    `${scene.now / 1000 + 2}`,
    "later",
  );
  client.sends("SUBMIT_JOB_LOW", "f", "", "low");
  const worker = scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:2|f|low");
  scene.now += 2000;
  worker.sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f|later");
});

test("Engine runs EPOCH jobs of no time, or a time gone by, at once, and refuses one it cannot count", () => {
  const scene = new Scene();
  const client = scene.peer();
  for (const time of ["", "0", "-7", "soon", "5"]) {
    client.sends("SUBMIT_JOB_EPOCH", "f", "", time, "");
  }
  client.gets(...[1, 2, 3, 4, 5].map((n) => `JOB_CREATED H:t:${n}`));
  assertEquals(scene.engine.nextLimit(), undefined);
  client.sends("SUBMIT_JOB_EPOCH", "f", "", `${"0".repeat(30)}5`, "").gets("JOB_CREATED H:t:6");
  // To make a number of the longest would take minutes.
  for (const time of ["9223372036854775808", "99999999999999999999", "9".repeat(2 ** 20)]) {
    client.sends("SUBMIT_JOB_EPOCH", "f", "", time, "").gets(
      "ERROR ARGUMENT_TOO_LARGE|Time value too large",
    );
  }
});

test("Engine hears no more of a peer that it hung up on", () => {
  const scene = new Scene();
  const peer = scene.peer().says("a b c d e f").gets("(hung up)");
  peer.says("status").sends("ECHO_REQ", "x").gets();
  peer.leaves();
});

test("Engine asks for a handle prefix that leaves room for a number", () => {
  const engine = (handlePrefix: string) => new Engine({ now: () => 0, handlePrefix, version: "" });
  engine("H".repeat(52));
  for (const prefix of ["H".repeat(53), "", "a b", "H:\0", "ü"]) {
    assertThrows(() => engine(prefix), RangeError, "1 to 52 ASCII characters");
  }
});

test("Engine takes and gives 100,000 waiting jobs", () => {
  const scene = new Scene();
  const client = scene.peer();
  const worker = scene.worker("f");
  for (let i = 0; i < 100_000; i++) client.sends("SUBMIT_JOB_BG", "f", "", "");
  client.got();
  assertEquals(scene.engine.jobCount, 100_000);
  for (let i = 1; i <= 100_000; i++) {
    worker.sends("GRAB_JOB").sends("WORK_COMPLETE", `H:t:${i}`, "");
  }
  assertEquals(worker.got().length, 100_000);
  assertEquals(scene.engine.jobCount, 0);
});
