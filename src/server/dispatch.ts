/**
 * One small function for each command: arguments out of the packet, one call to the rules, the
 * answer. The rules are in `jobs.ts`, `functions.ts` and `peers.ts`.
 *
 * @module
 */
import {
  Command,
  type CommandName,
  commandName,
  FATE_FUNCTION,
  MAX_CLIENT_ID_BYTES,
  MAX_HANDLE_BYTES,
  MAX_UNIQUE_BYTES,
  type PacketView,
  type TimeFields,
  TYPE_LIMIT,
} from "../protocol/mod.ts";
import { beforeNul, EMPTY, keyOf } from "./bytes.ts";
import { PACKET_COST } from "./costs.ts";
import { type FunctionEntry, Priority } from "./functions.ts";
import type { EndState } from "./fates.ts";
import type { Job, Jobs } from "./jobs.ts";
import { parseInteger, parseUint32 } from "./numbers.ts";
import type { Peer } from "./peers.ts";
import { type FunctionUse, textOfName } from "./permissions.ts";
import { answer, isQuestion } from "./questions.ts";
import { accessDenied, type Refusal, REFUSALS, refuse } from "./refusals.ts";
import type { Series } from "./series.ts";
import type { State } from "./state.ts";
import type { Times } from "./timetables.ts";

/** Returns what it has cost beside a packet, if anything: in bytes of text that is sent. */
type Action = (state: State, peer: Peer, packet: PacketView) => number | void;

/** Bytes of the longest reducer, as gearmand has it. */
const MAX_REDUCER_BYTES = 64;

/** Bytes at which gearmand calls an option's name unknown without reading it. */
const OPTION_LIMIT = 64;

/** Bytes of the longest name of a function: what fits the buffer of gearmand, which hangs up on more, too. */
const MAX_NAME_BYTES = 8180;

/** The most abilities that a worker may have. */
const MAX_ABILITIES = 65_536;

/** Milliseconds of the shortest time limit: gearmand counts in seconds, and so do the workers that use it. */
const MIN_TIMEOUT = 1000;

/** The function of that name. Undefined: there is no room for another, or the peer is gone. */
function functionOf(
  { functions, hangUp }: State,
  peer: Peer,
  name: Uint8Array,
): FunctionEntry | undefined {
  if (name.length <= MAX_NAME_BYTES) return functions.named(name);
  hangUp(peer, `a function's name may have ${MAX_NAME_BYTES} bytes, it sent ${name.length}`);
  return undefined;
}

/**
 * Whether a peer may use the function that is a packet's argument: the first one, unless another is
 * meant. If not, it is told.
 */
function isAllowed(
  peer: Peer,
  packet: PacketView,
  use: FunctionUse,
  place = 0,
): boolean {
  const { permissions } = peer;
  if (permissions === undefined) return true;
  const name = packet.borrow(place);
  // Who names a function at that length is hung up on.
  if (name.length > MAX_NAME_BYTES) return true;
  if (permissions.allow(use, name)) return true;
  refuse(peer, accessDenied(use, textOfName(name)));
  return false;
}

/** Registers an ability, or closes the connection of a worker that has too many. */
function offer(state: State, peer: Peer, packet: PacketView, timeout: number): void {
  if (!isAllowed(peer, packet, "work")) return;
  const fn = functionOf(state, peer, packet.borrow(0));
  if (peer.isGone) return;
  if (peer.abilities.size >= MAX_ABILITIES) {
    state.hangUp(peer, `it offered more than ${MAX_ABILITIES} functions`);
  } else if (fn === undefined || !peer.offer(fn, timeout)) {
    state.hangUp(peer, "it offered a function more than maxQueuedBytes has room for");
  }
}

/** Where the reducer stands in SUBMIT_REDUCE_JOB. */
const REDUCER = 2;

