/**
 * The store that comes with the job server: one SQLite file, through `node:sqlite`, which Deno, Bun
 * and Node from 22.13 on have. It is the only file of its room that names a runtime.
 *
 * A file is looked at before it is opened for writing, and read to the last byte: what is not ours,
 * or damaged, is left as it was.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { StoreError, type StoreErrorCode } from "../errors.ts";
import { checkOptions, type OptionNames, wrongRange, wrongType } from "../misuse.ts";
import {
  APPLICATION_ID,
  changeOfRetries,
  type Crc32,
  FATE_ROWS,
  JOB_ROWS,
  type Rows,
  SCHEMA,
  SELECT_TOTALS,
  SERIES_ROWS,
  stepsFrom,
} from "./sqlite_rows.ts";
import type { Change, Kept, Store } from "./store.ts";

/** Options of {@linkcode sqliteStore}. */
export interface SqliteStoreOptions {
  /**
   * When a commit counts. `"full"`, the default: once the disk has it, so that nothing acknowledged
   * is lost when the power fails. `"normal"`: once the system has it; a crash of this process still
   * loses nothing, but when the power fails or the system crashes, the last commits may be lost,
   * and with them jobs that were acknowledged, or the news that jobs were over.
   */
  readonly synchronous?: "full" | "normal";
  /** Bytes that the file may grow to; beyond them, background jobs are refused. Default: no limit. */
  readonly maxBytes?: number;
}

const STORE_OPTIONS: OptionNames<SqliteStoreOptions> = { synchronous: true, maxBytes: true };

/**
 * A store in a file, which is made if there is none.
 *
 * @example
 * ```ts
 * import { JobServer, sqliteStore } from "geartrain";
 *
 * function listen(file: string): Promise<JobServer> {
 *   return JobServer.listen({ store: sqliteStore(file, { synchronous: "normal" }) });
 * }
 * ```
 */
export function sqliteStore(path: string, options: SqliteStoreOptions = {}): Store {
  checkOptions(options, STORE_OPTIONS, "sqliteStore()");
  const { synchronous = "full", maxBytes = Infinity } = options;
  if (typeof path !== "string") {
    throw wrongType("the path of a store", path);
  }
  if (path === "") throw new RangeError(`Expected the path of a store, got ""`);
  if (synchronous !== "full" && synchronous !== "normal") {
    throw wrongRange('synchronous to be "full" or "normal"', synchronous);
  }
  if (typeof maxBytes !== "number" || !(maxBytes >= MIN_BYTES)) {
    throw wrongRange(`maxBytes of ${MIN_BYTES} or more`, maxBytes);
  }
  return new SqliteStore(path, { synchronous, maxBytes });
}

/** The least that a file may be limited to: its tables alone take a part of it. */
const MIN_BYTES = 64 * 1024;

const MAGIC = "SQLite format 3\0";
const HEADER_BYTES = 100;

/** Where the header has the application's mark, 32 bits, big-endian. */
const APPLICATION_ID_AT = 68;

/** Bytes that a log keeps when its content has gone into the file. */
const LOG_BYTES = 16 * 1024 * 1024;

/** Deno would wait five seconds for another server to go away. */
const NO_PATIENCE = "PRAGMA busy_timeout = 0";

const MASK = 0xffffffff;

/** The one row of the table of that name, without its checksum. */
interface Totals {
  /** The first number that no job ever had. */
  readonly next: number;
  /** How many jobs, series and ends of jobs there are. */
  readonly jobs: number;
  /** The checksums of them all, in 32 bits. */
  readonly sum: number;
}

/** Rows as they are read: how many, and what their checksums add up to. */
interface Tally {
  rows: number;
  sum: number;
}

/** The parts of the runtime that the store uses. */
interface Runtime {
  readonly sqlite: typeof import("node:sqlite");
  readonly fs: typeof import("node:fs");
  readonly crc32: Crc32;
  readonly resolve: (path: string) => string;
  readonly setImmediate: (then: () => void) => unknown;
}

async function loadRuntime(path: string): Promise<Runtime> {
  try {
    const [sqlite, fs, { crc32 }, { resolve }, { setImmediate }] = await Promise.all([
      import("node:sqlite"),
      import("node:fs"),
      import("node:zlib"),
      import("node:path"),
      import("node:timers"),
    ]);
    return { sqlite, fs, crc32, resolve, setImmediate };
  } catch (cause) {
    const message =
      `Expected a runtime with node:sqlite for the store "${path}", got one without: ` +
      "use Deno, Bun, or Node 22.13 or later, or run without a store";
    throw new StoreError("UNSUPPORTED", message, { cause });
  }
}

