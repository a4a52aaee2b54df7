/**
 * When SUBMIT_JOB_SCHED has a job run: five fields as in a crontab, but for the days of the week,
 * which Gearman's protocol counts from Monday on, and cron from Sunday on.
 *
 *     minute 0-59   hour 0-23   day of month 1-31   month 1-12   day of week 0-6, 0 is Monday
 *
 * A field is `*`, or nothing, for all; a number; a range, which may run over the end (`22-2`); a
 * step behind `*` or a range (`8-18/2`); or a list of these with commas. Months and days of the
 * week have names as well, `jan` and `mon`, in any case.
 *
 * @module
 */
import { got } from "../errors.ts";
import { wrongRange } from "../misuse.ts";

/** Minute, hour, day of month, month and day of week, in the order of the wire. */
export type TimeFields = readonly [string, string, string, string, string];

/**
 * The values of each field, as bits: a server may have a great many of these. The lowest bit stands
 * for the least value, and so on.
 */
export interface Timetable {
  /** The minutes 0 to 29, and 30 to 59: a number has no sixty bits. */
  readonly firstMinutes: number;
  readonly lastMinutes: number;
  readonly hours: number;
  readonly daysOfMonth: number;
  readonly months: number;
  /** 0 is Monday. */
  readonly daysOfWeek: number;
}

/** Minutes in each half of an hour. */
const HALF = 30;

interface Field {
  readonly what: string;
  readonly least: number;
  readonly most: number;
  /** Names of the values, from the least on. */
  readonly names: readonly string[];
}

/** The names of the months, January first. */
export const MONTHS: readonly string[] = "jan feb mar apr may jun jul aug sep oct nov dec"
  .split(" ");

/** The names of the days of the week, as the wire numbers them from 0 on. */
export const DAYS_OF_WEEK: readonly string[] = "mon tue wed thu fri sat sun".split(" ");

const FIELDS: readonly Field[] = [
  { what: "minutes from 0 to 59", least: 0, most: 59, names: [] },
  { what: "hours from 0 to 23", least: 0, most: 23, names: [] },
  { what: "days of the month from 1 to 31", least: 1, most: 31, names: [] },
  { what: "months from 1 to 12, or jan to dec", least: 1, most: 12, names: MONTHS },
  {
    what: "days of the week from 0, Monday, to 6, or mon to sun",
    least: 0,
    most: 6,
    names: DAYS_OF_WEEK,
  },
];

/** Bytes of the longest field that is looked at. */
const MAX_FIELD_BYTES = 255;

const ITEM = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d{1,2}))?$/;

/** The most days that each month has. */
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const ALL_HOURS = 2 ** 24 - 1;
const ALL_DAYS_OF_MONTH = 2 ** 31 - 1;
const ALL_DAYS_OF_WEEK = 2 ** 7 - 1;

/** Reads the fields. Throws a `RangeError` that says what was expected. */
export function parseTimetable(fields: TimeFields): Timetable {
  const [minutes, hours, days, months, daysOfWeek] = fields.map((text, i) =>
    parseField(text, FIELDS[i])
  );
  const hasDay = LONGEST.some((most, i) => months[i] && days.indexOf(true) < most);
  const table = {
    firstMinutes: bitsOf(minutes.slice(0, HALF)),
    lastMinutes: bitsOf(minutes.slice(HALF)),
    hours: bitsOf(hours),
    daysOfMonth: bitsOf(days),
    months: bitsOf(months),
    daysOfWeek: bitsOf(daysOfWeek),
  };
  if (hasDay || table.daysOfWeek !== ALL_DAYS_OF_WEEK) return table;
  throw new RangeError(
    `Expected a day that the months have, got ${got(fields[2])} in months ${got(fields[3])}`,
  );
}

/**
 * Whether the table has a day. Where days of the month and days of the week are both given, either
 * will do, as in every cron; where one of them is all days, the other decides.
 */
export function hasDay(table: Timetable, month: number, day: number, dayOfWeek: number): boolean {
  if (!hasMonth(table, month)) return false;
  const { daysOfMonth, daysOfWeek } = table;
  const isInMonth = hasBit(daysOfMonth, day - 1);
  const isInWeek = hasBit(daysOfWeek, dayOfWeek);
  if (daysOfWeek === ALL_DAYS_OF_WEEK) return isInMonth;
  return daysOfMonth === ALL_DAYS_OF_MONTH ? isInWeek : isInMonth || isInWeek;
}

/** Whether the table has a month: 1 is January. */
export function hasMonth({ months }: Timetable, month: number): boolean {
  return hasBit(months, month - 1);
}

/** Whether the table has an hour. */
export function hasHour({ hours }: Timetable, hour: number): boolean {
  return hasBit(hours, hour);
}

/** Whether the table has a minute. */
export function hasMinute({ firstMinutes, lastMinutes }: Timetable, minute: number): boolean {
  return minute < HALF ? hasBit(firstMinutes, minute) : hasBit(lastMinutes, minute - HALF);
}

/** Whether the table has every hour: it counts time as it passes, and not the hours of a day. */
export function isHourly({ hours }: Timetable): boolean {
  return hours === ALL_HOURS;
}

function bitsOf(flags: readonly boolean[]): number {
  return flags.reduce((bits, isIn, place) => isIn ? bits | 1 << place : bits, 0);
}

function hasBit(bits: number, place: number): boolean {
  return (bits >> place & 1) === 1;
}

/** Which values a field has, from the least on. */
function parseField(text: string, field: Field): readonly boolean[] {
  const flags = Array.from({ length: field.most - field.least + 1 }, () => false);
  if (text.length > MAX_FIELD_BYTES) throw unexpected(text, field);
  for (const item of text === "" ? ["*"] : text.split(",")) {
    const [match, first, last, step] = ITEM.exec(item) ?? [];
    const from = valueOf(first, field) ?? field.least;
    const to = valueOf(last, field) ?? (first === undefined ? field.most : from);
    const isStepAlone = step !== undefined && first !== undefined && last === undefined;
    if (match === undefined || isStepAlone || step === "0" || step === "00") {
      throw unexpected(text, field);
    }
    mark(flags, from, to, Number(step ?? 1), field);
  }
  return flags;
}

/** Sets every `step`th flag on the way, which leads over the end where `to` comes before `from`. */
function mark(flags: boolean[], from: number, to: number, step: number, field: Field): void {
  const values = flags.length;
  const length = (to - from + values) % values;
  for (let i = 0; i <= length; i += step) flags[(from - field.least + i) % values] = true;
}

/** A number or a name. Undefined: there is none. */
function valueOf(text: string | undefined, field: Field): number | undefined {
  if (text === undefined) return undefined;
  const { least, most, names } = field;
  const place = names.indexOf(text.toLowerCase());
  const value = place >= 0 ? least + place : /^\d{1,2}$/.test(text) ? Number(text) : -1;
  if (value >= least && value <= most) return value;
  throw unexpected(text, field);
}

function unexpected(text: string, { what }: Field): RangeError {
  return wrongRange(`${what}, as in 5, 1-5, */2 or 1,3`, text);
}