/** A submission; `kind` says where its arguments stand. */
function submit(
  priority: Priority,
  submitter: "foreground" | "background",
  kind: "plain" | "reduce" | "epoch" = "plain",
): Action {
  return (state, peer, packet) => {
    const reducer = kind === "reduce" ? packet.keep(REDUCER) : undefined;
    const uniqueBytes = packet.borrow(1).length;
    if (
      uniqueBytes > MAX_UNIQUE_BYTES ||
      (reducer !== undefined && reducer.length > MAX_REDUCER_BYTES)
    ) {
      return refuse(peer, REFUSALS.longUnique);
    }
    if (!isAllowed(peer, packet, "submit")) return;
    // The worker runs a function of that name on the job's results: who may not submit to it may not so, either.
    const hasReducer = reducer !== undefined && reducer.length > 0;
    if (hasReducer && !isAllowed(peer, packet, "submit", REDUCER)) return;
    const name = packet.borrow(0);
    if (isQuestion(state, name)) {
      if (submitter === "background" || kind !== "plain") return unexpected(state, peer, packet);
      return answer(state, peer, state.jobs.newHandle(), packet.borrow(2));
    }
    const second = kind === "epoch" ? parseInteger(keyOf(packet.borrow(2))) : 0;
    if (second === undefined) return refuse(peer, REFUSALS.longTime);
    const fn = functionOf(state, peer, name);
    if (peer.isGone) return;
    if (fn === undefined) return refuse(peer, REFUSALS.queueFull);
    const isBackground = submitter === "background";
    const job = state.jobs.submit({
      fn,
      unique: uniqueBytes === 0 ? EMPTY : packet.keep(1),
      workload: packet.keepData(),
      priority,
      client: isBackground ? undefined : peer,
      reducer,
      notBefore: second * 1000,
    });
    if (job === undefined) refuse(peer, REFUSALS.queueFull);
    else if (isBackground) peer.output.receipt(job.handle);
    else peer.output.packet(Command.JOB_CREATED, [job.handle]);
  };
}

/** What a submission's five fields say, or what is the matter with them. */
function timesOf({ timetables }: State, packet: PacketView): Times | Refusal {
  const fields = TIME_FIELDS.map((at) => keyOf(packet.borrow(at)) || "*");
  try {
    return timetables.read(fields as unknown as TimeFields);
  } catch (error) {
    return ["INVALID_ARGUMENT", (error as RangeError).message];
  }
}

/** Where the five fields stand in SUBMIT_JOB_SCHED. */
const TIME_FIELDS = [2, 3, 4, 5, 6];

/** The submission of a series. */
function submitSeries(state: State, peer: Peer, packet: PacketView): number | void {
  if (packet.borrow(1).length > MAX_UNIQUE_BYTES) return refuse(peer, REFUSALS.longUnique);
  if (!isAllowed(peer, packet, "submit")) return;
  const name = packet.borrow(0);
  if (isQuestion(state, name)) return unexpected(state, peer, packet);
  const when = timesOf(state, packet);
  if (!("times" in when)) return refuse(peer, when);
  const fn = functionOf(state, peer, name);
  if (peer.isGone) return;
  const series = fn && state.series.submit({
    fn,
    unique: packet.keep(1),
    workload: packet.keepData(),
    ...when,
  });
  if (series === undefined) refuse(peer, REFUSALS.queueFull);
  else peer.output.receipt(series.handle);
}

/** A grab; the answer's shape depends on which one it is. */
function grab(answer: (peer: Peer, job: Job) => void): Action {
  return (state, peer) => {
    const job = state.jobs.take(peer);
    peer.grabbed(job?.fn);
    if (job === undefined) peer.output.bare(Command.NO_JOB);
    else answer(peer, job);
  };
}

function assign({ output }: Peer, { handle, fn, workload }: Job): void {
  output.packet(Command.JOB_ASSIGN, [handle, fn.name, workload]);
}

function assignUniq({ output }: Peer, { handle, fn, unique, workload }: Job): void {
  output.packet(Command.JOB_ASSIGN_UNIQ, [handle, fn.name, unique, workload]);
}

function assignAll(peer: Peer, job: Job): void {
  const { handle, fn, unique, reducer, workload } = job;
  if (reducer === undefined || reducer.length === 0) return assignUniq(peer, job);
  peer.output.packet(Command.JOB_ASSIGN_ALL, [handle, fn.name, unique, reducer, workload]);
}

/** A worker's report on a job, which must be its own. */
function report(
  unknown: Refusal,
  act: (job: Job, packet: PacketView, jobs: Jobs) => number,
): Action {
  return ({ jobs }, peer, packet) => {
    const job = jobs.find(packet.borrow(0));
    // Ownership is by connection: a job that was given to another is not this worker's any more.
    if (job?.worker === peer) return act(job, packet, jobs);
    refuse(peer, unknown);
  };
}

