/** Timetables that were read before. */
import type { TimeFields } from "../../src/protocol/mod.ts";
import { Timetables } from "../../src/server/timetables.ts";
import { assertEquals, assertStrictEquals, assertThrows, test } from "../_harness/mod.ts";

test("Timetables.read() gives the same table for the same fields", () => {
  const timetables = new Timetables();
  const fields = (minutes: string): TimeFields => [minutes, "3", "*", "*", "mon"];
  const first = timetables.read(fields("5"));
  assertEquals(first.times, "5 3 * * mon");
  assertStrictEquals(timetables.read(fields("5")), first);
  // Many others have come since, and it is forgotten: it is read again.
  for (let i = 0; i < 2000; i++) timetables.read(fields(`${i % 60},${Math.floor(i / 60)}`));
  assertEquals(timetables.read(fields("5")), first);
});

test("Timetables.read() takes no fields with spaces for others", () => {
  const timetables = new Timetables();
  timetables.read(["1", "2", "*", "*", "*"]);
  for (
    const fields of [["1 2", "*", "*", "*", ""], ["1", "2 *", "*", "*", "*"], [
      " 1",
      "2",
      "*",
      "*",
      "*",
    ]]
  ) {
    assertThrows(() => timetables.read(fields as unknown as TimeFields), RangeError, "Expected");
  }
});
