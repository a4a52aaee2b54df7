/** What the five fields of SUBMIT_JOB_SCHED say, and which are none. */
import {
  hasDay,
  hasHour,
  hasMinute,
  hasMonth,
  isHourly,
  parseTimetable,
  type TimeFields,
  type Timetable,
} from "../../src/protocol/mod.ts";
import { assertEquals, assertThrows, test } from "../_harness/mod.ts";

/** Whether a table has a value of each field; the days alone where the other days are all. */
const HAS: readonly ((table: Timetable, value: number) => boolean)[] = [
  hasMinute,
  hasHour,
  (table, day) => hasDay(table, 1, day, 0),
  hasMonth,
  (table, day) => hasDay(table, 1, 1, day),
];

function fields(line: string): TimeFields {
  return line.split(" ").map((field) => field === "-" ? "" : field) as unknown as TimeFields;
}

/** One beyond the largest value of each field. */
const MOST = [60, 24, 32, 13, 7];

/** The values of one field, the others being all. */
function values(place: number, text: string): string {
  const all = ["*", "*", "*", "*", "*"].with(place, text) as unknown as TimeFields;
  const table = parseTimetable(all);
  return Array.from({ length: 60 }, (_, value) => value)
    .filter((value) => value < MOST[place] && HAS[place](table, value)).join();
}

test("parseTimetable() reads numbers, ranges, steps, lists and names", () => {
  const rows: readonly (readonly [place: number, text: string, expected: string])[] = [
    [0, "0", "0"],
    [0, "59", "59"],
    [0, "05", "5"],
    [0, "3,1,2", "1,2,3"],
    [0, "*/20", "0,20,40"],
    [0, "10-30/10", "10,20,30"],
    [0, "10-29/10", "10,20"],
    [0, "55-5/5", "0,5,55"],
    [1, "22-2", "0,1,2,22,23"],
    [1, "9-17/4,23", "9,13,17,23"],
    [1, "7-7", "7"],
    [2, "1,31", "1,31"],
    [2, "*/10", "1,11,21,31"],
    [2, "30-2", "1,2,30,31"],
    [3, "jan,Jun,DEC", "1,6,12"],
    [3, "nov-feb", "1,2,11,12"],
    [4, "0", "0"],
    [4, "6", "6"],
    [4, "mon-fri", "0,1,2,3,4"],
    [4, "SAT,sun", "5,6"],
    [4, "sun-tue", "0,1,6"],
    [4, "0-6", "0,1,2,3,4,5,6"],
    [4, "", "0,1,2,3,4,5,6"],
    [4, "*", "0,1,2,3,4,5,6"],
  ];
  for (const [place, text, expected] of rows) assertEquals(values(place, text), expected, text);
});

test("parseTimetable() says which field is none, and what was expected", () => {
  const rows: readonly (readonly [place: number, texts: string, message: string])[] = [
    [0, "60 -1 x 1- -  1.5 */0 */00 5/10 *-5 1,,2 , 1-2-3 100 ٣", "Expected minutes from 0 to 59"],
    [1, "24 jan 1-24 */x", "Expected hours from 0 to 23, as in 5, 1-5, */2 or 1,3, got "],
    [2, "0 32 mon", "Expected days of the month from 1 to 31"],
    [3, "0 13 january mon", "Expected months from 1 to 12, or jan to dec"],
    [4, "7 monday jan", "Expected days of the week from 0, Monday, to 6, or mon to sun"],
  ];
  for (const [place, texts, message] of rows) {
    for (const text of texts.split(" ").filter((text) => text !== "")) {
      assertThrows(() => values(place, text), RangeError, message);
    }
  }
  assertThrows(() => values(0, " 1"), RangeError, 'got " 1"');
  assertThrows(() => values(0, "1,".repeat(200)), RangeError, "1,1,1...");
});

test("parseTimetable() refuses a day that no month has", () => {
  const parse = (line: string) => parseTimetable(fields(line));
  const text = 'Expected a day that the months have, got "31" in months "4,6"';
  assertThrows(() => parse("0 0 31 4,6 *"), RangeError, text);
  assertThrows(() => parse("0 0 30 2 *"), RangeError, 'got "30" in months "2"');
  for (const line of ["0 0 29 2 *", "0 0 31 4,5 *", "0 0 30 2 mon", "- - - - -"]) parse(line);
});

test("hasDay() takes either day where both are given, and the given one where one is", () => {
  const days = (line: string) => {
    const table = parseTimetable(fields(line));
    // 1 June 2026 is a Monday.
    return Array.from({ length: 10 }, (_, i) => hasDay(table, 6, i + 1, i % 7) ? i + 1 : "").join(
      " ",
    )
      .trim().replaceAll(/ +/g, " ");
  };
  assertEquals(days("0 0 * * *"), "1 2 3 4 5 6 7 8 9 10");
  assertEquals(days("0 0 3,5 * *"), "3 5");
  assertEquals(days("0 0 * * mon"), "1 8");
  assertEquals(days("0 0 3 * mon"), "1 3 8");
  assertEquals(days("0 0 1-31 * mon"), "1 8");
  assertEquals(days("0 0 */5 * mon"), "1 6 8");
  assertEquals(days("0 0 3 7 mon"), "");
});

test("parseTimetable() keeps a table in a few numbers, and all values of each field", () => {
  const table = parseTimetable(fields("* * * * *"));
  assertEquals(Object.values(table).map((value) => typeof value), Array(6).fill("number"));
  const counts = HAS.map((has, place) =>
    Array.from({ length: MOST[place] }, (_, value) => value).filter((value) => has(table, value))
  );
  assertEquals(counts.map(({ length }) => length), [60, 24, 31, 12, 7]);
});

test("isHourly() is true for every hour, however it is said", () => {
  const hourly = (line: string) => isHourly(parseTimetable(fields(line)));
  assertEquals(["0 * * * *", "0 0-23 * * *", "0 - * * *"].map(hourly), [true, true, true]);
  assertEquals(["0 1-23 * * *", "0 */2 * * *", "0 0 * * *"].map(hourly), [false, false, false]);
});
