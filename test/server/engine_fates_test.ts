/** What the engine keeps of the ends of jobs, for how long, and how a client asks for it. */
import { FATE_FUNCTION, formatFate, parseFate } from "../../src/protocol/mod.ts";
import type { EndedJob, Fate, ResultsOptions } from "../../src/server/mod.ts";
import { memoryJournal } from "../../src/server/journal.ts";
import { assertEquals, assertThrows, test } from "../_harness/mod.ts";
import { type Actor, Scene } from "./scene.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A scene that keeps results for a minute, and what its journal and its listener heard. */
function keeping(options: Partial<ResultsOptions> = {}) {
  const ended: EndedJob[] = [];
  const journal: string[] = [];
  const scene = new Scene({
    results: { ttl: 60_000, ...options },
    ended: (end) => ended.push(end),
    journal: {
      ...memoryJournal(),
      ended: ({ handle }) => journal.push(`ended ${handle}`),
      faded: ({ handle }) => journal.push(`faded ${handle}`),
    },
  });
  return { scene, ended, journal };
}

/** Asks as any client may, and returns the answer with its time left out. */
function asks(client: Actor, workload: string): string {
  const [created, answer, ...more] = client.sends("SUBMIT_JOB", FATE_FUNCTION, "", workload).got();
  const handle = created.replace("JOB_CREATED ", "");
  assertEquals([created.startsWith("JOB_CREATED "), more], [true, []]);
  if (answer === `WORK_FAIL ${handle}`) return "refused";
  return answer.replace(`WORK_COMPLETE ${handle}|`, "").replace(/ 1\d{6}/, "");
}

test("Engine tells what became of a background job, by handle and by unique, through its life", () => {
  const { scene } = keeping();
  const client = scene.peer();
  const both = () => [asks(client, "handle H:t:1"), asks(client, "unique u")];
  assertEquals(both(), ["unknown\n", "unknown\n"]);
  const { scene: other } = keeping();
  const asker = other.peer();
  const tell = () => [asks(asker, "handle H:t:1"), asks(asker, "unique u")];
  asker.sends("SUBMIT_JOB_BG", "f", "u", "w").gets("JOB_CREATED H:t:1");
  assertEquals(tell(), ["queued\n", "queued\n"]);
  const worker = other.worker("f").sends("GRAB_JOB");
  assertEquals(tell(), ["running 0 0\n", "running 0 0\n"]);
  worker.sends("WORK_STATUS", "H:t:1", "3", "10");
  assertEquals(tell(), ["running 3 10\n", "running 3 10\n"]);
  worker.sends("WORK_DATA", "H:t:1", "a\n").sends("WORK_WARNING", "H:t:1", "no part of it");
  worker.sends("WORK_DATA", "H:t:1", "").sends("WORK_COMPLETE", "H:t:1", "b");
  assertEquals(tell(), ["complete\na\nb", "complete\na\nb"]);
  assertEquals(asks(asker, "unique "), "unknown\n");
});

test("Engine keeps failures, exceptions, cancelled jobs and those whose last try was lost", () => {
  const scene = new Scene({ results: { ttl: 60_000 }, jobRetries: 1 });
  const client = scene.peer();
  const worker = scene.worker("f");
  const submit = () => client.sends("SUBMIT_JOB_BG", "f", "", "").got();
  const grab = () => worker.sends("GRAB_JOB").got();
  submit(), grab(), worker.sends("WORK_FAIL", "H:t:1\0");
  submit(),
    grab(),
    worker.sends("WORK_DATA", "H:t:2", "part").sends("WORK_EXCEPTION", "H:t:2", "e");
  submit(), client.says("cancel job H:t:3").says("cancel job H:t:3").gets("OK\r\n", "OK\r\n");
  submit(), grab(), worker.leaves();
  client.sends("SUBMIT_JOB_BG", "g", "", "").says("drop function g").got();
  const fates = [1, 2, 3, 4, 5].map((number) => asks(client, `handle H:t:${number}`));
  assertEquals(fates, ["failed\n", "exception\ne", "failed\n", "failed\n", "failed\n"]);
});

