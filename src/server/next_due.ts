/**
 * When a timetable has its next time.
 *
 * Clocks are set forward and back. A table that has every hour goes by the time that passes: every
 * ten minutes stay every ten minutes. One that has some hours goes by the clock, and each of its
 * times is due once a day: one that the clocks leave out is due at the moment at which they do, and
 * one that they show twice is due the first time.
 *
 * @module
 */
import { hasDay, hasHour, hasMinute, hasMonth, isHourly, type Timetable } from "../protocol/mod.ts";
import type { Zone } from "./zone.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Days in which a table has one: 29 February is missing for eight years around 2100. */
const MOST_DAYS = 9 * 366;

/** The first time of a table after a moment, in milliseconds since the epoch. Infinity: the calendar ends before. */
export function nextDue(table: Timetable, zone: Zone, after: number): number {
  return isHourly(table) ? nextMoment(table, zone, after) : nextOfClock(table, zone, after);
}

function nextMoment(table: Timetable, zone: Zone, after: number): number {
  let moment = (Math.floor(after / MINUTE) + 1) * MINUTE;
  for (;;) {
    const local = zone.localAt(moment);
    const today = Math.floor(local / DAY) * DAY;
    const day = nextDay(table, today);
    if (day === undefined) return Infinity;
    if (day > today) {
      moment = Math.max(zone.momentOf(day), moment + MINUTE);
    } else if (hasMinute(table, Math.floor((local - today) / MINUTE) % 60)) {
      return moment;
    } else {
      moment += MINUTE;
    }
  }
}

function nextOfClock(table: Timetable, zone: Zone, after: number): number {
  const start = zone.localAt(after);
  for (const local of times(table, start)) {
    const moment = zone.momentOf(local);
    if (moment > after) return moment;
  }
  return Infinity;
}

/** The table's times on a clock, from the minute of `start` on. */
function* times(table: Timetable, start: number): Iterable<number> {
  const firstMinute = Math.floor(start / MINUTE) * MINUTE;
  let day = nextDay(table, Math.floor(start / DAY) * DAY);
  while (day !== undefined) {
    for (let hour = 0; hour < 24; hour++) {
      if (!hasHour(table, hour)) continue;
      for (let minute = 0; minute < 60; minute++) {
        const local = day + hour * HOUR + minute * MINUTE;
        if (hasMinute(table, minute) && local >= firstMinute) yield local;
      }
    }
    day = nextDay(table, day + DAY);
  }
}

/** The first of the table's days from that one on. */
function nextDay(table: Timetable, from: number): number | undefined {
  let day = from;
  while (day < from + MOST_DAYS * DAY) {
    const date = new Date(day);
    const month = date.getUTCMonth();
    // getUTCDay() counts from Sunday on.
    const dayOfWeek = (date.getUTCDay() + 6) % 7;
    if (hasDay(table, month + 1, date.getUTCDate(), dayOfWeek)) return day;
    day = hasMonth(table, month + 1) ? day + DAY : Date.UTC(date.getUTCFullYear(), month + 1);
  }
  return undefined;
}
