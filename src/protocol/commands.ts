/**
 * The one table of Gearman's packets. From it come the types, the argument counts of both
 * decoders, the AssemblyScript constants, the engine's dispatch, what editors show and the
 * property tests.
 *
 * Sources: the protocol text of the gearmand project, corrected where gearmand 1.1.20 was
 * measured to do otherwise (reduce jobs have four arguments; STATUS_RES_UNIQUE echoes the
 * unique).
 *
 * @module
 */

/** What a packet does to the slot of the handle that is its first argument. */
export type HandleRole = "takes" | "uses" | "drops";

/** One row of {@linkcode COMMANDS}. */
export interface CommandRow {
  /** The number in the header. */
  readonly type: number;
  /** The NUL-separated arguments before the data; without data the last one runs to the end. */
  readonly args: readonly string[];
  /** The name of the opaque last argument, if there is one. */
  readonly data?: string;
  /** Present when the first argument is a handle that a receiver follows by slot. */
  readonly handle?: HandleRole;
  /** Present when the second argument is a function a worker has registered. */
  readonly assigns?: true;
}

/**
 * Every packet, by the name the protocol text gives it. Plain literals throughout: its type is part
 * of the public ones, and those must be readable without inference.
 *
 * @example
 * ```ts
 * import { COMMANDS } from "geartrain/codec";
 *
 * console.log(COMMANDS.SUBMIT_JOB.args); // [ "function", "unique" ]
 * ```
 */