test("Engine keeps nothing of foreground jobs, unless a background submission has joined them", () => {
  const { scene } = keeping();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "u", "").sends("SUBMIT_JOB", "f", "v", "");
  client.got();
  const worker = scene.worker("f").sends("GRAB_JOB").sends("GRAB_JOB");
  worker.sends("WORK_DATA", "H:t:2", "before the background submission");
  scene.peer().sends("SUBMIT_JOB_BG", "f", "v", "");
  worker.sends("WORK_COMPLETE", "H:t:1", "r").sends("WORK_COMPLETE", "H:t:2", "r");
  client.got();
  assertEquals(asks(client, "handle H:t:1"), "unknown\n");
  assertEquals(asks(client, "handle H:t:2"), "complete not kept\n");
});

test("Engine begins a result anew when the worker is lost", () => {
  const { scene } = keeping();
  const client = scene.peer().sends("SUBMIT_JOB_BG", "f", "", "").gets("JOB_CREATED H:t:1");
  scene.worker("f").sends("GRAB_JOB").sends("WORK_DATA", "H:t:1", "half").leaves();
  scene.worker("f").sends("GRAB_JOB").sends("WORK_COMPLETE", "H:t:1", "whole");
  assertEquals(asks(client, "handle H:t:1"), "complete\nwhole");
});

test("Engine tells of the job under way before those of the same unique that have ended", () => {
  const { scene } = keeping();
  const client = scene.peer();
  const worker = scene.worker("f");
  for (const result of ["first", "second"]) {
    client.sends("SUBMIT_JOB_BG", "f", "u", "");
    assertEquals(asks(client.got() && client, "unique u"), "queued\n");
    const [assigned] = worker.sends("GRAB_JOB").got();
    worker.sends("WORK_COMPLETE", assigned.split(/[ |]/)[1], result);
    assertEquals(asks(client, "unique u"), `complete\n${result}`);
  }
  assertEquals(asks(client, "handle H:t:1"), "complete\nfirst");
});

test("Engine forgets an end when its time is up, and asks to be called for it", () => {
  const { scene, journal } = keeping();
  const client = scene.peer().sends("SUBMIT_JOB_BG", "f", "u", "").gets("JOB_CREATED H:t:1");
  scene.worker("f").sends("GRAB_JOB").sends("WORK_COMPLETE", "H:t:1", "r");
  scene.after(59_999);
  assertEquals(asks(client, "unique u"), "complete\nr");
  assertEquals(journal, ["ended H:t:1"]);
  scene.after(1_000);
  assertEquals(journal, ["ended H:t:1", "faded H:t:1"]);
  assertEquals([asks(client, "unique u"), asks(client, "handle H:t:1")], [
    "unknown\n",
    "unknown\n",
  ]);
  assertEquals(scene.engine.nextTick(), undefined);
});

test("Engine forgets ends in time that were made while the clock stood ahead, and those after them", () => {
  const { scene, journal } = keeping();
  const client = scene.peer();
  const worker = scene.worker("f");
  const end = (number: number) => {
    client.sends("SUBMIT_JOB_BG", "f", "", "").got();
    worker.sends("GRAB_JOB").sends("WORK_COMPLETE", `H:t:${number}`, "r");
  };
  const right = scene.now;
  scene.now += 1e9;
  end(1);
  scene.now = right;
  end(2);
  scene.after(59_999);
  assertEquals(journal, ["ended H:t:1", "ended H:t:2"]);
  scene.after(1_000);
  assertEquals(journal.slice(2), ["faded H:t:1", "faded H:t:2"]);
  const [functionName, unique] = [encoder.encode("f"), encoder.encode("u")];
  const old = { functionName, unique, state: "failed", data: undefined } as const;
  scene.engine.restoreFate({ ...old, number: 7, handle: "H:t:7", endedAt: scene.now + 1e9 });
  scene.after(61_000);
  assertEquals(journal.slice(4), ["faded H:t:7"]);
});

