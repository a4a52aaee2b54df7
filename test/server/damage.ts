/**
 * Stores in several states, and what becomes of them when a file is cut short or has a bit flipped.
 * The tests try some damage, `npm run soak` much more.
 *
 * @module
 */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { StoreError } from "../../src/errors.ts";
import {
  type Change,
  type Fate,
  type Kept,
  sqliteStore,
  type StoredJob,
  type StoredSeries,
} from "../../src/server/mod.ts";
import type { Random } from "../codec/random.ts";
import { fateText, jobText, seriesText } from "./hand_store.ts";
import type { Scratch } from "./scratch.ts";

/** A store's files in one state, and what may be read from them. */
export interface Specimen {
  readonly name: string;
  /** What there was after each commit that is still in the log, the last state last. */
  readonly states: readonly string[];
  /** Whether the log's commits are in the file, too, so that the two only fit together. */
  readonly isCopied: boolean;
}

/** What one piece of damage led to. */
export type Verdict = "read" | "read an earlier commit" | "refused";

const encoder = new TextEncoder();

function job(number: number, workload: string): StoredJob {
  return {
    number,
    functionName: encoder.encode("function"),
    unique: encoder.encode(number % 3 === 0 ? "" : `unique ${number}`),
    workload: encoder.encode(workload),
    priority: number % 3 as 0 | 1 | 2,
    reducer: number % 5 === 0 ? encoder.encode("reducer") : undefined,
    notBefore: number % 7 === 0 ? 1_900_000_000_000 : 0,
    retries: 0,
  };
}

function series(number: number, since: number): StoredSeries {
  const { functionName, unique, workload } = job(number, "every day");
  return { number, functionName, unique, workload, times: "0 3 * * *", since, lastRun: 0 };
}

function fate(number: number, { functionName, unique, workload }: StoredJob): Fate {
  const state = (["complete", "failed", "exception"] as const)[number % 3];
  const data = state === "failed" ? undefined : workload;
  return { number, handle: `H:t:${number}`, functionName, unique, state, data, endedAt: number };
}