/** What it costs to send a report of so many bytes more than once. */
function costOfCopies({ joins }: Job, bytes: number): number {
  return Math.max(joins - 1, 0) * (PACKET_COST + bytes);
}

/** Sends a report on, as it came. Returns what that cost, as all that reports do. */
function relay(job: Job, packet: PacketView): number {
  if (job.joins === 0) return 0;
  const body = packet.borrowBody();
  let kept: Uint8Array | undefined;
  job.tell(({ output }) => {
    output.relay(packet.type, output.copies(body.length) ? body : kept ??= packet.keepBody());
  });
  return costOfCopies(job, body.length);
}

/** Sends an exception to the clients that asked for them, and to the others that the job has failed. */
function relayException(job: Job, packet: PacketView): number {
  if (job.joins === 0) return 0;
  const body = packet.keepBody();
  job.tell(({ output, wantsExceptions }) => {
    if (wantsExceptions) output.relay(Command.WORK_EXCEPTION, body);
    else output.packet(Command.WORK_FAIL, [job.handle]);
  });
  return costOfCopies(job, body.length);
}

function relayFailure(job: Job, _packet: PacketView, jobs: Jobs): number {
  const cost = costOfCopies(job, job.handle.length);
  jobs.fail(job);
  return cost;
}

function relayData(job: Job, packet: PacketView, jobs: Jobs): number {
  const cost = relay(job, packet);
  jobs.gather(job, packet);
  return cost;
}

/** Sends the last report on, and ends the job; what is in it is kept where results are. */
function relayEnd(
  state: EndState,
  send: (job: Job, packet: PacketView) => number,
): (job: Job, packet: PacketView, jobs: Jobs) => number {
  return (job, packet, jobs) => {
    const cost = send(job, packet);
    jobs.end(job, state, jobs.keepsResultOf(job) ? packet.keepData() : undefined);
    return cost;
  };
}

function relayStatus(job: Job, packet: PacketView): number {
  job.numerator = parseUint32(keyOf(packet.borrow(1)));
  job.denominator = parseUint32(keyOf(packet.borrow(2)));
  return relay(job, packet);
}

/** What STATUS_RES and STATUS_RES_UNIQUE say of a job, or of a series without one: known, running, numerator, denominator. */
function statusOf(job: Job | undefined, series?: Series): [string, string, string, string] {
  if (job === undefined) return [series === undefined ? "0" : "1", "0", "0", "0"];
  const running = job.worker === undefined ? "0" : "1";
  return ["1", running, `${job.numerator}`, `${job.denominator}`];
}

const failed: Action = report(REFUSALS.unknownResult, relayFailure);

const unexpected: Action = (_state, peer) => refuse(peer, REFUSALS.unexpectedCommand);

