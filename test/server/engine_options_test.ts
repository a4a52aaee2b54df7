/** What gearmand's flags change: retries, wake-ups, turns and exceptions, and workers with many abilities. */
import fc from "fast-check";
import { assertEquals, assertThrows, test } from "../_harness/mod.ts";
import { Engine, type EngineOptions } from "../../src/server/mod.ts";
import { type Actor, Scene } from "./scene.ts";

/** The functions of the jobs that a worker gets, until there are none. */
function served(worker: Actor): string[] {
  const functionNames: string[] = [];
  for (;;) {
    const [answer] = worker.sends("GRAB_JOB").got();
    if (answer === "NO_JOB") return functionNames;
    functionNames.push(answer.split("|")[1]);
  }
}

test("Engine fails a job whose last try its worker has lost", () => {
  const scene = new Scene({ jobRetries: 2 });
  const client = scene.peer().sends("SUBMIT_JOB", "f", "u", "w").gets("JOB_CREATED H:t:1");
  client.sends("SUBMIT_JOB_BG", "f", "", "w").gets("JOB_CREATED H:t:2");
  scene.worker("f").sends("GRAB_JOB").sends("GRAB_JOB").leaves();
  client.gets().says("show jobs").gets("H:t:1\t1\t0\t0\nH:t:2\t1\t0\t1\n.\n");
  const second = scene.worker("f").sends("GRAB_JOB").sends("GRAB_JOB");
  second.gets("JOB_ASSIGN H:t:2|f|w", "JOB_ASSIGN H:t:1|f|w").leaves();
  client.gets("WORK_FAIL H:t:1").says("show jobs").gets(".\n").says("status").gets(
    "f\t0\t0\t0\n.\n",
  );
  client.sends("SUBMIT_JOB", "f", "u", "w").gets("JOB_CREATED H:t:3");
});

test("Engine counts a withdrawn ability and a time limit among the tries", () => {
  const scene = new Scene({ jobRetries: 1 });
  const client = scene.peer();
  const worker = scene.peer().sends("CAN_DO_TIMEOUT", "f", "1000");
  for (
    const lose of [
      () => scene.after(1000),
      () => worker.sends("CANT_DO", "f"),
      () => worker.sends("CAN_DO", "f").sends("RESET_ABILITIES"),
    ]
  ) {
    const [created] = client.sends("SUBMIT_JOB", "f", "", "w").got();
    worker.sends("CAN_DO_TIMEOUT", "f", "1000").sends("GRAB_JOB").got();
    lose();
    client.gets(created.replace("JOB_CREATED", "WORK_FAIL"));
  }
  assertEquals([scene.engine.jobCount, scene.engine.nextTick()], [0, undefined]);
});

test("Engine puts a job back without end when no number of tries is set", () => {
  const scene = new Scene();
  scene.peer().sends("SUBMIT_JOB_BG", "f", "", "w");
  for (let i = 0; i < 300; i++) scene.worker("f").sends("GRAB_JOB").leaves();
  scene.peer().says("show jobs").gets("H:t:1\t300\t0\t1\n.\n");
});

test("Engine wakes as many workers for a job as it is told, and goes on where it stopped", () => {
  for (
    const [workerWakeup, woken] of [[1, ["0", "1", "2", "3"]], [2, ["01", "23", "4", ""]]] as const
  ) {
    const scene = new Scene({ workerWakeup });
    const workers = Array.from({ length: 5 }, () => scene.worker("f").sends("PRE_SLEEP"));
    const client = scene.peer();
    for (const expected of woken) {
      client.sends("SUBMIT_JOB_BG", "f", "", "");
      const heard = workers.map((worker, i) => worker.got().length > 0 ? `${i}` : "").join("");
      assertEquals(heard, expected);
    }
  }
});

const WITHOUT_A_GRAB: Readonly<Record<string, (woken: Actor) => void>> = {
  "leaves": (woken) => woken.leaves(),
  "withdraws the function": (woken) => woken.sends("CANT_DO", "f"),
  "withdraws all functions": (woken) => woken.sends("RESET_ABILITIES"),
  "grabs a job of another function": (woken) => woken.sends("GRAB_JOB"),
};

for (const [what, act] of Object.entries(WITHOUT_A_GRAB)) {
  test(`Engine wakes the next worker where the one that it woke ${what}`, () => {
    const scene = new Scene({ workerWakeup: 1 });
    const [first, second, third] = [0, 1, 2].map(() => scene.worker("f").sends("PRE_SLEEP"));
    const client = scene.peer().sends("SUBMIT_JOB_BG", "f", "", "");
    first.gets("NOOP").sends("CAN_DO", "g");
    client.sends("SUBMIT_JOB_BG", "g", "", "");
    assertEquals([second.got(), third.got()], [[], []]);
    act(first);
    second.gets("NOOP");
    third.gets();
    second.leaves();
    third.gets("NOOP").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f|");
  });
}

test("Engine wakes nobody else where the woken worker asks for the job, or where none is left", () => {
  const scene = new Scene({ workerWakeup: 1 });
  const [first, second] = [0, 1].map(() => scene.worker("f").sends("PRE_SLEEP"));
  const client = scene.peer().sends("SUBMIT_JOB_BG", "f", "", "");
  first.gets("NOOP").sends("PRE_SLEEP").gets("NOOP").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f|");
  first.sends("WORK_COMPLETE", "H:t:1", "").sends("PRE_SLEEP").gets();
  client.sends("SUBMIT_JOB_BG", "f", "", "");
  second.gets("NOOP");
  scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:2|f|");
  second.leaves();
  first.gets();
});