/** A store at work: commits, and keeps account of what it then holds. */
class Writer {
  readonly states: string[] = [];
  readonly #random: Random;
  readonly #live = new Map<number, StoredJob>();
  readonly #series = new Map<number, StoredSeries>();
  #fates: Fate[] = [];
  #number = 0;
  #ends = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#note();
  }

  changes(): Change[] {
    const changes: Change[] = [];
    for (let count = 1 + this.#random.below(4); count > 0; count--) {
      const length = this.#random.oneIn(8) ? 6000 : this.#random.below(120);
      const added = job(++this.#number, "w".repeat(length));
      this.#live.set(added.number, added);
      changes.push({ kind: "keep", job: added });
    }
    const number = this.#random.pick([...this.#live.keys()]);
    if (this.#random.oneIn(3)) {
      this.#live.set(number, { ...this.#live.get(number)!, retries: 1 });
      changes.push({ kind: "retried", number, retries: 1 });
    } else if (this.#random.oneIn(2)) {
      const ended = fate(++this.#ends, this.#live.get(number)!);
      this.#fates.push(ended);
      this.#live.delete(number);
      changes.push({ kind: "forget", number }, { kind: "ended", fate: ended });
    }
    if (this.#random.oneIn(4)) changes.push(...this.#changesOfSeries());
    if (this.#fates.length > 8) {
      const { number } = this.#fates[3];
      this.#fates = this.#fates.slice(4);
      changes.push({ kind: "faded", number });
    }
    this.#note();
    return changes;
  }

  #changesOfSeries(): Change[] {
    const known = [...this.#series.keys()];
    if (known.length > 4) {
      this.#series.delete(known[0]);
      return [{ kind: "forget series", number: known[0] }];
    }
    const number = this.#random.oneIn(2) ? this.#random.pick([...known, 1]) : ++this.#number;
    const one = series(number, this.#random.below(1_000_000));
    // As a store has them: by number, also when one is kept in place of another.
    this.#series.set(number, one);
    return [{ kind: "keep series", series: one }];
  }

  #note(): void {
    const series = [...this.#series.values()].sort((a, b) => a.number - b.number);
    this.states.push(textOf({ jobs: this.#live.values(), series, fates: this.#fates }));
  }
}

function textOf({ jobs, series, fates }: Omit<Kept, "next">): string {
  return [
    ...Array.from(jobs, jobText),
    ...Array.from(series, seriesText),
    ...Array.from(fates, fateText),
  ].join("\n");
}

/** Makes one store of each kind. */
export async function makeSpecimens(scratch: Scratch, random: Random): Promise<Specimen[]> {
  const path = scratch.path("closed");
  const writer = new Writer(random);
  const first = sqliteStore(path, { synchronous: "normal" });
  await first.open();
  for (let i = 0; i < 20; i++) await first.commit(writer.changes());
  await first.close();
  const closed = { name: "closed", states: writer.states.slice(-1), isCopied: false };

  scratch.copyStore("closed", "working");
  const second = sqliteStore(scratch.path("working"), { synchronous: "normal" });
  await second.open();
  for (let i = 0; i < 20; i++) await second.commit(writer.changes());
  scratch.copyStore("working", "logged");
  const logged = { name: "logged", states: writer.states.slice(-21), isCopied: false };

  // Until the log has been copied into the file, which shows in the file's size.
  const size = () => statSync(scratch.path("working")).size;
  const before = size();
  while (size() === before) await second.commit(writer.changes());
  scratch.copyStore("working", "copied");
  const copied = { name: "copied", states: writer.states, isCopied: true };
  await second.close();
  return [closed, logged, copied];
}

/** Damages a copy of a specimen, opens it, and throws where it reads what was never there, or changes what it refuses. */
export async function tryDamage(
  scratch: Scratch,
  specimen: Specimen,
  random: Random,
): Promise<Verdict> {
  const path = scratch.copyStore(specimen.name, "damaged");
  const hasLog = existsSync(`${path}-wal`);
  const isLog = hasLog && random.oneIn(2);
  const done = damage(isLog ? `${path}-wal` : path, random);
  const what = `${specimen.name}: ${isLog ? "log" : "file"} ${done}`;
  const before = contentOf(path);
  const store = sqliteStore(path, { synchronous: "normal" });
  let text: string;
  try {
    text = textOf(await store.open());
  } catch (error) {
    if (!(error instanceof StoreError) || !["DAMAGED", "FOREIGN"].includes(error.code)) {
      throw new Error(`Expected a refusal of damage after ${what}, got ${error}`, { cause: error });
    }
    if (contentOf(path) !== before) {
      throw new Error(`Expected a refused store to be left alone after ${what}, it was not`);
    }
    return "refused";
  }
  await store.commit([]);
  await store.close();
  const state = specimen.states.lastIndexOf(text);
  const isLast = state === specimen.states.length - 1;
  if (state < 0 || (!isLast && !isLog)) {
    throw new Error(`Expected all or nothing after ${what}, got ${text.split("\n").length} rows`);
  }
  await checkIntegrity(path, what);
  return isLast ? "read" : "read an earlier commit";
}

function damage(path: string, random: Random): string {
  const bytes = readFileSync(path);
  const at = random.below(bytes.length);
  if (random.oneIn(4)) {
    // A file of no bytes is a new one.
    const length = Math.max(at, 1);
    writeFileSync(path, bytes.subarray(0, length));
    return `cut to ${length} of ${bytes.length} bytes`;
  }
  const bit = random.below(8);
  bytes[at] ^= 1 << bit;
  writeFileSync(path, bytes);
  return `with bit ${bit} of byte ${at} flipped`;
}

/** Both files, in letters. A look at a file without a log leaves an empty one. */
function contentOf(path: string): string {
  const log = `${path}-wal`;
  return readFileSync(path, "latin1") + (existsSync(log) ? readFileSync(log, "latin1") : "");
}

async function checkIntegrity(path: string, what: string): Promise<void> {
  const { DatabaseSync } = await import("node:sqlite");
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const { integrity_check: result } = db.prepare("PRAGMA integrity_check").get() ?? {};
    if (result !== "ok") throw new Error(`Expected integrity after ${what}, got ${result}`);
  } finally {
    db.close();
  }
}
