/** Where the workloads of `submit` and `background` come from: words, a file, or standard input. */
import { createReadStream, readFileSync, statSync } from "node:fs";
import type { Workload } from "../../mod.ts";
import { got } from "../errors.ts";
import { joined } from "../joined.ts";
import { type Call, last } from "./command.ts";
import type { Flag } from "./flags.ts";
import { UsageError } from "./usage_error.ts";

/** The flags. */
export const WORKLOADS: readonly Flag[] = [
  {
    name: "lines",
    short: "n",
    help: "A job for each line of standard input, and a line for each result.",
  },
  {
    name: "null",
    short: "0",
    help: "The same with NUL in the place of line ends, as find -print0 has it.",
  },
  { name: "file", short: "f", value: "FILE", help: "The workload, sent as it is read." },
];

/** How the help says it. */
export const ABOUT_WORKLOADS =
  `Each WORKLOAD is a job. Without one, standard input is the workload of one job, or of several
with --lines or --null; at a terminal it is empty.`;

/** The jobs to submit. */
export interface Workloads {
  /** Whether there may be several jobs, or none. */
  readonly isMany: boolean;
  /** How many there are, as far as that is known. */
  readonly total?: number;
  /** What separates them, and so their results. */
  readonly separator: string;
  readonly each: AsyncIterable<Workload>;
}

/** What the flags and the words say. Throws a {@linkcode UsageError}. */
export function workloadsOf({ flags, terminal }: Call, words: readonly string[]): Workloads {
  const file = last(flags, "file");
  const ways = ["lines", "null", "file"].filter((name) => flags.has(name));
  if (ways.length + (words.length > 0 ? 1 : 0) > 1) {
    const found = [...words.length > 0 ? ["words"] : [], ...ways.map((name) => `--${name}`)];
    throw new UsageError(`Expected workloads from one place, got ${found.join(" and ")}`);
  }
  if (words.length > 0) {
    return { isMany: words.length > 1, total: words.length, separator: "\n", each: listed(words) };
  }
  if (file !== undefined) return one(fromFile(file));
  if (flags.has("lines")) return { isMany: true, separator: "\n", each: records(terminal, 10) };
  if (flags.has("null")) return { isMany: true, separator: "\0", each: records(terminal, 0) };
  if (terminal.input.isTerminal) return one("");
  return { isMany: false, total: 1, separator: "", each: whole(terminal) };
}

function one(workload: Workload): Workloads {
  return { isMany: false, total: 1, separator: "", each: listed([workload]) };
}

async function* listed<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

function fromFile(path: string): Workload {
  try {
    const about = statSync(path);
    // A pipe does not say how much will come.
    if (!about.isFile()) return readFileSync(path);
    return { size: about.size, stream: readFrom(path) };
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    throw new UsageError(`Expected --file to name a file that can be read, got ${got(why)}`);
  }
}

/** Opened when somebody asks: what is refused before it is sent leaves no file open. */
async function* readFrom(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path);
}

async function* whole({ input }: Call["terminal"]): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of input.bytes()) pieces.push(piece);
  yield joined(pieces);
}

/** What stands before each separator; after the last one, only if there is something. */
async function* records(
  { input }: Call["terminal"],
  separator: number,
): AsyncGenerator<Uint8Array> {
  let begun: Uint8Array[] = [];
  for await (const piece of input.bytes()) {
    let at = 0;
    for (;;) {
      const end = piece.indexOf(separator, at);
      if (end < 0) break;
      yield joined([...begun, piece.subarray(at, end)]);
      begun = [];
      at = end + 1;
    }
    if (at < piece.length) begun.push(piece.slice(at));
  }
  if (begun.length > 0) yield joined(begun);
}
