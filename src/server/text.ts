/** The text commands: replies out of the server's state, one character for each byte. */
import {
  END_OF_ROWS,
  formatJobRow,
  formatPriorityRow,
  formatStatusRow,
  formatValue,
  formatWorkersRow,
  OK,
  type TextCommand,
  type TextCommandName,
  TextError,
} from "../protocol/mod.ts";
import { bytesOf, keyOf } from "./bytes.ts";
import { Job } from "./jobs.ts";
import { parseInteger } from "./numbers.ts";
import type { Peer } from "./peers.ts";
import type { Series } from "./series.ts";
import type { State } from "./state.ts";

/** What is answered to a command that takes more than to say something. */
export interface Answer {
  readonly text: string;
  /** What is answered in its place where what the journal was told cannot be kept. */
  readonly unkept?: string;
  /** What it has cost, beside the text, in bytes of text. */
  readonly cost: number;
}

/** What is answered with rows: of thousands of functions they are too long to be made at once. */
export interface Listing {
  /** Some rows each, with the line that ends them in the last. */
  readonly pieces: Iterable<string>;
}

type Reply = (state: State, words: readonly string[], word: string) => string | Answer | Listing;

/** Bytes from which on a piece is one. */
const PIECE_BYTES = 16 * 1024;

/** Bytes of a list that take as long as to look at one job or function. */
const LOOK_COST = 8;

/** Something was ended, and is not to come back. */
const ENDED: Answer = { text: OK, unkept: TextError.unkept, cost: 0 };

const REPLIES: { readonly [N in TextCommandName]: Reply } = {
  status: ({ functions }) =>
    rows(functions, (fn) => [formatStatusRow({
      functionName: fn.text,
      total: fn.total,
      running: fn.running,
      workers: fn.workers,
    })]),

  prioritystatus: ({ functions }) =>
    rows(functions, ({ text, lanes: [high, normal, low], delayed, workers }) => [formatPriorityRow({
      functionName: text,
      high: high.length,
      normal: normal.length + delayed,
      low: low.length,
      workers,
    })]),

  workers: ({ peers }) => rows(peers, workersRow),

  version: ({ settings }) => formatValue(settings.version),
  getpid: ({ settings }) => formatValue(`${settings.pid}`),
  verbose: ({ settings }) => formatValue(settings.logLevel),

  shutdown: ({ settings: { shutdown } }, words, word) => {
    if (shutdown === undefined) return TextError.unknownCommand(word);
    const isGraceful = words.length === 1 && words[0].toLowerCase() === "graceful";
    if (words.length > 0 && !isGraceful) return TextError.invalidArguments(word);
    shutdown(isGraceful ? "graceful" : "now");
    return OK;
  },

  maxqueue: ({ functions }, [name, ...numbers], word) => {
    if (name === undefined) return TextError.invalidArguments(word);
    const fn = functions.find(bytesOf(name));
    const limits = numbers.map((text) => Math.max(parseInteger(text) ?? 0, 0));
    if (fn !== undefined) {
      for (const priority of [0, 1, 2] as const) {
        fn.limits[priority] = (limits.length === 1 ? limits[0] : limits[priority]) ?? 0;
      }
    }
    return OK;
  },

  show: ({ jobs, series }, words, word) => {
    if (words.length === 0) return TextError.unknownCommand(word);
    const what = words.join(" ").toLowerCase();
    const all = new Both<Job | Series>(jobs, series);
    if (what === "unique jobs") return rows(all, ({ unique }) => [`${keyOf(unique)}\n`]);
    return what === "jobs" ? rows(all, rowOf) : TextError.unknownShow;
  },

  create: ({ functions }, words, word) => {
    const name = functionNamed(words);
    if (name === undefined) return TextError.invalidArguments(word);
    return functions.named(bytesOf(name)) === undefined ? TextError.noMemory : OK;
  },

  drop: ({ functions, jobs, series }, words, word) => {
    const name = functionNamed(words);
    if (name === undefined) return TextError.invalidArguments(word);
    const fn = functions.find(bytesOf(name)) ?? functions.inAnyCase(bytesOf(name));
    const cost = LOOK_COST * functions.size;
    if (fn === undefined) return { text: TextError.unknownFunction, cost };
    if (fn.workers > 0 || fn.running > 0) return { text: TextError.functionInUse, cost };
    const all = cost + LOOK_COST * (jobs.size + series.size);
    series.drop(fn);
    jobs.drop(fn);
    functions.delete(fn);
    return { ...ENDED, cost: all };
  },

  cancel: ({ jobs, series: seriesList }, words, word) => {
    if (words.length < 2) return TextError.unknownCommand(word);
    if (words.length > 2 || words[0].toLowerCase() !== "job") return TextError.unknownCancel;
    const handle = bytesOf(words[1]);
    const series = seriesList.find(handle);
    if (series !== undefined) {
      seriesList.cancel(series);
      return ENDED;
    }
    const job = jobs.find(handle);
    if (job === undefined) return TextError.unknownJob;
    jobs.fail(job);
    return ENDED;
  },
};

/** The reply to one command. */
export function reply(
  state: State,
  { permissions }: Peer,
  { word, name, words }: TextCommand,
): string | Answer | Listing {
  if (name === undefined) return TextError.unknownCommand(word);
  if (permissions !== undefined && !permissions.allowCommand(name)) {
    return TextError.accessDenied(word);
  }
  return REPLIES[name](state, words, word);
}

/** The row of a job, or of a series, which looks like a background job that waits. */
function rowOf(one: Job | Series): [string] {
  const isJob = one instanceof Job;
  return [formatJobRow({
    handle: one.handle,
    retries: isJob ? one.retries : 0,
    ignored: isJob && one.isAbandoned,
    queued: !isJob || one.isBackground,
  })];
}

/** The row of a connection, which may have offered thousands of functions. */
function* workersRow({ number: fd, address: ip, clientId, abilities }: Peer): Iterable<string> {
  yield formatWorkersRow({ fd, ip, clientId, functionNames: [] }).trimEnd();
  for (const { text } of abilities.inOrder()) yield ` ${text}`;
  yield "\n";
}

/** What can be walked while it changes, and how many it has. */
interface Sized<T> extends Iterable<T> {
  readonly size: number;
}

/** One after the other. */
class Both<T> implements Sized<T> {
  readonly #parts: readonly Sized<T>[];

  constructor(...parts: readonly Sized<T>[]) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#parts.reduce((sum, { size }) => sum + size, 0);
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const part of this.#parts) yield* part;
  }
}

/** @param format The row of an item, in parts. */
function rows<T>(items: Sized<T>, format: (item: T) => Iterable<string>): Listing {
  return { pieces: piecesOf(items, format) };
}

/** No more rows than there are items now: who reads slowly must not be kept busy by those that come. */
function* piecesOf<T>(items: Sized<T>, format: (item: T) => Iterable<string>): Iterable<string> {
  let left = items.size;
  let text = "";
  for (const item of items) {
    if (left-- === 0) break;
    for (const part of format(item)) {
      text += part;
      if (text.length < PIECE_BYTES) continue;
      yield text;
      text = "";
    }
  }
  yield text + END_OF_ROWS;
}

/** The name in `create function NAME` and `drop function NAME`. */
function functionNamed(words: readonly string[]): string | undefined {
  return words.length === 2 && words[0].toLowerCase() === "function" ? words[1] : undefined;
}