export const COMMANDS = {
  /** From a worker: offers an ability. */
  CAN_DO: { type: 1, args: ["function"] },
  /** From a worker: withdraws an ability. */
  CANT_DO: { type: 2, args: ["function"] },
  /** From a worker: withdraws all abilities. */
  RESET_ABILITIES: { type: 3, args: [] },
  /** From a worker: asks for a NOOP when a job comes. */
  PRE_SLEEP: { type: 4, args: [] },
  /** From nobody: never had a meaning. Answered by ERROR. */
  UNUSED: { type: 5, args: [] },
  /** From a server: wakes a sleeping worker. */
  NOOP: { type: 6, args: [] },
  /** From a client: submits a foreground job, normal priority. Answered by JOB_CREATED or ERROR. */
  SUBMIT_JOB: { type: 7, args: ["function", "unique"], data: "workload" },
  /** From a server: acknowledges a submission. */
  JOB_CREATED: { type: 8, args: ["handle"], handle: "takes" },
  /** From a worker: asks for a job. Answered by JOB_ASSIGN or NO_JOB. */
  GRAB_JOB: { type: 9, args: [] },
  /** From a server: there is no job to assign. */
  NO_JOB: { type: 10, args: [] },
  /** From a server: assigns a job. */
  JOB_ASSIGN: {
    type: 11,
    args: ["handle", "function"],
    data: "workload",
    handle: "takes",
    assigns: true,
  },
  /** From a worker, relayed by servers: reports progress. */
  WORK_STATUS: { type: 12, args: ["handle", "numerator", "denominator"], handle: "uses" },
  /** From a worker, relayed by servers: ends a job with its result. */
  WORK_COMPLETE: { type: 13, args: ["handle"], data: "result", handle: "drops" },
  /** From a worker, relayed by servers: ends a job without a result. */
  WORK_FAIL: { type: 14, args: ["handle"], handle: "drops" },
  /** From a client: asks how a job stands, by handle. Answered by STATUS_RES. */
  GET_STATUS: { type: 15, args: ["handle"] },
  /** From a client or a worker: asks for the same bytes back. Answered by ECHO_RES. */
  ECHO_REQ: { type: 16, args: [], data: "data" },
  /** From a server: gives them back. */
  ECHO_RES: { type: 17, args: [], data: "data" },
  /** From a client: submits a background job, normal priority. Answered by JOB_CREATED or ERROR. */
  SUBMIT_JOB_BG: { type: 18, args: ["function", "unique"], data: "workload" },
  /** From a server: refuses a request. */
  ERROR: { type: 19, args: ["code"], data: "text" },
  /** From a server: answers GET_STATUS. */
  STATUS_RES: { type: 20, args: ["handle", "known", "running", "numerator", "denominator"] },
  /** From a client: submits a foreground job, high priority. Answered by JOB_CREATED or ERROR. */
  SUBMIT_JOB_HIGH: { type: 21, args: ["function", "unique"], data: "workload" },
  /** From a worker: names the connection. */
  SET_CLIENT_ID: { type: 22, args: ["id"] },
  /** From a worker: offers an ability with a limit in milliseconds. */
  CAN_DO_TIMEOUT: { type: 23, args: ["function", "timeout"] },
  /** From a worker: never implemented. Answered by ERROR. */
  ALL_YOURS: { type: 24, args: [] },
  /** From a worker, relayed by servers: ends a job with an exception. */
  WORK_EXCEPTION: { type: 25, args: ["handle"], data: "data", handle: "drops" },
  /** From a client or a worker: switches an option on. Answered by OPTION_RES or ERROR. */
  OPTION_REQ: { type: 26, args: ["option"] },
  /** From a server: says that it is on. */
  OPTION_RES: { type: 27, args: ["option"] },
  /** From a worker, relayed by servers: sends part of a result. */
  WORK_DATA: { type: 28, args: ["handle"], data: "data", handle: "uses" },
  /** From a worker, relayed by servers: sends a warning. */
  WORK_WARNING: { type: 29, args: ["handle"], data: "data", handle: "uses" },
  /** From a worker: asks for a job with its unique. Answered by JOB_ASSIGN_UNIQ or NO_JOB. */
  GRAB_JOB_UNIQ: { type: 30, args: [] },
  /** From a server: assigns a job with its unique. */
  JOB_ASSIGN_UNIQ: {
    type: 31,
    args: ["handle", "function", "unique"],
    data: "workload",
    handle: "takes",
    assigns: true,
  },
  /** From a client: submits a background job, high priority. Answered by JOB_CREATED or ERROR. */
  SUBMIT_JOB_HIGH_BG: { type: 32, args: ["function", "unique"], data: "workload" },
  /** From a client: submits a foreground job, low priority. Answered by JOB_CREATED or ERROR. */
  SUBMIT_JOB_LOW: { type: 33, args: ["function", "unique"], data: "workload" },
  /** From a client: submits a background job, low priority. Answered by JOB_CREATED or ERROR. */
  SUBMIT_JOB_LOW_BG: { type: 34, args: ["function", "unique"], data: "workload" },
  /**
   * From a client: submits a job to run by a cron line; gearmand refuses it. Answered by
   * JOB_CREATED or ERROR.
   */
  SUBMIT_JOB_SCHED: {
    type: 35,
    args: ["function", "unique", "minute", "hour", "mday", "month", "wday"],
    data: "workload",
  },
  /**
   * From a client: submits a background job for a Unix second. Answered by JOB_CREATED or ERROR.
   */
  SUBMIT_JOB_EPOCH: { type: 36, args: ["function", "unique", "time"], data: "workload" },
  /** From a client: submits a foreground job with a reducer. Answered by JOB_CREATED or ERROR. */
  SUBMIT_REDUCE_JOB: {
    type: 37,
    args: ["function", "unique", "reducer", "aggregator"],
    data: "workload",
  },
  /** From a client: submits a background job with a reducer. Answered by JOB_CREATED or ERROR. */
  SUBMIT_REDUCE_JOB_BACKGROUND: {
    type: 38,
    args: ["function", "unique", "reducer", "aggregator"],
    data: "workload",
  },
  /**
   * From a worker: asks for a job with its unique and reducer. Answered by JOB_ASSIGN_ALL,
   * JOB_ASSIGN_UNIQ or NO_JOB.
   */
  GRAB_JOB_ALL: { type: 39, args: [] },
  /** From a server: assigns a job with its unique and reducer. */
  JOB_ASSIGN_ALL: {
    type: 40,
    args: ["handle", "function", "unique", "reducer"],
    data: "workload",
    handle: "takes",
    assigns: true,
  },
  /** From a client: asks how a job stands, by unique. Answered by STATUS_RES_UNIQUE. */
  GET_STATUS_UNIQUE: { type: 41, args: ["unique"] },
  /** From a server: answers GET_STATUS_UNIQUE. */
  STATUS_RES_UNIQUE: {
    type: 42,
    args: ["unique", "known", "running", "numerator", "denominator", "clients"],
  },
} as const;

/** A packet's name, in capitals as in the protocol text. */
export type CommandName = keyof typeof COMMANDS;

/**
 * The numbers by name: `Command.SUBMIT_JOB` is 7.
 *
 * @example
 * ```ts
 * import { Command } from "geartrain/codec";
 *
 * console.log(Command.SUBMIT_JOB); // 7
 * ```
 */
export const Command: { readonly [N in CommandName]: (typeof COMMANDS)[N]["type"] } = Object
  .fromEntries(Object.entries(COMMANDS).map(([name, row]) => [name, row.type])) as never;

/** One more than the highest number. */
export const TYPE_LIMIT = 43;

const byType: readonly (CommandName | undefined)[] = Array.from(
  { length: TYPE_LIMIT },
  (_, type) => (Object.keys(COMMANDS) as CommandName[]).find((n) => COMMANDS[n].type === type),
);

/**
 * The name for a number, or undefined where the protocol has none.
 *
 * @example
 * ```ts
 * import { commandName } from "geartrain/codec";
 *
 * console.log(commandName(7)); // SUBMIT_JOB
 * ```
 */
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
