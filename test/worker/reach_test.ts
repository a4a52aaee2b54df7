/** How many grabs are sent, by what came of those before. */
import { assertEquals, test } from "../_harness/mod.ts";
import { Reach } from "../../src/worker/reach.ts";

/** How many grabs it allows in all. */
function sizeOf(reach: Reach): number {
  let inFlight = 0;
  while (reach.allows(inFlight)) inFlight++;
  return inFlight;
}

/** Its size after each of so many jobs. */
function sizes(reach: Reach, jobs: number): number[] {
  return Array.from({ length: jobs }, () => {
    reach.widen();
    return sizeOf(reach);
  });
}

test("Reach begins with one grab and doubles with each job", () => {
  const reach = new Reach(() => 12);
  assertEquals(sizeOf(reach), 1);
  assertEquals(sizes(reach, 5), [2, 4, 8, 12, 12]);
});

test("Reach goes back to one grab when there is no job, and creeps from half on", () => {
  const reach = new Reach(() => 64);
  sizes(reach, 3);
  for (let i = 0; i < 8; i++) reach.shrink();
  assertEquals(sizeOf(reach), 1);
  assertEquals(sizes(reach, 8), [2, 4, 5, 5, 5, 5, 6, 6]);
});

test("Reach finds its way back to all of its size while jobs come", () => {
  const reach = new Reach(() => 64);
  sizes(reach, 2);
  reach.shrink();
  assertEquals(sizes(reach, 5000).at(-1), 64);
});

test("Reach of one stays one", () => {
  const reach = new Reach(() => 1);
  sizes(reach, 3);
  reach.shrink();
  assertEquals(sizes(reach, 3), [1, 1, 1]);
});
