/**
 * The tables of the SQLite store, and what stands in their rows.
 *
 * SQLite has checksums on its log, but not on its file. So every row has one of ours, and `totals`
 * says how many there are and what theirs add up to: no flipped bit becomes another workload, and
 * no page of an older commit passes among those of a later one.
 *
 * @module
 */
import { EMPTY } from "./bytes.ts";
import type { EndState, Fate } from "./fates.ts";
import type { Priority } from "./functions.ts";
import type { StoredJob, StoredSeries } from "./store.ts";

/** Marks our files among other SQLite files: "Gear". */
export const APPLICATION_ID = 0x47656172;

/** CRC-32 of "1,0,0": the totals of an empty store. */
const CHECKSUM_OF_THE_FIRST = 0x8b04c83f;

/** What makes a file of each version out of one of the version before. */
const STEPS: readonly string[] = [
  `
  PRAGMA application_id = ${APPLICATION_ID};
  CREATE TABLE jobs (
    number INTEGER PRIMARY KEY,
    function BLOB NOT NULL,
    uniq BLOB NOT NULL,
    workload BLOB NOT NULL,
    priority INTEGER NOT NULL,
    reducer BLOB,
    not_before INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE totals (
    next INTEGER NOT NULL,
    jobs INTEGER NOT NULL,
    sum INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  INSERT INTO totals VALUES (1, 0, 0, ${CHECKSUM_OF_THE_FIRST});
  `,
  // `totals.jobs` counts the rows of all three tables from here on.
  `
  CREATE TABLE series (
    number INTEGER PRIMARY KEY,
    function BLOB NOT NULL,
    uniq BLOB NOT NULL,
    workload BLOB NOT NULL,
    times TEXT NOT NULL,
    since INTEGER NOT NULL,
    last_run INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE fates (
    number INTEGER PRIMARY KEY,
    handle TEXT NOT NULL,
    function BLOB NOT NULL,
    uniq BLOB NOT NULL,
    state TEXT NOT NULL,
    data BLOB,
    ended_at INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  `,
];

/** Counts the shapes that the tables have had. A file with a later one is left alone. */
export const SCHEMA: number = STEPS.length;

/** What makes a file of this version out of one of an earlier version; out of an empty one, for 0. */
export function stepsFrom(version: number): string {
  return `${STEPS.slice(version).join("")} PRAGMA user_version = ${SCHEMA};`;
}

/** By their names, since a flipped bit may have renamed one. */
export const SELECT_TOTALS = "SELECT next, jobs, sum, checksum FROM totals";
const SELECT_JOBS =
  `SELECT number, function, uniq, workload, priority, reducer, not_before, retries,
  checksum FROM jobs ORDER BY number`;
const SELECT_SERIES =
  `SELECT number, function, uniq, workload, times, since, last_run, checksum FROM series
  ORDER BY number`;
const SELECT_FATES =
  `SELECT number, handle, function, uniq, state, data, ended_at, checksum FROM fates
  ORDER BY number`;

/** A value that SQLite gives, and takes. */
export type Value = number | string | Uint8Array | null;

/** CRC-32, of more bytes after those that gave `start`. */
export type Crc32 = (bytes: Uint8Array | string, start?: number) => number;

/** One of the three tables. */
export interface Rows<T> {
  /** How its rows are in the words of an error. */
  readonly noun: string;
  /** Reads all rows, by number. */
  readonly select: string;
  /** The values of a row, in the order of the table's columns, but for the checksum. */
  valuesOf(item: T): Value[];
  itemOf(row: Readonly<Record<string, unknown>>): T;
  checksumOf(item: T, crc32: Crc32): number;
}

/** The table of jobs. */
export const JOB_ROWS: Rows<StoredJob> = {
  noun: "job",
  select: SELECT_JOBS,
  valuesOf: ({ number, functionName, unique, workload, priority, reducer, notBefore, retries }) => [
    number,
    functionName,
    unique,
    workload,
    priority,
    reducer ?? null,
    notBefore,
    retries,
  ],
  itemOf: (row) => ({
    number: row.number as number,
    functionName: row.function as Uint8Array,
    unique: uniqueOf(row),
    workload: row.workload as Uint8Array,
    priority: row.priority as Priority,
    reducer: row.reducer as Uint8Array | null ?? undefined,
    notBefore: row.not_before as number,
    retries: row.retries as number,
  }),
  checksumOf(job, crc32) {
    const { number, priority, notBefore, functionName, unique, workload, reducer } = job;
    const numbers = [number, priority, notBefore];
    const sum = checksum(crc32, numbers, [functionName, unique, workload, reducer]);
    return (sum + changeOfRetries(job.retries)) >>> 0;
  },
};

/** The table of series. */
export const SERIES_ROWS: Rows<StoredSeries> = {
  noun: "series",
  select: SELECT_SERIES,
  valuesOf: ({ number, functionName, unique, workload, times, since, lastRun }) => [
    number,
    functionName,
    unique,
    workload,
    times,
    since,
    lastRun,
  ],
  itemOf: (row) => ({
    number: row.number as number,
    functionName: row.function as Uint8Array,
    unique: uniqueOf(row),
    workload: row.workload as Uint8Array,
    times: row.times as string,
    since: row.since as number,
    lastRun: row.last_run as number,
  }),
  checksumOf: ({ number, times, since, lastRun, functionName, unique, workload }, crc32) =>
    checksum(crc32, [number, times, since, lastRun], [functionName, unique, workload]),
};

/** The table of the ends of jobs. */
export const FATE_ROWS: Rows<Fate> = {
  noun: "job's end",
  select: SELECT_FATES,
  valuesOf: ({ number, handle, functionName, unique, state, data, endedAt }) => [
    number,
    handle,
    functionName,
    unique,
    state,
    data ?? null,
    endedAt,
  ],
  itemOf: (row) => ({
    number: row.number as number,
    handle: row.handle as string,
    functionName: row.function as Uint8Array,
    unique: uniqueOf(row),
    state: row.state as EndState,
    data: row.data as Uint8Array | null ?? undefined,
    endedAt: row.ended_at as number,
  }),
  checksumOf: ({ number, handle, state, endedAt, functionName, unique, data }, crc32) =>
    checksum(crc32, [number, handle, state, endedAt], [functionName, unique, data]),
};

/** Makes retries part of a row's checksum in a way that an UPDATE can follow. Odd, so that no flipped bit is lost. */
const RETRY_FACTOR = 2654435761;

/** What so many more retries add to a row's checksum. */
export function changeOfRetries(retries: number): number {
  return Math.imul(retries, RETRY_FACTOR);
}

function uniqueOf(row: Readonly<Record<string, unknown>>): Uint8Array {
  const unique = row.uniq as Uint8Array;
  return unique.length === 0 ? EMPTY : unique;
}

function checksum(
  crc32: Crc32,
  words: readonly (number | string)[],
  parts: readonly (Uint8Array | undefined)[],
): number {
  let sum = crc32([...words, ...parts.map((part) => part?.length ?? -1)].join());
  for (const part of parts) sum = crc32(part ?? EMPTY, sum);
  return sum;
}
