/**
 * The grammar of the text protocol that administrators speak on the same port: lines into
 * commands, rows into lines and back. Both the server and the admin client use it.
 *
 * Line endings are gearmand's, measured: rows, the final `.` and `OK <value>` end in `\n`; a bare
 * `OK` and every `ERR` line end in `\r\n`.
 *
 * @module
 */
import { got, ProtocolError } from "../errors.ts";

/** How many words a line may have, the command included. gearmand hangs up on more. */
export const MAX_TEXT_WORDS = 5;

/** The commands that the server knows, in the order the docs list them. */
export const TEXT_COMMANDS = [
  "status",
  "workers",
  "version",
  "getpid",
  "verbose",
  "prioritystatus",
  "maxqueue",
  "show",
  "create",
  "drop",
  "cancel",
  "shutdown",
] as const;

/** The first word of a line that the server knows, in lower case. */
export type TextCommandName = (typeof TEXT_COMMANDS)[number];

/** A line of the text protocol, taken apart. */
export interface TextCommand {
  /** The first word as it was sent. Empty for an empty line, and after a leading space. */
  readonly word: string;
  /** The command it names, whatever its case; undefined where there is no such command. */
  readonly name: TextCommandName | undefined;
  /** The words after it. A trailing space leaves an empty one, as in gearmand. */
  readonly words: readonly string[];
}

/**
 * Takes a line apart, with or without its ending; a NUL ends a word, as it does for gearmand.
 * Undefined: more than {@linkcode MAX_TEXT_WORDS} words.
 */
export function parseTextLine(line: string): TextCommand | undefined {
  const [word, ...words] = line.replace(/\r?\n$/, "").split(/ +/).map(beforeNul);
  if (words.length >= MAX_TEXT_WORDS) return undefined;
  const lower = word.toLowerCase();
  return { word, name: TEXT_COMMANDS.find((name) => name === lower), words };
}

function beforeNul(word: string): string {
  return word.split("\0", 1)[0];
}

/** The line that ends a list of rows. */
export const END_OF_ROWS = ".\n";

/** The reply of a command that has nothing to say. */
export const OK = "OK\r\n";

/** The reply of a command that answers with one value. */
export function formatValue(value: string): string {
  return `OK ${value}\n`;
}

/** The value of an `OK` line, without its ending: empty for a bare `OK`; undefined when it is none. */
export function parseValue(line: string): string | undefined {
  return /^OK(?: (.*))?$/.exec(line)?.slice(1).map((value) => value ?? "")[0];
}

/**
 * The code of an ERROR packet, and of an `ERR` line, for what a connection may not do. Ours:
 * gearmand refuses nobody.
 */
export const ACCESS_DENIED = "ACCESS_DENIED";

/** `ERR` lines, byte for byte as gearmand sends them. */
export const TextError = {
  unknownCommand: (word: string): string => `ERR UNKNOWN_COMMAND Unknown+server+command${word}\r\n`,
  invalidArguments: (word: string): string =>
    `ERR INVALID_ARGUMENTS An+incomplete+set+of+arguments+was+sent+to+this+command+${word}\r\n`,
  accessDenied: (word: string): string =>
    `ERR ${ACCESS_DENIED} This+connection+may+not+give+the+command+${word}\r\n`,
  unkept:
    "ERR QUEUE_ERROR The+store+could+not+be+written:+what+is+gone+may+come+back+with+the+next+server\r\n",
  noMemory: "ERR MEMORY_ALLOCATION_FAILURE\r\n",
  unknownShow: "ERR UNKNOWN_SHOW_ARGUMENTS\r\n",
  unknownCancel: "ERR UNKNOWN_ERROR\r\n",
  unknownJob: "ERR UNKNOWN_JOB\r\n",
  unknownFunction: "ERR function not found\r\n",
  functionInUse: "ERR there are still connected workers or executing clients\r\n",
} as const;

/**
 * What follows the number in the version of Geartrain's own server, as build metadata: its workers
 * know it by that.
 */
export const OWN_SERVER_MARK = "+geartrain";

/** What an `ERR` line says. */
export interface TextErrorLine {
  /** The code in capitals, or `ERR` for the lines that have none. */
  readonly code: string;
  /** The rest, with spaces for the plus signs of the wire. */
  readonly text: string;
}