test("Engine forgets the oldest ends first when they take too much, and keeps no large result", () => {
  const { scene, journal } = keeping({ maxResultBytes: 100, maxBytes: 1_000 });
  const client = scene.peer();
  const worker = scene.worker("f");
  for (let number = 1; number <= 4; number++) {
    client.sends("SUBMIT_JOB_BG", "f", "", "").got();
    worker.sends("GRAB_JOB").sends("WORK_DATA", `H:t:${number}`, "x".repeat(50));
    worker.sends("WORK_COMPLETE", `H:t:${number}`, "x".repeat(number === 4 ? 51 : 50));
  }
  assertEquals(journal.filter((line) => line.startsWith("faded")), ["faded H:t:1"]);
  assertEquals(asks(client, "handle H:t:3"), `complete\n${"x".repeat(100)}`);
  assertEquals(asks(client, "handle H:t:4"), "complete not kept\n");
});

test("Engine puts a result together that comes byte by byte, and keeps none that is a byte too long", () => {
  const { scene } = keeping({ maxResultBytes: 1_000 });
  const client = scene.peer();
  const worker = scene.worker("f");
  for (const [handle, last] of [["H:t:1", "l"], ["H:t:2", "ll"], ["H:t:3", ""]]) {
    client.sends("SUBMIT_JOB_BG", "f", "", "").got();
    worker.sends("GRAB_JOB");
    for (let i = 0; i < 999; i++) {
      worker.sends("WORK_DATA", handle, `${i % 10}`).sends("WORK_DATA", handle, "");
    }
    worker.sends("WORK_COMPLETE", handle, last);
  }
  const digits = "0123456789".repeat(100).slice(0, 999);
  const fates = [1, 2, 3].map((number) => asks(client, `handle H:t:${number}`));
  assertEquals(fates, [`complete\n${digits}l`, "complete not kept\n", `complete\n${digits}`]);
});

test("Engine counts what running jobs have sent, forgets ends for it, and keeps no more than half of it all", () => {
  const { scene, journal } = keeping({ maxResultBytes: 250, maxBytes: 1_000 });
  const client = scene.peer();
  const workers = Array.from({ length: 5 }, () => scene.worker("f"));
  for (let i = 0; i < 5; i++) client.sends("SUBMIT_JOB_BG", "f", "", "").got();
  for (const worker of workers) worker.sends("GRAB_JOB");
  const sends = (number: number, name: "WORK_DATA" | "WORK_COMPLETE", data: string) => {
    workers[number - 1].sends(name, `H:t:${number}`, data);
  };
  const ends = (number: number) => sends(number, "WORK_COMPLETE", "");
  const data = (number: number) => sends(number, "WORK_DATA", "x".repeat(250));
  ends(1), ends(2), ends(3), journal.splice(0);
  data(4);
  assertEquals(journal.splice(0), ["faded H:t:1"]);
  data(5), ends(5);
  assertEquals(journal.splice(0), ["ended H:t:5", "faded H:t:2"]);
  ends(4);
  assertEquals(journal.splice(0), ["ended H:t:4", "faded H:t:3"]);
  assertEquals(asks(client, "handle H:t:5"), "complete not kept\n");
  assertEquals(asks(client, "handle H:t:4"), `complete\n${"x".repeat(250)}`);
});

