/**
 * Flags as a table: from it come the parsing, the help, and what is said of a flag that nobody
 * knows.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { got } from "../errors.ts";
import { nearest } from "../misuse.ts";
import { UsageError } from "./usage_error.ts";

/** One flag of a command. */
export interface Flag {
  /** As it is written after two dashes. */
  readonly name: string;
  /** As it is written after one dash. */
  readonly short?: string;
  /** What its value is, for the help, for instance `FILE`. Without it the flag takes none. */
  readonly value?: string;
  /** What it does, in a line or a few, with its default. */
  readonly help: string;
  /** Whether each of several counts. Otherwise the last one does. */
  readonly isList?: boolean;
  /** Whether it is of no use, and so suggested to nobody. */
  readonly isUseless?: boolean;
}

/** The values of the flags that were given; of a flag without a value, one empty text. */
export type FlagValues = ReadonlyMap<string, readonly string[]>;

/** A command line, taken apart. */
export interface Words {
  readonly flags: FlagValues;
  /** What is no flag and no flag's value, before `--`. */
  readonly words: readonly string[];
  /** All that follows `--`; undefined where there is none. */
  readonly rest: readonly string[] | undefined;
}

/** Reads a command line of flags alone. Throws a {@linkcode UsageError}. */
export function parseFlags(flags: readonly Flag[], args: readonly string[]): FlagValues {
  const { flags: values, words, rest = [] } = parseWords(flags, args);
  const [first] = [...words, ...rest];
  if (first !== undefined) throw new UsageError(`Expected flags, got ${got(first)}`);
  return values;
}

/** Reads a command line. Throws a {@linkcode UsageError}. */
export function parseWords(flags: readonly Flag[], args: readonly string[]): Words {
  const values = new Map<string, string[]>();
  const words: string[] = [];
  let rest: string[] | undefined;
  const options = Object.fromEntries(
    flags.map(({ name, short, value }) => [
      name,
      { type: value === undefined ? "boolean" as const : "string" as const, ...short && { short } },
    ]),
  );
  // Not strict, so that the errors are ours.
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === "option-terminator") {
      rest = [];
      continue;
    }
    if (token.kind === "positional") {
      (rest ?? words).push(token.value);
      continue;
    }
    const flag = flags.find(({ name }) => name === token.name);
    if (flag === undefined) throw unknown(token.rawName, flags);
    add(values, flag, checkValue(flag, token.rawName, token.value));
  }
  return { flags: values, words, rest };
}

/** Reads variables: each flag may be given as `PREFIX_ITS_NAME`. Throws a {@linkcode UsageError}. */
export function flagsFromEnvironment(
  flags: readonly Flag[],
  prefix: string,
  env: Readonly<Record<string, string | undefined>>,
): FlagValues {
  const values = new Map<string, string[]>();
  for (const flag of flags) {
    const name = variableOf(prefix, flag);
    const text = env[name];
    if (text === undefined || text === "") continue;
    if (flag.value !== undefined) add(values, flag, text);
    else if (isTrue(name, text)) add(values, flag, "");
  }
  return values;
}

/** The variable that stands for a flag. */
export function variableOf(prefix: string, flag: Flag): string {
  return `${prefix}_${flag.name.replaceAll("-", "_").toUpperCase()}`;
}

/** Reads a file of flags: words with white space between them, `#` to the end of a line for remarks. */
export function flagsFromText(flags: readonly Flag[], text: string): FlagValues {
  const lines = text.split("\n").map((line) => line.replace(/(^|\s)#.*$/, ""));
  return parseFlags(flags, lines.join("\n").split(/\s+/).filter((word) => word !== ""));
}

/** Layers of values, the later ones before the earlier. */
export function layered(...layers: readonly FlagValues[]): FlagValues {
  return new Map(layers.flatMap((layer) => [...layer]));
}

/** Those that may be suggested. */
export function useful(flags: readonly Flag[]): readonly Flag[] {
  return flags.filter(({ isUseless }) => !isUseless);
}

/** Characters of a line of help. */
const LINE = 80;

/** Where the second column of a help begins. */
const COLUMN = 34;

/** The help for a table of flags. */
export function helpFor(flags: readonly Flag[]): string {
  return flags.map(({ name, short, value, help }) => {
    const dashes = short === undefined ? "    " : `-${short}, `;
    const head = `  ${dashes}--${name}${value === undefined ? "" : ` ${value}`}`;
    const lines = wrapped(help, LINE - COLUMN).map((line) => " ".repeat(COLUMN) + line);
    if (head.length < COLUMN) lines[0] = head.padEnd(COLUMN) + lines[0].trimStart();
    else lines.unshift(head);
    return `${lines.join("\n")}\n`;
  }).join("");
}

/** Text in paragraphs, on lines of a bearable width; lines that are indented stay as they are. */
export function paragraphs(text: string): string {
  return text.trim().split("\n\n").map((paragraph) =>
    /^ /m.test(paragraph) ? paragraph : wrapped(paragraph, LINE).join("\n")
  ).join("\n\n");
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [""];
  for (const word of text.split(/\s+/)) {
    const last = lines.length - 1;
    if (lines[last] === "") lines[last] = word;
    else if (lines[last].length + 1 + word.length <= width) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

function add(values: Map<string, string[]>, { name, isList }: Flag, value: string): void {
  values.set(name, isList ? [...values.get(name) ?? [], value] : [value]);
}

function checkValue(flag: Flag, rawName: string, value: string | undefined): string {
  if (flag.value === undefined) {
    if (value === undefined) return "";
    throw new UsageError(`Expected ${rawName} without a value, got ${got(value)}`);
  }
  if (value === undefined) throw new UsageError(`Expected ${rawName} ${flag.value}, got no value`);
  return value;
}

function isTrue(name: string, text: string): boolean {
  const lower = text.toLowerCase();
  if (["1", "true", "yes", "on"].includes(lower)) return true;
  if (["0", "false", "no", "off"].includes(lower)) return false;
  throw new UsageError(`Expected ${name} to be 1 or 0, got ${got(text)}`);
}

function unknown(rawName: string, flags: readonly Flag[]): UsageError {
  const hint = nearest(rawName, useful(flags).map(({ name }) => `--${name}`));
  const question = hint === undefined ? "" : `, did you mean ${hint}?`;
  return new UsageError(`Expected a flag that is known, got ${rawName}${question}`);
}
