/**
 * The one table of Gearman's packets. From it come the types, the argument counts of both
 * decoders, the AssemblyScript constants, the engine's dispatch, the matrix in the docs and the
 * property tests.
 *
 * Sources: the protocol text of the gearmand project, corrected where gearmand 1.1.20 was
 * measured to do otherwise (reduce jobs have four arguments; STATUS_RES_UNIQUE echoes the
 * unique).
 *
 * @module
 */

/** Who may send a packet. */
export type Role = "client" | "worker" | "server";

/** What a packet does to the slot of the handle that is its first argument. */
export type HandleRole = "takes" | "uses" | "drops";

/** One row of {@linkcode COMMANDS}. */
export interface CommandRow {
  /** The number in the header. */
  readonly type: number;
  /** Who sends it; a packet that workers send and servers relay names both. */
  readonly from: readonly Role[];
  /** The NUL-separated arguments before the data; without data the last one runs to the end. */
  readonly args: readonly string[];
  /** The name of the opaque last argument, if there is one. */
  readonly data?: string;
  /** What answers it, in gearmand: an empty list where nothing does. */
  readonly answers?: readonly string[];
  /** Present when the first argument is a handle that a receiver follows by slot. */
  readonly handle?: HandleRole;
  /** Present when the second argument is a function a worker has registered. */
  readonly assigns?: true;
  /** One line for the docs. */
  readonly meaning: string;
}

/**
 * Every packet, by the name the protocol text gives it. Plain literals throughout: its type is part
 * of the public ones, and those must be readable without inference.
 */
