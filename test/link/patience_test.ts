/** Who is silent, and who is only slow. */
import { assertEquals, test } from "../_harness/mod.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Patience } from "../../src/link/mod.ts";

function watch(heartbeat = Infinity) {
  const clock = handClock();
  const wire = { heardAt: 0, isBackedUp: false, taken: 0 };
  const seen = { due: undefined as number | undefined, asked: 0, silences: 0 };
  const patience = new Patience({
    clock,
    limit: 1_000,
    heartbeat,
    wire,
    dueSince: () => seen.due,
    ask: () => {
      seen.asked++;
      seen.due = clock.now();
    },
    onSilence: () => void seen.silences++,
  });
  return { clock, wire, seen, patience };
}

test("Patience ends when nothing comes for the limit, at a second look", () => {
  const { clock, seen, patience } = watch();
  seen.due = 0;
  patience.begin();
  clock.turn(1_000);
  assertEquals(seen.silences, 0);
  clock.turn(100);
  assertEquals([seen.silences, clock.pending], [1, 0]);
});

test("Patience bears with what comes, however long the answer takes", () => {
  const { clock, wire, seen, patience } = watch();
  seen.due = 0;
  patience.begin();
  for (let i = 0; i < 20; i++) {
    clock.turn(900);
    wire.heardAt = clock.now();
  }
  assertEquals(seen.silences, 0);
  clock.turn(1_100);
  assertEquals(seen.silences, 1);
});

test("Patience bears with a far end that takes what waits, and gives it the limit from then on", () => {
  const { clock, wire, seen, patience } = watch();
  seen.due = 0;
  wire.isBackedUp = true;
  patience.begin();
  for (let i = 0; i < 20; i++) {
    wire.taken += 1_000;
    clock.turn(900);
  }
  wire.isBackedUp = false;
  assertEquals(seen.silences, 0);
  clock.turn(2_100);
  assertEquals(seen.silences, 1);
});

test("Patience takes no write that finds room at once for a sign of life", () => {
  const { clock, wire, seen, patience } = watch();
  seen.due = 0;
  patience.begin();
  for (let i = 0; i < 12; i++) {
    wire.taken += 1_000;
    clock.turn(100);
  }
  assertEquals(seen.silences, 1);
});

test("Patience takes bytes that come by the second look for a sign of life", () => {
  const { clock, wire, seen, patience } = watch();
  seen.due = 0;
  patience.begin();
  clock.turn(1_000);
  wire.heardAt = clock.now();
  clock.turn(100);
  assertEquals(seen.silences, 0);
});

test("Patience looks no more once nothing is due, or it is told so", () => {
  const { clock, seen, patience } = watch();
  patience.begin();
  clock.turn(1_000);
  assertEquals(clock.pending, 0);
  seen.due = clock.now();
  patience.begin();
  patience.end();
  clock.turn(10_000);
  assertEquals([seen.silences, clock.pending], [0, 0]);
});

for (const heartbeat of [300, 5_000]) {
  test(`Patience asks for a sign of life after ${heartbeat} ms, and bears the limit from there`, () => {
    const { clock, wire, seen, patience } = watch(heartbeat);
    patience.begin();
    clock.turn(250);
    wire.heardAt = clock.now();
    clock.turn(heartbeat - 1);
    assertEquals(seen.asked, 0);
    clock.turn(1);
    assertEquals([seen.asked, seen.silences], [1, 0]);
    clock.turn(1_099);
    assertEquals([seen.asked, seen.silences], [1, 0]);
    clock.turn(1);
    assertEquals([seen.asked, seen.silences, clock.pending], [1, 1, 0]);
  });
}

test("Patience asks again only after another silence", () => {
  const { clock, wire, seen, patience } = watch(300);
  patience.begin();
  for (let beat = 1; beat <= 5; beat++) {
    clock.turn(300);
    assertEquals(seen.asked, beat);
    seen.due = undefined;
    wire.heardAt = clock.now();
  }
  assertEquals([seen.silences, clock.pending], [0, 1]);
});
