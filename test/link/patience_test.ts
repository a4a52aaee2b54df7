/** Who is silent, and who is only slow. */
import { assertEquals, test } from "../_harness/mod.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Patience } from "../../src/link/mod.ts";

function watch() {
  const clock = handClock();
  const seen = { due: undefined as number | undefined, moved: 0, silences: 0 };
  const patience = new Patience({
    clock,
    limit: 1_000,
    dueSince: () => seen.due,
    movedAt: () => seen.moved,
    onSilence: () => void seen.silences++,
  });
  return { clock, seen, patience };
}

test("Patience ends when nothing moves for the limit, at a second look", () => {
  const { clock, seen, patience } = watch();
  seen.due = 0;
  patience.begin();
  clock.turn(1_000);
  assertEquals(seen.silences, 0);
  clock.turn(100);
  assertEquals([seen.silences, clock.pending], [1, 0]);
});

test("Patience bears with what moves, however long the answer takes", () => {
  const { clock, seen, patience } = watch();
  seen.due = 0;
  patience.begin();
  for (let i = 0; i < 20; i++) {
    clock.turn(900);
    seen.moved = clock.now();
  }
  assertEquals(seen.silences, 0);
  clock.turn(1_100);
  assertEquals(seen.silences, 1);
});

test("Patience takes bytes that come by the second look for a sign of life", () => {
  const { clock, seen, patience } = watch();
  seen.due = 0;
  patience.begin();
  clock.turn(1_000);
  seen.moved = clock.now();
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