export const COMMANDS = {
  CAN_DO: { type: 1, from: ["worker"], args: ["function"], meaning: "offers an ability" },
  CANT_DO: { type: 2, from: ["worker"], args: ["function"], meaning: "withdraws an ability" },
  RESET_ABILITIES: { type: 3, from: ["worker"], args: [], meaning: "withdraws all abilities" },
  PRE_SLEEP: {
    type: 4,
    from: ["worker"],
    args: [],
    meaning: "asks for a NOOP when a job comes",
  },
  UNUSED: { type: 5, from: [], args: [], answers: ["ERROR"], meaning: "never had a meaning" },
  NOOP: { type: 6, from: ["server"], args: [], meaning: "wakes a sleeping worker" },
  SUBMIT_JOB: {
    type: 7,
    from: ["client"],
    args: ["function", "unique"],
    data: "workload",
    answers: ["JOB_CREATED", "ERROR"],
    meaning: "submits a foreground job, normal priority",
  },
  JOB_CREATED: {
    type: 8,
    from: ["server"],
    args: ["handle"],
    handle: "takes",
    meaning: "acknowledges a submission",
  },
  GRAB_JOB: {
    type: 9,
    from: ["worker"],
    args: [],
    answers: ["JOB_ASSIGN", "NO_JOB"],
    meaning: "asks for a job",
  },
  NO_JOB: { type: 10, from: ["server"], args: [], meaning: "there is no job to assign" },
  JOB_ASSIGN: {
    type: 11,
    from: ["server"],
    args: ["handle", "function"],
    data: "workload",
    handle: "takes",
    assigns: true,
    meaning: "assigns a job",
  },
  WORK_STATUS: {
    type: 12,
    from: ["worker", "server"],
    args: ["handle", "numerator", "denominator"],
    handle: "uses",
    meaning: "reports progress",
  },
  WORK_COMPLETE: {
    type: 13,
    from: ["worker", "server"],
    args: ["handle"],
    data: "result",
    handle: "drops",
    meaning: "ends a job with its result",
  },
  WORK_FAIL: {
    type: 14,
    from: ["worker", "server"],
    args: ["handle"],
    handle: "drops",
    meaning: "ends a job without a result",
  },
  GET_STATUS: {
    type: 15,
    from: ["client"],
    args: ["handle"],
    answers: ["STATUS_RES"],
    meaning: "asks how a job stands, by handle",
  },
  ECHO_REQ: {
    type: 16,
    from: ["client", "worker"],
    args: [],
    data: "data",
    answers: ["ECHO_RES"],
    meaning: "asks for the same bytes back",
  },
  ECHO_RES: { type: 17, from: ["server"], args: [], data: "data", meaning: "gives them back" },
  SUBMIT_JOB_BG: {
    type: 18,
    from: ["client"],
    args: ["function", "unique"],
    data: "workload",
    answers: ["JOB_CREATED", "ERROR"],
    meaning: "submits a background job, normal priority",
  },
  ERROR: {
    type: 19,
    from: ["server"],
    args: ["code"],
    data: "text",
    meaning: "refuses a request",
  },
  STATUS_RES: {
    type: 20,
    from: ["server"],
    args: ["handle", "known", "running", "numerator", "denominator"],
    meaning: "answers GET_STATUS",
  },
  SUBMIT_JOB_HIGH: {
    type: 21,
    from: ["client"],
    args: ["function", "unique"],
    data: "workload",
    answers: ["JOB_CREATED", "ERROR"],
    meaning: "submits a foreground job, high priority",
  },
  SET_CLIENT_ID: { type: 22, from: ["worker"], args: ["id"], meaning: "names the connection" },
  CAN_DO_TIMEOUT: {
    type: 23,
    from: ["worker"],
    args: ["function", "timeout"],
    meaning: "offers an ability with a limit in milliseconds",
  },
  ALL_YOURS: {
    type: 24,
    from: ["worker"],
    args: [],
    answers: ["ERROR"],
    meaning: "never implemented",
  },
  WORK_EXCEPTION: {
    type: 25,
    from: ["worker", "server"],
    args: ["handle"],
    data: "data",
    handle: "drops",
    meaning: "ends a job with an exception",
  },
  OPTION_REQ: {
    type: 26,
    from: ["client", "worker"],
    args: ["option"],
    answers: ["OPTION_RES", "ERROR"],
    meaning: "switches an option on",
  },
  OPTION_RES: { type: 27, from: ["server"], args: ["option"], meaning: "says that it is on" },
  WORK_DATA: {
    type: 28,
    from: ["worker", "server"],
    args: ["handle"],
    data: "data",
    handle: "uses",
    meaning: "sends part of a result",
  },
  WORK_WARNING: {
    type: 29,
    from: ["worker", "server"],
    args: ["handle"],
    data: "data",
    handle: "uses",
    meaning: "sends a warning",
  },
  GRAB_JOB_UNIQ: {
    type: 30,
    from: ["worker"],
    args: [],
    answers: ["JOB_ASSIGN_UNIQ", "NO_JOB"],
    meaning: "asks for a job with its unique",
  },
  JOB_ASSIGN_UNIQ: {
    type: 31,
    from: ["server"],
    args: ["handle", "function", "unique"],
    data: "workload",
    handle: "takes",
    assigns: true,
    meaning: "assigns a job with its unique",
  },
  SUBMIT_JOB_HIGH_BG: {
    type: 32,
    from: ["client"],
    args: ["function", "unique"],
    data: "workload",
    answers: ["JOB_CREATED", "ERROR"],
    meaning: "submits a background job, high priority",
  },
  SUBMIT_JOB_LOW: {
    type: 33,
    from: ["client"],
    args: ["function", "unique"],
    data: "workload",
    answers: ["JOB_CREATED", "ERROR"],
    meaning: "submits a foreground job, low priority",
  },
  SUBMIT_JOB_LOW_BG: {
    type: 34,
    from: ["client"],
    args: ["function", "unique"],
    data: "workload",
    answers: ["JOB_CREATED", "ERROR"],
    meaning: "submits a background job, low priority",
  },
  SUBMIT_JOB_SCHED: {
    type: 35,
    from: ["client"],
    args: ["function", "unique", "minute", "hour", "mday", "month", "wday"],
    data: "workload",
    answers: ["JOB_CREATED", "ERROR"],
    meaning: "submits a job to run by a cron line; gearmand refuses it",
  },
  SUBMIT_JOB_EPOCH: {
    type: 36,
    from: ["client"],
    args: ["function", "unique", "time"],
    data: "workload",
    answers: ["JOB_CREATED", "ERROR"],
    meaning: "submits a background job for a Unix second",
  },
  SUBMIT_REDUCE_JOB: {
    type: 37,
    from: ["client"],
    args: ["function", "unique", "reducer", "aggregator"],
    data: "workload",
    answers: ["JOB_CREATED", "ERROR"],
    meaning: "submits a foreground job with a reducer",
  },
  SUBMIT_REDUCE_JOB_BACKGROUND: {
    type: 38,
    from: ["client"],
    args: ["function", "unique", "reducer", "aggregator"],
    data: "workload",
    answers: ["JOB_CREATED", "ERROR"],
    meaning: "submits a background job with a reducer",
  },
  GRAB_JOB_ALL: {
    type: 39,
    from: ["worker"],
    args: [],
    answers: ["JOB_ASSIGN_ALL", "JOB_ASSIGN_UNIQ", "NO_JOB"],
    meaning: "asks for a job with its unique and reducer",
  },
  JOB_ASSIGN_ALL: {
    type: 40,
    from: ["server"],
    args: ["handle", "function", "unique", "reducer"],
    data: "workload",
    handle: "takes",
    assigns: true,
    meaning: "assigns a job with its unique and reducer",
  },
  GET_STATUS_UNIQUE: {
    type: 41,
    from: ["client"],
    args: ["unique"],
    answers: ["STATUS_RES_UNIQUE"],
    meaning: "asks how a job stands, by unique",
  },
  STATUS_RES_UNIQUE: {
    type: 42,
    from: ["server"],
    args: ["unique", "known", "running", "numerator", "denominator", "clients"],
    meaning: "answers GET_STATUS_UNIQUE",
  },
} as const;

/** A packet's name, in capitals as in the protocol text. */
export type CommandName = keyof typeof COMMANDS;

/** The numbers by name: `Command.SUBMIT_JOB` is 7. */
export const Command: { readonly [N in CommandName]: (typeof COMMANDS)[N]["type"] } = Object
  .fromEntries(Object.entries(COMMANDS).map(([name, row]) => [name, row.type])) as never;

/** One more than the highest number. */
export const TYPE_LIMIT = 43;

const byType: readonly (CommandName | undefined)[] = Array.from(
  { length: TYPE_LIMIT },
  (_, type) => (Object.keys(COMMANDS) as CommandName[]).find((n) => COMMANDS[n].type === type),
);

/** The name for a number, or undefined where the protocol has none. */
export function commandName(type: number): CommandName | undefined {
  return byType[type];
}

/** How many NUL-separated pieces a row's body has, the data included. */
export function arityOf(row: CommandRow): number {
  return row.args.length + (row.data === undefined ? 0 : 1);
}

/** {@linkcode arityOf} by number; -1 where the protocol has no such packet. */
export const ARITY: Int8Array = Int8Array.from(
  byType,
  (name) => name === undefined ? -1 : arityOf(COMMANDS[name]),
);