test("Engine has one worker's results take as much as they leave for others, and no more", () => {
  const { scene } = keeping({ maxResultBytes: 100, maxBytes: 4_000 });
  const client = scene.peer();
  const greedy = scene.worker("f");
  const kept = (worker: Actor, jobs: number) => {
    const handles: string[] = [];
    for (let i = 0; i < jobs; i++) {
      const [created] = client.sends("SUBMIT_JOB_BG", "f", "", "").got();
      handles.push(created.replace("JOB_CREATED ", ""));
      worker.sends("GRAB_JOB").sends("WORK_DATA", handles[i], "x".repeat(100));
    }
    return () =>
      handles.filter((handle) => {
        worker.sends("WORK_COMPLETE", handle, "");
        return !asks(client, `handle ${handle}`).includes("not kept");
      }).length;
  };
  const ofGreedy = kept(greedy, 20);
  // Each may have half of what those before it have left of 2,000.
  assertEquals([kept(scene.worker("f"), 20)(), ofGreedy()], [5, 10]);
  assertEquals(kept(scene.worker("f"), 20)(), 10);
});

test("Engine gives back the memory of a result however its job ends", () => {
  const { scene } = keeping({ maxResultBytes: 400, maxBytes: 2_000 });
  const client = scene.peer();
  const result = `complete\n${"x".repeat(400)}`;
  for (let round = 0; round < 20; round++) {
    const [created] = client.sends("SUBMIT_JOB_BG", "f", "", "").got();
    const handle = created.replace("JOB_CREATED ", "");
    const worker = scene.worker("f");
    const sends = () => worker.sends("GRAB_JOB").sends("WORK_DATA", handle, "x".repeat(400));
    if (round % 3 === 0) sends().sends("RESET_ABILITIES").sends("CAN_DO", "f");
    if (round % 4 === 0) sends().sends("WORK_DATA", handle, "x").sends("CANT_DO", "f");
    worker.sends("CAN_DO", "f");
    sends();
    if (round % 2 === 0) worker.sends("WORK_FAIL", handle).leaves();
    else worker.sends("WORK_COMPLETE", handle, "").leaves();
    assertEquals(asks(client, `handle ${handle}`), round % 2 === 0 ? "failed\n" : result);
  }
});

test("Engine answers questions at once, to foreground submissions only, and fails those that are none", () => {
  const { scene } = keeping();
  const client = scene.peer();
  for (const workload of ["", "handle", "job H:t:1", "unique"]) {
    assertEquals(asks(client, workload), "refused");
  }
  for (const name of ["SUBMIT_JOB_BG", "SUBMIT_JOB_HIGH_BG", "SUBMIT_JOB_LOW_BG"] as const) {
    client.sends(name, FATE_FUNCTION, "", "handle H:t:1").gets(
      "ERROR INVALID_COMMAND|Command not expected",
    );
  }
  for (const name of ["SUBMIT_JOB_HIGH", "SUBMIT_JOB_LOW"] as const) {
    assertEquals(client.sends(name, FATE_FUNCTION, "", "unique u").got().length, 2);
  }
  client.says("status").gets(".\n");
});

test("Engine says by OPTION_REQ whether it answers, and runs no questions where it keeps nothing", () => {
  const { scene } = keeping();
  scene.peer().sends("OPTION_REQ", FATE_FUNCTION).gets(`OPTION_RES ${FATE_FUNCTION}`);
  const forgetful = new Scene().peer().sends("OPTION_REQ", FATE_FUNCTION);
  forgetful.gets("ERROR UNKNOWN_OPTION|Server does not recognize given option");
  forgetful.sends("SUBMIT_JOB", FATE_FUNCTION, "", "handle H:t:1").gets("JOB_CREATED H:t:1");
});

test("Engine tells of the end of every job, but of none that nobody waited for", () => {
  const { scene, ended } = keeping();
  scene.peer().sends("SUBMIT_JOB", "f", "left", "").leaves();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "", "").sends("SUBMIT_JOB_BG", "f", "u", "");
  client.sends("SUBMIT_JOB_BG", "f", "v", "");
  const worker = scene.worker("f").sends("GRAB_JOB").sends("GRAB_JOB").sends("GRAB_JOB");
  worker.sends("WORK_EXCEPTION", "H:t:2", "e").sends("WORK_COMPLETE", "H:t:3", "r");
  worker.leaves();
  client.says("cancel job H:t:4");
  const shown = ended.map(({ handle, functionName, unique, isBackground, state }) =>
    `${handle} ${decoder.decode(functionName)} ${decoder.decode(unique)} ${isBackground} ${state}`
  );
  assertEquals(shown, [
    "H:t:2 f  false exception",
    "H:t:3 f u true complete",
    "H:t:4 f v true failed",
  ]);
});

