/** When a worker asks for jobs and when it sleeps: the whole machine as a table, and what a hostile server gets out of it. */
import { assertEquals, assertLess, test } from "../_harness/mod.ts";
import { type HandClock, handClock } from "../_harness/hand_clock.ts";
import { Grabber, type GrabberState } from "../../src/worker/grabber.ts";
import { Room } from "../../src/worker/room.ts";

/** A grabber, what it has said, and the clock it lives by. */
interface Scene {
  readonly grabber: Grabber;
  readonly clock: HandClock;
  readonly said: string[];
}

function scene(places: number): Scene {
  const said: string[] = [];
  const clock = handClock();
  const room = new Room(places);
  room.onFree = () => grabber.fill();
  const grabber: Grabber = new Grabber(room, clock, {
    grab: () => said.push("GRAB"),
    preSleep: () => said.push("PRE_SLEEP"),
    held: () => said.push("held"),
  });
  return { grabber, clock, said };
}

/** How a fresh grabber with four places gets into each state; what it said on the way is forgotten. */
const STATES: Readonly<Record<string, (scene: Scene) => void>> = {
  /** One grab in flight. */
  asking({ grabber }) {
    grabber.ask();
  },
  /** Two grabs in flight, and one of the answers. */
  ebbing({ grabber }) {
    grabber.ask();
    grabber.job();
    grabber.noJob();
  },
  asleep({ grabber }) {
    grabber.ask();
    grabber.noJob();
  },
  napping({ grabber }) {
    grabber.ask();
    grabber.noJob();
    for (let wakes = 0; wakes < 9; wakes++) {
      grabber.noop();
      grabber.noJob();
    }
  },
};

const INPUTS: Readonly<Record<string, (scene: Scene) => void>> = {
  JOB_ASSIGN: ({ grabber }) => grabber.job(),
  NO_JOB: ({ grabber }) => grabber.noJob(),
  NOOP: ({ grabber }) => grabber.noop(),
  "free place": ({ grabber }) => grabber.fill(),
  ask: ({ grabber }) => grabber.ask(),
  hold: ({ grabber }) => grabber.hold(),
  "100 ms": ({ clock }) => clock.turn(100),
};

/** What each input does in each state. An answer to a grab cannot come where none is in flight. */
const TABLE: readonly (readonly [string, string, readonly string[], GrabberState])[] = [
  ["asking", "JOB_ASSIGN", ["GRAB", "GRAB"], "asking"],
  ["asking", "NO_JOB", ["PRE_SLEEP"], "asleep"],
  ["asking", "NOOP", [], "asking"],
  ["asking", "free place", [], "asking"],
  ["asking", "ask", [], "asking"],
  ["asking", "hold", [], "asking"],
  ["asking", "100 ms", [], "asking"],

  ["ebbing", "JOB_ASSIGN", ["GRAB", "GRAB"], "asking"],
  ["ebbing", "NO_JOB", ["PRE_SLEEP"], "asleep"],
  ["ebbing", "NOOP", [], "ebbing"],
  ["ebbing", "free place", [], "ebbing"],
  ["ebbing", "ask", [], "asking"],
  ["ebbing", "hold", [], "ebbing"],
  ["ebbing", "100 ms", [], "ebbing"],

  ["asleep", "NOOP", ["GRAB"], "asking"],
  ["asleep", "free place", [], "asleep"],
  ["asleep", "ask", ["GRAB"], "asking"],
  ["asleep", "hold", ["held"], "asleep"],
  ["asleep", "100 ms", [], "asleep"],

  ["napping", "NOOP", [], "napping"],
  ["napping", "free place", [], "napping"],
  ["napping", "ask", ["GRAB"], "asking"],
  ["napping", "hold", ["held"], "napping"],
  ["napping", "100 ms", ["GRAB"], "asking"],
];

for (const [state, input, expected, next] of TABLE) {
  test(`Grabber: ${input} while ${state}`, () => {
    const it = scene(4);
    STATES[state](it);
    assertEquals(it.grabber.state, state);
    it.said.length = 0;
    INPUTS[input](it);
    assertEquals(it.said, expected);
    assertEquals(it.grabber.state, next);
  });
}