class SqliteStore implements Store {
  readonly #path: string;
  readonly #options: Required<SqliteStoreOptions>;
  #runtime!: Runtime;
  #db!: DatabaseSync;
  #statements!: Statements;
  #totals: Totals = { next: 1, jobs: 0, sum: 0 };

  constructor(path: string, options: Required<SqliteStoreOptions>) {
    this.#path = path;
    this.#options = options;
  }

  async open(): Promise<Kept> {
    this.#runtime = await loadRuntime(this.#path);
    const path = this.#runtime.resolve(this.#path);
    if (this.#isThere(path)) this.#check(path);
    this.#db = this.#try("open", () => new this.#runtime.sqlite.DatabaseSync(path));
    try {
      return this.#try("open", () => this.#take(path));
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  turn(): Promise<void> {
    // After the sockets that are ready have been read, on every runtime that has SQLite.
    return new Promise((resolve) => this.#runtime.setImmediate(resolve));
  }

  commit(changes: readonly Change[]): void {
    const { begin, total, commit } = this.#statements;
    this.#try("write to", () => {
      begin.run();
      try {
        let totals = this.#totals;
        for (const change of changes) totals = this.#write(change, totals);
        total.run(totals.next, totals.jobs, totals.sum, this.#checksumOf(totals));
        commit.run();
        this.#totals = totals;
      } catch (error) {
        this.#rollBack();
        throw error;
      }
    });
  }

  close(): void {
    this.#try("close", () => this.#db.close());
  }

  #write(change: Change, totals: Totals): Totals {
    const statements = this.#statements;
    switch (change.kind) {
      case "keep": {
        // SQLite's integers end where doubles are no longer whole; that is some 285,000 years.
        const notBefore = Math.min(change.job.notBefore, Number.MAX_SAFE_INTEGER);
        return this.#insert(statements.keep, JOB_ROWS, { ...change.job, notBefore }, totals);
      }
      case "retried": {
        const { number, retries } = change;
        const before = statements.retriesOf.get(number)?.retries as number | undefined;
        if (before === undefined) return totals;
        const more = changeOfRetries(retries - before);
        statements.retried.run(retries, more, number);
        return changed(totals, 0, more);
      }
      case "forget":
        return this.#remove(statements.forget, change.number, totals);
      case "keep series": {
        const { series } = change;
        const without = this.#remove(statements.forgetSeries, series.number, totals);
        return this.#insert(statements.keepSeries, SERIES_ROWS, series, without);
      }
      case "forget series":
        return this.#remove(statements.forgetSeries, change.number, totals);
      case "ended":
        return this.#insert(statements.ended, FATE_ROWS, change.fate, totals);
      case "faded": {
        const { rows, sum } = statements.fading.get(change.number) as unknown as Tally;
        if (rows === 0) return totals;
        statements.faded.run(change.number);
        return changed(totals, -rows, -sum);
      }
      case "reserve":
        return { ...totals, next: change.next };
    }
  }

  #insert<T>(insert: StatementSync, rows: Rows<T>, item: T, totals: Totals): Totals {
    const checksum = rows.checksumOf(item, this.#runtime.crc32);
    insert.run(...rows.valuesOf(item), checksum);
    return changed(totals, 1, checksum);
  }

  #remove(remove: StatementSync, number: number, totals: Totals): Totals {
    const { checksum } = remove.get(number) ?? {};
    return checksum === undefined ? totals : changed(totals, -1, -(checksum as number));
  }

  /** SQLite ends some transactions by itself when they fail, and then there is nothing to roll back. */
  #rollBack(): void {
    try {
      this.#db.exec("ROLLBACK");
    } catch {
      // Nothing of it was written.
    }
  }

