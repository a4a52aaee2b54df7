/** When a timetable has its next time, also where the clocks are set forward or back. */
import { parseTimetable, type TimeFields } from "../../src/protocol/mod.ts";
import { nextDue } from "../../src/server/next_due.ts";
import { Zone } from "../../src/server/zone.ts";
import { assertEquals, assertThrows, test } from "../_harness/mod.ts";

const MINUTE = 60_000;

function tableOf(line: string) {
  return parseTimetable(line.split(" ") as unknown as TimeFields);
}

/** The next times of a line, in UTC. */
function times(line: string, zone: string, after: string, count: number): string[] {
  const found: string[] = [];
  const table = tableOf(line);
  const clock = new Zone(zone);
  let moment = Date.parse(`${after}Z`);
  for (let i = 0; i < count; i++) {
    moment = nextDue(table, clock, moment);
    found.push(new Date(moment).toISOString().slice(0, 16));
  }
  return found;
}

/** One row: the line, the zone, the moment after which, and the times that follow. All moments in UTC. */
type Row = readonly [line: string, zone: string, after: string, ...times: string[]];

function check(rows: readonly Row[]): void {
  for (const [line, zone, after, ...expected] of rows) {
    assertEquals(times(line, zone, after, expected.length), expected, `${line} in ${zone}`);
  }
}

test("nextDue() finds minutes, hours, days, months and days of the week", () => {
  check([
    ["* * * * *", "UTC", "2026-06-01T10:00", "2026-06-01T10:01", "2026-06-01T10:02"],
    ["* * * * *", "UTC", "2026-06-01T10:00:59.999", "2026-06-01T10:01"],
    ["30 * * * *", "UTC", "2026-06-01T10:30", "2026-06-01T11:30", "2026-06-01T12:30"],
    ["*/25 * * * *", "UTC", "2026-06-01T23:30", "2026-06-01T23:50", "2026-06-02T00:00"],
    ["0 3 * * *", "UTC", "2026-06-01T02:59", "2026-06-01T03:00", "2026-06-02T03:00"],
    ["0,30 22-2 * * *", "UTC", "2026-06-01T01:10", "2026-06-01T01:30", "2026-06-01T02:00"],
    ["0 0 1 * *", "UTC", "2026-12-01T00:00", "2027-01-01T00:00", "2027-02-01T00:00"],
    ["0 0 31 * *", "UTC", "2026-01-31T00:00", "2026-03-31T00:00", "2026-05-31T00:00"],
    ["0 0 29 2 *", "UTC", "2096-02-29T00:00", "2104-02-29T00:00"],
    ["0 12 * * 0", "UTC", "2026-06-01T12:00", "2026-06-08T12:00"],
    ["0 12 * * 6", "UTC", "2026-06-01T12:00", "2026-06-07T12:00"],
    ["0 12 15 * mon", "UTC", "2026-06-08T12:00", "2026-06-15T12:00", "2026-06-22T12:00"],
    ["10 * 1 * *", "UTC", "2026-06-01T23:10", "2026-07-01T00:10"],
    ["0 0 1 1 *", "Asia/Kathmandu", "2026-06-01T00:00", "2026-12-31T18:15"],
    ["0 9 * * *", "America/New_York", "2026-01-01T00:00", "2026-01-01T14:00"],
  ]);
});

// Vienna: at 01:00 UTC on 29 March 2026 from 02:00 to 03:00, on 25 October from 03:00 to 02:00.
test("nextDue() runs once what the clocks leave out, when they do", () => {
  check([
    ["30 2 * * *", "Europe/Vienna", "2026-03-28T02:00", "2026-03-29T01:00", "2026-03-30T00:30"],
    ["0 3 * * *", "Europe/Vienna", "2026-03-28T03:00", "2026-03-29T01:00", "2026-03-30T01:00"],
    ["0,30 2,3 * * *", "Europe/Vienna", "2026-03-29T00:00", "2026-03-29T01:00", "2026-03-29T01:30"],
    ["* 2 * * *", "Europe/Vienna", "2026-03-29T00:59", "2026-03-29T01:00", "2026-03-30T00:00"],
    ["59 1 * * *", "Europe/Vienna", "2026-03-28T10:00", "2026-03-29T00:59", "2026-03-29T23:59"],
    ["30 2 29 3 *", "Europe/Vienna", "2026-03-01T00:00", "2026-03-29T01:00", "2027-03-29T00:30"],
  ]);
});