test("Grabber: the table has a row for each input in each state", () => {
  const rows = new Set(TABLE.map(([state, input]) => `${state} ${input}`));
  assertEquals(rows.size, TABLE.length);
  for (const state of Object.keys(STATES)) {
    const it = scene(4);
    STATES[state](it);
    for (const input of Object.keys(INPUTS)) {
      const isAnswer = input === "JOB_ASSIGN" || input === "NO_JOB";
      if (isAnswer && it.grabber.inFlight === 0) continue;
      assertEquals(rows.has(`${state} ${input}`), true, `${input} while ${state}`);
    }
  }
});

test("Grabber asks for nothing before ask(), and for no more than there are places", () => {
  const { grabber, said } = scene(3);
  grabber.fill();
  assertEquals(said, []);
  grabber.ask();
  for (let jobs = 0; jobs < 3; jobs++) grabber.job();
  assertEquals([said.length, grabber.inFlight], [3, 0]);
  grabber.fill();
  assertEquals(said.length, 3);
});

test("Grabber, held with grabs in flight, says so once they are answered, and stays held", () => {
  const { grabber, said } = scene(4);
  grabber.ask();
  grabber.job();
  said.length = 0;
  grabber.hold();
  grabber.noJob();
  assertEquals(said, []);
  grabber.job();
  assertEquals(said, ["held"]);
  grabber.noop();
  grabber.fill();
  assertEquals(said, ["held"]);
  grabber.ask();
  assertEquals(said, ["held", "GRAB", "GRAB"]);
});

test("Grabber gives the places of its grabs back when it is stopped", () => {
  const room = new Room(2);
  const grabber = new Grabber(room, handClock(), {
    grab() {},
    preSleep() {},
    held() {},
  });
  grabber.ask();
  assertEquals([room.take(), room.take()], [true, false]);
  grabber.stop();
  assertEquals(room.take(), true);
});

/** Plays a server for so many milliseconds, and counts the packets that the grabber sent. */
function packets(milliseconds: number, answer: (sent: string, it: Scene) => void): number {
  const it = scene(16);
  it.grabber.ask();
  let heard = 0;
  for (let time = 0; time < milliseconds; time++) {
    while (heard < it.said.length) {
      if (heard > 100_000) return Infinity;
      answer(it.said[heard++], it);
    }
    it.clock.turn(1);
  }
  return heard;
}

test("Grabber sends a server that wakes it for nothing at once some 50 packets a second", () => {
  const sent = packets(10_000, (sent, { grabber }) => {
    if (sent === "GRAB") grabber.noJob();
    else grabber.noop();
  });
  // Three for each nap of 100 ms: GRAB, PRE_SLEEP, GRAB; and the nine rounds before the first.
  assertLess(sent, 320);
});

test("Grabber is not woken from its nap, whatever the server sends", () => {
  const sent = packets(10_000, (sent, { grabber }) => {
    if (sent === "GRAB") grabber.noJob();
    for (let i = 0; i < 100; i++) grabber.noop();
  });
  assertLess(sent, 320);
});

test("Grabber is spun by no NOOP that comes while it asks", () => {
  const sent = packets(1_000, (sent, { grabber }) => {
    for (let i = 0; i < 100; i++) grabber.noop();
    if (sent === "GRAB") grabber.noJob();
  });
  assertLess(sent, 60);
});

test("Grabber may be woken for nothing for ever, when it has slept in between", () => {
  const { grabber, clock, said } = scene(1);
  grabber.ask();
  grabber.noJob();
  for (let wakes = 0; wakes < 100; wakes++) {
    clock.turn(100);
    grabber.noop();
    grabber.noJob();
    assertEquals(grabber.state, "asleep");
  }
  assertEquals(said.length, 202);
});

test("an answer to a grab that is older than a function does not put to sleep", () => {
  const { grabber, said } = scene(1);
  grabber.ask();
  grabber.widen();
  grabber.ask();
  grabber.noJob();
  assertEquals([said, grabber.state], [["GRAB", "GRAB"], "asking"]);
  grabber.noJob();
  grabber.widen();
  grabber.ask();
  grabber.noJob();
  assertEquals(said, ["GRAB", "GRAB", "PRE_SLEEP", "GRAB", "PRE_SLEEP"]);
});