  /** Whether there is something to look at. Throws for what is no SQLite file of ours by its first bytes. */
  #isThere(path: string): boolean {
    const { fs } = this.#runtime;
    const size = sizeOf(fs, path);
    if (size === 0) {
      // SQLite would throw such a log away, and with it what was acknowledged.
      if (sizeOf(fs, `${path}-wal`) > 0) throw this.#damaged("an empty file beside a log");
      return false;
    }
    const header = this.#try("read", () => firstBytes(fs, path, HEADER_BYTES));
    const start = MAGIC.slice(0, size);
    if (!String.fromCharCode(...header).startsWith(start)) {
      throw this.#foreign("another kind of file");
    }
    if (size < HEADER_BYTES) throw this.#damaged(`${size} bytes of one`);
    const mark = new DataView(header.buffer).getUint32(APPLICATION_ID_AT);
    if (mark !== APPLICATION_ID) throw this.#foreign("a database of another program");
    // A server was killed while it made the file, before there was anything in it.
    return sizeOf(fs, `${path}-journal`) === 0;
  }

  /** Reads all of it, on a connection that cannot write. */
  #check(path: string): void {
    const { DatabaseSync } = this.#runtime.sqlite;
    const db = this.#try("open", () => new DatabaseSync(path, { readOnly: true }));
    try {
      this.#try("read", () => {
        db.exec(NO_PATIENCE);
        const schema = numberOf(db, "PRAGMA user_version", "user_version");
        if (schema > SCHEMA) throw this.#foreign(`one of a later version, ${schema}`);
        if (schema === 0) throw this.#damaged("one without tables");
        for (const row of db.prepare("PRAGMA integrity_check(1)").all()) {
          if (row.integrity_check !== "ok") throw this.#damaged(String(row.integrity_check));
        }
        const { jobs, series, fates } = this.#read(db, schema);
        for (const items of [jobs, series, fates]) for (const _ of items);
      }, "DAMAGED");
    } finally {
      db.close();
    }
  }

  /** Makes this server the only one that uses the file, and the file ready. */
  #take(path: string): Kept {
    const { synchronous, maxBytes } = this.#options;
    const db = this.#db;
    db.exec(NO_PATIENCE);
    // The log's index is then in memory: there is no third file, and no other process may read.
    db.exec("PRAGMA locking_mode = EXCLUSIVE");
    const schema = numberOf(db, "PRAGMA user_version", "user_version");
    // A new file has no log yet. In one transaction: there is all of it or nothing.
    if (schema < SCHEMA) db.exec(`BEGIN IMMEDIATE; ${stepsFrom(schema)} COMMIT`);
    db.exec("PRAGMA journal_mode = WAL");
    db.exec(`PRAGMA synchronous = ${synchronous}`);
    db.exec(`PRAGMA journal_size_limit = ${LOG_BYTES}`);
    if (maxBytes < Infinity) {
      const pageBytes = numberOf(db, "PRAGMA page_size", "page_size");
      db.exec(`PRAGMA max_page_count = ${Math.floor(maxBytes / pageBytes)}`);
    }
    this.#statements = statementsFor(db);
    // Left by a look at the file; nobody uses it now.
    this.#runtime.fs.rmSync(`${path}-shm`, { force: true });
    this.#totals = this.#readTotals(db);
    return this.#read(db, SCHEMA);
  }

  /** All that is in a file, which is checked as it is walked. */
  #read(db: DatabaseSync, schema: number): Kept {
    const totals = this.#readTotals(db);
    const tally: Tally = { rows: 0, sum: 0 };
    const hasAll = schema > 1;
    return {
      next: totals.next,
      jobs: this.#rows(db, JOB_ROWS, tally),
      series: hasAll ? this.#rows(db, SERIES_ROWS, tally) : [],
      fates: this.#checked(hasAll ? this.#rows(db, FATE_ROWS, tally) : [], tally, totals),
    };
  }

  #readTotals(db: DatabaseSync): Totals {
    const row = db.prepare(SELECT_TOTALS).get() ?? {};
    const { next, jobs, sum, checksum } = row as unknown as Totals & { checksum: number };
    const totals = { next, jobs, sum };
    if (this.#checksumOf(totals) !== checksum) throw this.#damaged("totals with a wrong checksum");
    return totals;
  }

  #checksumOf({ next, jobs, sum }: Totals): number {
    return this.#runtime.crc32(`${next},${jobs},${sum}`);
  }

  *#rows<T>(db: DatabaseSync, rows: Rows<T>, tally: Tally): Iterable<T> {
    for (const row of db.prepare(rows.select).iterate()) {
      const item = rows.itemOf(row);
      const checksum = row.checksum as number;
      if (rows.checksumOf(item, this.#runtime.crc32) !== checksum) {
        throw this.#damaged(`a ${rows.noun}, number ${row.number}, with a wrong checksum`);
      }
      tally.rows++;
      tally.sum = (tally.sum + checksum) >>> 0;
      yield item;
    }
  }

  /** Once all rows have been read. */
  *#checked<T>(items: Iterable<T>, tally: Tally, { jobs, sum }: Totals): Iterable<T> {
    yield* items;
    if (tally.rows === jobs && tally.sum === sum) return;
    throw this.#damaged(`${tally.rows} jobs that are not the ${jobs} last written`);
  }

  #foreign(found: string): StoreError {
    const message = `Expected "${this.#path}" to be a job server's store, got ${found}`;
    return new StoreError("FOREIGN", message);
  }

  #damaged(found: string, cause?: unknown): StoreError {
    const message = `Expected "${this.#path}" to be a whole store, got ${found}: ` +
      "the file is left as it is; put a copy in its place, or move it away to begin anew";
    return new StoreError("DAMAGED", message, { cause });
  }

  /** Does something with the file. What goes wrong becomes a {@linkcode StoreError}, `otherwise` where SQLite does not say why. */
  #try<T>(what: string, act: () => T, otherwise: "IO" | "DAMAGED" = "IO"): T {
    try {
      return act();
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const code = codeOf(error) ?? otherwise;
      const text = error instanceof Error ? error.message : String(error);
      if (code === "DAMAGED") throw this.#damaged(text, error);
      throw new StoreError(code, this.#messageFor(code, what, text), { cause: error });
    }
  }

  #messageFor(code: StoreErrorCode, what: string, text: string): string {
    const store = `the store "${this.#path}"`;
    switch (code) {
      case "IN_USE":
        return `Expected ${store} to be free, got one that another server uses`;
      case "FULL":
        return `Expected room to ${what} ${store}, on the disk and within maxBytes, got none ` +
          `(${text}): what it holds is kept; make some room, and it goes on`;
      default:
        return `Expected to ${what} ${store}, got ${text}`;
    }
  }
}