test("Engine takes up ends that were kept before a restart", () => {
  const { scene } = keeping();
  const kept = {
    functionName: encoder.encode("f"),
    state: "complete",
    endedAt: scene.now,
  } as const;
  const fate = (number: number, handle: string, result: string): Fate => ({
    ...kept,
    number,
    handle,
    unique: encoder.encode("u"),
    data: encoder.encode(result),
  });
  scene.engine.restoreFate(fate(3, "H:t:7", "old"));
  scene.engine.restoreFate(fate(4, "H:t:8", "new"));
  assertEquals(asks(scene.peer(), "unique u"), "complete\nnew");
  assertEquals(scene.engine.fateOf(encoder.encode("H:t:7")), {
    state: "complete",
    endedAt: scene.now,
    result: encoder.encode("old"),
  });
});

test("Engine numbers ends, and goes on where those of before a restart end", () => {
  const numbers: string[] = [];
  const scene = new Scene({
    results: { ttl: 60_000, maxBytes: 600 },
    journal: {
      ...memoryJournal(),
      ended: ({ number }) => numbers.push(`ended ${number}`),
      faded: ({ number }) => numbers.push(`faded ${number}`),
    },
  });
  const [functionName, unique] = [encoder.encode("f"), encoder.encode("u")];
  const old = { functionName, unique, state: "failed", data: undefined, endedAt: 0 } as const;
  scene.engine.restoreFate({ ...old, number: 7, handle: "H:t:7" });
  scene.engine.restoreFate({ ...old, number: 9, handle: "H:t:9" });
  scene.peer().sends("SUBMIT_JOB_BG", "f", "", "").says("cancel job H:t:1").got();
  assertEquals(numbers, ["ended 10", "faded 7"]);
  scene.after(120_000);
  assertEquals(numbers.slice(2), ["faded 9", "faded 10"]);
});

test("Engine has ends dropped from its store that it is not to keep any more", () => {
  const faded: number[] = [];
  const journal = { ...memoryJournal(), faded: ({ number }: Fate) => faded.push(number) };
  const [functionName, unique] = [encoder.encode("f"), encoder.encode("u")];
  new Scene({ journal }).engine.restoreFate({
    number: 7,
    handle: "H:t:7",
    functionName,
    unique,
    state: "failed",
    data: undefined,
    endedAt: 0,
  });
  assertEquals(faded, [7]);
});

test("Engine refuses results that are kept for no time, or in no bytes", () => {
  for (const results of [{ ttl: -1 }, { ttl: NaN }, { ttl: 1, maxBytes: -1 }]) {
    assertThrows(() => new Scene({ results }), RangeError, "to be 0 or more");
  }
});

test("parseFate() reads what formatFate() writes, and nothing else", () => {
  const data = encoder.encode("line\nand more\n");
  for (
    const fate of [
      { state: "complete", endedAt: 7, result: data },
      { state: "complete", endedAt: 7, result: new Uint8Array(0) },
      { state: "complete", endedAt: 7 },
      { state: "exception", endedAt: 1764295200123, data },
      { state: "exception", endedAt: 7 },
      { state: "failed", endedAt: 7 },
      { state: "running", numerator: 3, denominator: 4294967295 },
      { state: "queued" },
      { state: "unknown" },
    ] as const
  ) {
    const [line, bytes] = formatFate(fate);
    assertEquals(parseFate(Uint8Array.of(...encoder.encode(line), ...bytes)), fate);
  }
  assertThrows(() => parseFate(encoder.encode("nonsense\n")), Error, "Expected the fate of a job");
  assertThrows(() => parseFate(new Uint8Array(0)), Error, "Expected the fate of a job");
});