/** The code and text of an `ERR` line, without its ending; undefined when it is none. */
export function parseErrorLine(line: string): TextErrorLine | undefined {
  const match = /^ERR(?: ([A-Z_]+)(?= |$))? ?(.*)$/.exec(line);
  if (match === null) return undefined;
  return { code: match[1] ?? "ERR", text: match[2].replaceAll("+", " ") };
}

/** One line of `status`. */
export interface FunctionRow {
  readonly functionName: string;
  /** Jobs that wait or run. */
  readonly total: number;
  /** Jobs that run. */
  readonly running: number;
  /** Registrations of the ability, busy or not. */
  readonly workers: number;
}

/** One line of `prioritystatus`: the jobs that wait, by priority. */
export interface PriorityRow {
  readonly functionName: string;
  readonly high: number;
  readonly normal: number;
  readonly low: number;
  /** Registrations of the ability, busy or not. */
  readonly workers: number;
}

/** One line of `workers`: a connection, whatever its part. */
export interface WorkerRow {
  /** The server's number for the connection. At gearmand, -1 for one that has just ended. */
  readonly fd: number;
  readonly ip: string;
  /** What SET_CLIENT_ID said; `-` when nothing did. */
  readonly clientId: string;
  /** The abilities, the latest first. */
  readonly functionNames: readonly string[];
}

/** One line of `show jobs`. */
export interface JobRow {
  readonly handle: string;
  /** How often the job was lost by a worker and put back. */
  readonly retries: number;
  /** Whether the job waits for nobody and will be dropped. */
  readonly ignored: boolean;
  /** Of a job that is not ignored: whether it is a background job. */
  readonly queued: boolean;
}

/** A line of `status`. */
export function formatStatusRow(row: FunctionRow): string {
  return `${row.functionName}\t${row.total}\t${row.running}\t${row.workers}\n`;
}

/** The row in a line of `status`, without its ending. Throws a {@linkcode ProtocolError} when there is none. */
export function parseStatusRow(line: string): FunctionRow {
  const match = /^(.*)\t(\d+)\t(\d+)\t(\d+)$/.exec(line) ?? expected("a row of status", line);
  const [, functionName, total, running, workers] = match;
  return { functionName, total: +total, running: +running, workers: +workers };
}

/** A line of `prioritystatus`. */
export function formatPriorityRow(row: PriorityRow): string {
  return `${row.functionName}\t${row.high}\t${row.normal}\t${row.low}\t${row.workers}\n`;
}

/** The row in a line of `prioritystatus`, without its ending. Throws a {@linkcode ProtocolError} when there is none. */
export function parsePriorityRow(line: string): PriorityRow {
  const match = /^(.*)\t(\d+)\t(\d+)\t(\d+)\t(\d+)$/.exec(line) ??
    expected("a row of prioritystatus", line);
  const [, functionName, high, normal, low, workers] = match;
  return { functionName, high: +high, normal: +normal, low: +low, workers: +workers };
}

/** A line of `workers`. */
export function formatWorkersRow(row: WorkerRow): string {
  const abilities = row.functionNames.map((name) => ` ${name}`).join("");
  return `${row.fd} ${row.ip} ${row.clientId} :${abilities}\n`;
}

/**
 * The row in a line of `workers`, without its ending. Throws a {@linkcode ProtocolError} when there is none.
 *
 * An id may hold spaces; the first ` :` after the address ends it.
 */
export function parseWorkersRow(line: string): WorkerRow {
  const match = /^(-1|\d+) (\S*) (.*?) :(?: (.*))?$/.exec(line) ??
    expected("a row of workers", line);
  const [, fd, ip, clientId, abilities] = match;
  return { fd: +fd, ip, clientId, functionNames: abilities ? abilities.split(" ") : [] };
}

/** A line of `show jobs`. */
export function formatJobRow(row: JobRow): string {
  return `${row.handle}\t${row.retries}\t${+row.ignored}\t${+row.queued}\n`;
}

/** The row in a line of `show jobs`, without its ending. Throws a {@linkcode ProtocolError} when there is none. */
export function parseJobRow(line: string): JobRow {
  const match = /^(.*)\t(\d+)\t([01])\t([01])$/.exec(line) ?? expected("a row of show jobs", line);
  const [, handle, retries, ignored, queued] = match;
  return { handle, retries: +retries, ignored: ignored === "1", queued: queued === "1" };
}

function expected(what: string, line: string): never {
  throw new ProtocolError("UNEXPECTED", `Expected ${what}, got ${got(line)}`);
}