test("nextDue() runs once what the clocks show twice, the first time", () => {
  check([
    ["30 2 * * *", "Europe/Vienna", "2026-10-24T01:00", "2026-10-25T00:30", "2026-10-26T01:30"],
    ["0 3 * * *", "Europe/Vienna", "2026-10-24T03:00", "2026-10-25T02:00"],
    ["*/20 2-3 * * *", "Europe/Vienna", "2026-10-25T00:30", "2026-10-25T00:40", "2026-10-25T02:00"],
    // In the hour that is shown for the second time nothing is due.
    ["*/20 2-3 * * *", "Europe/Vienna", "2026-10-25T01:10", "2026-10-25T02:00"],
    ["0 1 * * *", "America/New_York", "2026-11-01T00:00", "2026-11-01T05:00", "2026-11-02T06:00"],
  ]);
});

test("nextDue() counts the time that passes where every hour is meant", () => {
  check([
    ["*/30 * * * *", "Europe/Vienna", "2026-10-25T00:00", "2026-10-25T00:30", "2026-10-25T01:00"],
    ["0 * * * *", "Europe/Vienna", "2026-10-25T00:00", "2026-10-25T01:00", "2026-10-25T02:00"],
    ["30 * * * *", "Europe/Vienna", "2026-03-29T00:00", "2026-03-29T00:30", "2026-03-29T01:30"],
    ["0 * 29 3 *", "Europe/Vienna", "2026-03-28T00:00", "2026-03-28T23:00", "2026-03-29T00:00"],
  ]);
});

test("nextDue() knows zones that are set by half an hour, at midnight, or by a day", () => {
  check([
    // Lord Howe: at 15:00 UTC on 4 April 2026 from 02:00 to 01:30, on 3 October from 02:00 to 02:30.
    [
      "45 1 * * *",
      "Australia/Lord_Howe",
      "2026-04-03T20:00",
      "2026-04-04T14:45",
      "2026-04-05T15:15",
    ],
    [
      "15 2 * * *",
      "Australia/Lord_Howe",
      "2026-10-03T00:00",
      "2026-10-03T15:30",
      "2026-10-04T15:15",
    ],
    [
      "*/15 * * * *",
      "Australia/Lord_Howe",
      "2026-10-03T15:20",
      "2026-10-03T15:30",
      "2026-10-03T15:45",
    ],
    // Beirut: at 22:00 UTC on 28 March 2026 from 00:00 to 01:00.
    ["0 0 * * *", "Asia/Beirut", "2026-03-28T00:00", "2026-03-28T22:00", "2026-03-29T21:00"],
    ["10 * 29 3 *", "Asia/Beirut", "2026-03-28T00:00", "2026-03-28T22:10"],
    // Samoa had no 30 December 2011.
    ["0 12 30 12 *", "Pacific/Apia", "2011-12-01T00:00", "2011-12-30T10:00", "2012-12-29T22:00"],
  ]);
});

test("nextDue() is after the moment, on the line, and skips nothing that is on it", () => {
  const zone = new Zone("Europe/Vienna");
  const day = (from: string) =>
    Array.from({ length: 30 * 60 }, (_, i) => Date.parse(`${from}Z`) + i * MINUTE);
  for (const line of ["*/7 * * * *", "0,59 1-3 * * *", "17 2 * * *"]) {
    const table = tableOf(line);
    for (const from of ["2026-03-28T20:00", "2026-10-24T20:00", "2026-06-01T00:00"]) {
      const moments = day(from);
      let expected = nextDue(table, zone, moments[0]);
      for (const moment of moments) {
        if (moment === expected) expected = nextDue(table, zone, moment);
        assertEquals(nextDue(table, zone, moment), expected, `${line} after ${moment}`);
      }
    }
  }
});

test("Zone refuses names that the runtime does not know", () => {
  for (const name of ["", "Vienna", "Europe/Wien"]) {
    assertThrows(() => new Zone(name), RangeError, "Expected a time zone, for instance");
  }
});