/** SQLite's result codes that say what is the matter, by their low byte. */
const CODES: Readonly<Record<number, StoreErrorCode>> = {
  3: "IO",
  5: "IN_USE",
  6: "IN_USE",
  8: "IO",
  10: "IO",
  11: "DAMAGED",
  13: "FULL",
  14: "IO",
  26: "DAMAGED",
};

/** The extended code of a read that ended before the page did. */
const SHORT_READ = 522;

/**
 * That of an index of the log, a file of 32 KiB while a store is looked at, which could not be made so
 * large: all that SQLite says of a disk that the log has filled.
 */
const NO_ROOM_FOR_INDEX = 4874;

function codeOf(error: unknown): StoreErrorCode | undefined {
  const { errcode } = error as { errcode?: number };
  if (errcode === undefined) return undefined;
  if (errcode === NO_ROOM_FOR_INDEX) return "FULL";
  return errcode === SHORT_READ ? "DAMAGED" : CODES[errcode & 0xff];
}

function sizeOf(fs: Runtime["fs"], path: string): number {
  return fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function firstBytes(fs: Runtime["fs"], path: string, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  const file = fs.openSync(path, "r");
  try {
    fs.readSync(file, bytes);
  } finally {
    fs.closeSync(file);
  }
  return bytes;
}

function numberOf(db: DatabaseSync, query: string, column: string): number {
  return db.prepare(query).get()![column] as number;
}

/** Totals with so many rows more, and so much more in their checksums. */
function changed({ next, jobs, sum }: Totals, rows: number, more: number): Totals {
  return { next, jobs: jobs + rows, sum: (sum + more) >>> 0 };
}

type Statements = Readonly<ReturnType<typeof statementsFor>>;

function statementsFor(db: DatabaseSync) {
  return {
    begin: db.prepare("BEGIN IMMEDIATE"),
    commit: db.prepare("COMMIT"),
    keep: db.prepare("INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
    retriesOf: db.prepare("SELECT retries FROM jobs WHERE number = ?"),
    retried: db.prepare(
      `UPDATE jobs SET retries = ?, checksum = (checksum + ?) & ${MASK} WHERE number = ?`,
    ),
    forget: db.prepare("DELETE FROM jobs WHERE number = ? RETURNING checksum"),
    keepSeries: db.prepare("INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
    forgetSeries: db.prepare("DELETE FROM series WHERE number = ? RETURNING checksum"),
    ended: db.prepare("INSERT INTO fates VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
    fading: db.prepare(
      `SELECT count(*) AS rows, coalesce(sum(checksum), 0) & ${MASK} AS sum FROM fates
      WHERE number <= ?`,
    ),
    faded: db.prepare("DELETE FROM fates WHERE number <= ?"),
    total: db.prepare("UPDATE totals SET next = ?, jobs = ?, sum = ?, checksum = ?"),
  };
}