test("Engine passes over who is awake, and comes to who sleeps anew after the others", () => {
  const scene = new Scene({ workerWakeup: 1 });
  const client = scene.peer();
  const [a, b, c] = [0, 1, 2].map(() => scene.worker("f").sends("PRE_SLEEP"));
  b.sends("GRAB_JOB").gets("NO_JOB");
  const submits = () => client.sends("SUBMIT_JOB_BG", "f", "", "");
  submits();
  a.gets("NOOP").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f|").sends("PRE_SLEEP").gets();
  submits();
  c.gets("NOOP").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:2|f|").sends("PRE_SLEEP");
  b.sends("PRE_SLEEP");
  submits();
  a.gets("NOOP");
  b.gets();
  c.gets();
});

test("Engine gives functions their turns where it is told so, and counts priority inside each only", () => {
  const scene = new Scene({ roundRobin: true });
  const client = scene.peer();
  for (const fn of ["a", "b", "c"]) {
    client.sends("SUBMIT_JOB_LOW_BG", fn, "", "").sends("SUBMIT_JOB_BG", fn, "", "");
  }
  client.sends("SUBMIT_JOB_HIGH_BG", "a", "", "").got();
  const worker = scene.worker("a", "b", "c").says("workers");
  worker.gets("1 10.0.0.1 - :\n2 10.0.0.1 - : c b a\n.\n");
  worker.sends("GRAB_JOB").got();
  worker.says("workers").gets("1 10.0.0.1 - :\n2 10.0.0.1 - : b a c\n.\n");
  assertEquals(served(worker), ["b", "a", "c", "b", "a", "a"]);
});

test("Engine sends exceptions to everybody where it is told so", () => {
  const scene = new Scene({ exceptions: true });
  const client = scene.peer().sends("SUBMIT_JOB", "f", "", "");
  scene.worker("f").sends("GRAB_JOB").sends("WORK_EXCEPTION", "H:t:1", "boom");
  client.gets("JOB_CREATED H:t:1", "WORK_EXCEPTION H:t:1|boom");
});

test("Engine serves a worker of many abilities as it does one of few", () => {
  const functionNumber = fc.nat(39);
  const step = fc.oneof(
    fc.record({ act: fc.constant("submit" as const), fn: functionNumber }),
    fc.record({ act: fc.constant("offer" as const), fn: functionNumber }),
    fc.record({ act: fc.constant("withdraw" as const), fn: functionNumber }),
    fc.record({ act: fc.constant("grab" as const), fn: fc.constant(0) }),
  );
  const wide = fc.array(step, { minLength: 100, maxLength: 200, size: "max" });
  fc.assert(
    fc.property(wide, fc.boolean(), (steps, roundRobin) => {
      const scene = new Scene({ roundRobin });
      const client = scene.peer();
      const worker = scene.peer();
      // The definition: registrations, the last one served first, and the jobs of each function.
      let offered: number[] = [];
      const waiting = new Map<number, number>();
      for (const { act, fn } of steps) {
        if (act === "submit") {
          client.sends("SUBMIT_JOB_BG", `${fn}`, "", "");
          waiting.set(fn, (waiting.get(fn) ?? 0) + 1);
        } else if (act === "offer") {
          worker.sends("CAN_DO", `${fn}`);
          offered.push(fn);
        } else if (act === "withdraw") {
          worker.sends("CANT_DO", `${fn}`);
          offered = offered.filter((other) => other !== fn);
        } else {
          const [answer] = worker.sends("GRAB_JOB").got();
          const next = offered.findLastIndex((other) => (waiting.get(other) ?? 0) > 0);
          if (next < 0) {
            assertEquals(answer, "NO_JOB");
            continue;
          }
          const served = offered[next];
          assertEquals(answer.split("|")[1], `${served}`);
          waiting.set(served, waiting.get(served)! - 1);
          if (roundRobin) offered = [served, ...offered.toSpliced(next, 1)];
          worker.sends("WORK_COMPLETE", answer.split(/[ |]/)[1], "");
        }
      }
    }),
    { numRuns: 200 },
  );
});

test("Engine takes and gives 100,000 jobs of 10,000 functions to one worker that sleeps in between", () => {
  const scene = new Scene();
  const client = scene.peer();
  const functionNames = Array.from({ length: 10_000 }, (_, i) => `f${i}`);
  const worker = scene.worker(...functionNames);
  let given = 0;
  const drain = () => {
    for (;;) {
      const [answer] = worker.sends("GRAB_JOB").got();
      if (answer === "NO_JOB") return;
      worker.sends("WORK_COMPLETE", answer.split(/[ |]/)[1], "");
      given++;
    }
  };
  for (let round = 0; round < 5; round++) {
    for (const name of functionNames) client.sends("SUBMIT_JOB_BG", name, "", "");
    client.got();
    drain();
  }
  for (let i = 0; i < 50_000; i++) {
    worker.sends("PRE_SLEEP");
    client.sends("SUBMIT_JOB_BG", functionNames[i * 7919 % 10_000], "", "");
    worker.gets("NOOP");
    drain();
  }
  assertEquals([given, scene.engine.jobCount], [100_000, 0]);
});

test("Engine refuses counts that are none", () => {
  const engine = (options: Partial<EngineOptions>) =>
    new Engine({ now: () => 0, handlePrefix: "H", version: "", ...options });
  assertThrows(() => engine({ jobRetries: -1 }), RangeError, "Expected jobRetries");
  assertThrows(() => engine({ workerWakeup: 0.5 }), RangeError, "got 0.5");
});
