/**
 * When the server is to submit a job again and again: from what a caller says to the fields of
 * SUBMIT_JOB_SCHED.
 *
 * @module
 */
import { checkOptions, type OptionNames, wrongRange, wrongType } from "../misuse.ts";
import { DAYS_OF_WEEK, MONTHS, parseTimetable, type TimeFields } from "../protocol/mod.ts";

/**
 * Times at which a server submits a job, until `cancel job` ends that, by the clock of the server's
 * time zone. A field is a number, or text as in a crontab: a range, which may run over the end
 * (`"22-2"`), a step behind that or behind `*` (`"8-18/2"`), or a list (`"1,15"`).
 *
 * @example
 * ```ts
 * import type { Schedule } from "geartrain";
 *
 * export const onWeekdays: Schedule = { minute: 0, hour: "8-18/2", dayOfWeek: "mon-fri" };
 * ```
 */
export interface Schedule {
  /** 0 to 59. */
  readonly minute: number | string;
  /** 0 to 23. Default: every hour. */
  readonly hour?: number | string;
  /** 1 to 31. Default: every day. Where `dayOfWeek` is given as well, either will do. */
  readonly dayOfMonth?: number | string;
  /** 1 to 12, or `"jan"` to `"dec"`. Default: every month. */
  readonly month?: number | string;
  /**
   * By name, `"mon"` to `"sun"`, as in `"mon-fri"`. Default: every day. Not by number: cron counts
   * from Sunday on, and Gearman from Monday on.
   */
  readonly dayOfWeek?: string;
}

/** What all fields of the wire are called, in their order. */
const SCHEDULE: OptionNames<Schedule> = {
  minute: true,
  hour: true,
  dayOfMonth: true,
  month: true,
  dayOfWeek: true,
};
const NAMES = Object.keys(SCHEDULE) as (keyof Schedule)[];

/** The fields as the wire has them. Throws a `TypeError` or `RangeError` for what is no schedule. */
export function timeFieldsOf(schedule: Schedule | string): TimeFields {
  const texts = typeof schedule === "object" && schedule !== null
    ? textsOf(schedule)
    : wordsOf(schedule);
  const fields = texts as unknown as TimeFields;
  parseTimetable(fields);
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields;
  if (/(^|[,-])\d/.test(dayOfWeek)) {
    throw wrongRange("days of the week by name, as in mon-fri", dayOfWeek);
  }
  return [
    minute,
    hour,
    dayOfMonth,
    numbered(month, MONTHS, 1),
    numbered(dayOfWeek, DAYS_OF_WEEK, 0),
  ];
}

function textsOf(schedule: Schedule): readonly string[] {
  checkOptions(schedule, SCHEDULE, "a schedule");
  return NAMES.map((name) => textOf(schedule[name], name));
}

/** @param line What is no text has no words. */
function wordsOf(line: unknown): readonly string[] {
  const words = typeof line === "string" ? line.trim().split(/\s+/) : [];
  if (words.length === NAMES.length) return words;
  throw wrongRange("a schedule of five fields, as in 0 3 * * mon-fri", line);
}

function textOf(value: unknown, name: string): string {
  if (value === undefined && name !== "minute") return "*";
  if (typeof value === "string" || typeof value === "number") return `${value}`;
  throw wrongType(`${name} of a schedule as text or a number`, value);
}

/** Numbers in place of names: every server reads those. */
function numbered(field: string, names: readonly string[], first: number): string {
  return field.replace(/[a-z]+/gi, (name) => `${first + names.indexOf(name.toLowerCase())}`);
}