const ACTIONS: { readonly [N in CommandName]: Action } = {
  CAN_DO: (state, peer, packet) => offer(state, peer, packet, 0),
  CAN_DO_TIMEOUT: (state, peer, packet) => {
    const limit = parseInteger(keyOf(packet.borrow(1))) ?? 0;
    const timeout = limit > 0 ? Math.max(limit, MIN_TIMEOUT) : 0;
    offer(state, peer, packet, timeout);
  },
  CANT_DO: ({ functions, jobs }, peer, packet) => {
    const fn = functions.find(packet.borrow(0));
    if (fn === undefined || !peer.abilities.has(fn)) return;
    jobs.loseWorker(peer, fn);
    peer.withdraw(fn);
  },
  RESET_ABILITIES: ({ jobs }, peer) => {
    jobs.loseWorker(peer);
    peer.withdrawAll();
  },
  SET_CLIENT_ID: (_state, peer, packet) => {
    peer.clientId = keyOf(beforeNul(packet.borrow(0).subarray(0, MAX_CLIENT_ID_BYTES)));
  },

  PRE_SLEEP: ({ jobs }, peer) => {
    if (jobs.hasWorkFor(peer)) peer.output.bare(Command.NOOP);
    else peer.sleep();
  },
  GRAB_JOB: grab(assign),
  GRAB_JOB_UNIQ: grab(assignUniq),
  GRAB_JOB_ALL: grab(assignAll),

  SUBMIT_JOB: submit(Priority.normal, "foreground"),
  SUBMIT_JOB_HIGH: submit(Priority.high, "foreground"),
  SUBMIT_JOB_LOW: submit(Priority.low, "foreground"),
  SUBMIT_JOB_BG: submit(Priority.normal, "background"),
  SUBMIT_JOB_HIGH_BG: submit(Priority.high, "background"),
  SUBMIT_JOB_LOW_BG: submit(Priority.low, "background"),
  SUBMIT_JOB_EPOCH: submit(Priority.normal, "background", "epoch"),
  SUBMIT_JOB_SCHED: submitSeries,
  SUBMIT_REDUCE_JOB: submit(Priority.normal, "foreground", "reduce"),
  SUBMIT_REDUCE_JOB_BACKGROUND: submit(Priority.normal, "background", "reduce"),

  WORK_DATA: report(REFUSALS.unknownData, relayData),
  WORK_WARNING: report(REFUSALS.unknownData, relay),
  WORK_STATUS: report(REFUSALS.unknownResult, relayStatus),
  WORK_COMPLETE: report(REFUSALS.unknownResult, relayEnd("complete", relay)),
  WORK_EXCEPTION: report(REFUSALS.unknownException, relayEnd("exception", relayException)),
  WORK_FAIL: (state, peer, packet) => {
    if (packet.borrow(0).length > MAX_HANDLE_BYTES) refuse(peer, REFUSALS.longHandle);
    else return failed(state, peer, packet);
  },

  GET_STATUS: ({ jobs, series: list }, peer, packet) => {
    const handle = beforeNul(packet.borrow(0));
    const series = list.find(handle);
    const job = series === undefined ? jobs.find(handle) : list.runOf(series);
    peer.output.packet(Command.STATUS_RES, [handle, ...statusOf(job, series)]);
  },
  GET_STATUS_UNIQUE: ({ jobs, series }, peer, packet) => {
    const unique = beforeNul(packet.borrow(0));
    const job = jobs.withUnique(unique);
    const clients = `${job?.joins ?? 0}`;
    const status = statusOf(job, job === undefined ? series.withUnique(unique) : undefined);
    peer.output.packet(Command.STATUS_RES_UNIQUE, [unique, ...status, clients]);
  },
  ECHO_REQ: (_state, peer, packet) => peer.output.relay(Command.ECHO_RES, packet.keepBody()),
  OPTION_REQ: ({ fates }, peer, packet) => {
    const option = packet.borrow(0);
    const name = option.length < OPTION_LIMIT ? keyOf(beforeNul(option)).toLowerCase() : "";
    if (name === "exceptions") peer.wantsExceptions = true;
    else if (name !== FATE_FUNCTION || fates === undefined) {
      return refuse(peer, REFUSALS.unknownOption);
    }
    peer.output.packet(Command.OPTION_RES, [option]);
  },

  ALL_YOURS: unexpected,
  UNUSED: unexpected,
  NOOP: unexpected,
  JOB_CREATED: unexpected,
  NO_JOB: unexpected,
  JOB_ASSIGN: unexpected,
  JOB_ASSIGN_UNIQ: unexpected,
  JOB_ASSIGN_ALL: unexpected,
  ECHO_RES: unexpected,
  ERROR: unexpected,
  STATUS_RES: unexpected,
  STATUS_RES_UNIQUE: unexpected,
  OPTION_RES: unexpected,
};

/** The same by number. 0, which the protocol does not have, never comes out of a decoder. */
const BY_TYPE: readonly Action[] = Array.from({ length: TYPE_LIMIT }, (_, type) => {
  const name = commandName(type);
  return name === undefined ? unexpected : ACTIONS[name];
});

/** Carries out one packet. Returns what it has cost beside a packet, in bytes of text that is sent. */
export function dispatch(state: State, peer: Peer, packet: PacketView): number {
  if (!packet.isResponse) return (BY_TYPE[packet.type] ?? unexpected)(state, peer, packet) ?? 0;
  refuse(peer, REFUSALS.responseMagic);
  return 0;
}
