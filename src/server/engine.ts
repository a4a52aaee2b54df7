/**
 * The job server without sockets, clock or timers: peers come and go, packets and lines come in,
 * packets and lines go out through each peer's {@linkcode PeerOutput}. Every call is over when it
 * returns, and calls never nest.
 *
 * @module
 */
import type { ProtocolError } from "../errors.ts";
import { wrongRange } from "../misuse.ts";
import { type JobFate, type PacketView, parseTextLine, type TimeFields } from "../protocol/mod.ts";
import { Budget } from "./budget.ts";
import { checkCount } from "./checks.ts";
import { dispatch } from "./dispatch.ts";
import { fateOfHandle, fateOfUnique } from "./questions.ts";
import { Functions } from "./functions.ts";
import { type EndState, type Fate, Fates, type ResultsOptions } from "./fates.ts";
import { type Job, type JobEnd, Jobs, type KeptJob } from "./jobs.ts";
import { type Journal, memoryJournal } from "./journal.ts";
import { refuseLarge } from "./large_packets.ts";
import { Peer, type PeerOutput, type PeerSettings } from "./peers.ts";
import { type PeerAction, Permissions } from "./permissions.ts";
import { type KeptSeries, type Series, SeriesList } from "./series.ts";
import type { State } from "./state.ts";
import { reply } from "./text.ts";
import { Timetables } from "./timetables.ts";
import { Zone } from "./zone.ts";

/** Leaves room for a colon and ten digits in the 63 bytes of a handle. */
const HANDLE_PREFIX = /^[\x21-\x7e]{1,52}$/;

/** The part of what jobs and functions may take that functions may. */
const MOST_OF_FUNCTIONS = 0.75;

/** Abilities, or jobs followed, of a peer that leaves that are taken back in one go: some milliseconds' work. */
const MOST_AT_ONCE = 4_096;

const DEFAULT_MAX_QUEUED_BYTES = 1024 * 1024 * 1024;

/** Options of {@linkcode Engine}. */
export interface EngineOptions {
  /** Milliseconds since the epoch: when delayed jobs and series are due, and ends are forgotten. */
  readonly now: () => number;
  /** Milliseconds that go on, however the clock is set, for the time limits of jobs. Default: `now`. */
  readonly steady?: () => number;
  /** What handles begin with, for instance `H:host`: 1 to 52 ASCII characters, no space. */
  readonly handlePrefix: string;
  /** What the text command `version` says. */
  readonly version: string;
  /** What the text command `getpid` says. Default 0. */
  readonly pid?: number;
  /** What the text command `verbose` says: the name of a log level. Default `"ERROR"`. */
  readonly logLevel?: string;
  /** Carries out the text command `shutdown`. Default: the command is unknown. */
  readonly shutdown?: (how: "now" | "graceful") => void;
  /**
   * Bytes that jobs and functions may take together, functions three quarters of them, and as many
   * that abilities may. Beyond,
   * submissions are refused as for a full function, and a worker that offers one more function is
   * hung up on. Default 1 GiB.
   */
  readonly maxQueuedBytes?: number;
  /** How long the ends of background jobs are kept. Default: they are forgotten at once, as gearmand does. */
  readonly results?: ResultsOptions;
  /** Hears of the end of every job, except of those that nobody waited for any more. Must not throw. */
  readonly ended?: (end: EndedJob) => void;
  /** Who hears of the jobs that are to outlive the server. Default: nobody. */
  readonly journal?: Journal;
  /**
   * How often a job is given to a worker: when the last of them is lost, too, the job fails. Default
   * 0: any number of times.
   */
  readonly jobRetries?: number;
  /** How many of the sleeping workers are woken for one job. Default 0: all. */
  readonly workerWakeup?: number;
  /** Whether a worker's functions take turns, in place of the latest offered first. Default false. */
  readonly roundRobin?: boolean;
  /** Whether exceptions are sent to every client, asked for or not. Default false. */
  readonly exceptions?: boolean;
  /** Whose clock SUBMIT_JOB_SCHED means, for instance `Europe/Vienna`. Default `"UTC"`. */
  readonly timeZone?: string;
}

/** What the engine is told of a peer. */
export interface PeerInfo {
  /** The address that the text command `workers` shows; no spaces. */
  readonly address: string;
  /** Decides what it may do beside being connected. Must not throw. Default: everything. */
  readonly may?: (action: PeerAction) => boolean;
}

/** A job that has ended. */
export interface EndedJob {
  readonly handle: string;
  readonly functionName: Uint8Array;
  readonly unique: Uint8Array;
  readonly isBackground: boolean;
  readonly state: EndState;
}

/** A background job as it was before a restart, with its function by name. */
export type RestoredJob = Omit<KeptJob, "fn"> & { readonly functionName: Uint8Array };

/** A series as it was before a restart, with its function by name and its times as the wire has them. */
export type RestoredSeries = Omit<KeptSeries, "fn" | "timetable"> & {
  readonly functionName: Uint8Array;
};

/** The rules of a job server. */
export class Engine {
  readonly #state: State;
  readonly #budgets: readonly Budget[];
  readonly #jobs: Jobs;
  readonly #series: SeriesList;
  readonly #peers = new Set<Peer>();
  /** Those who have left, and had more than can be taken back at once. */
  readonly #leaving = new Set<Peer>();
  readonly #peerSettings: PeerSettings;
  readonly #now: () => number;
  readonly #journal: Journal;
  readonly #fates: Fates | undefined;
  readonly #onEnded: ((end: EndedJob) => void) | undefined;
  #opened = 0;
  #ends = 0;

  constructor(options: EngineOptions) {
    const { now, version, pid = 0, logLevel = "ERROR", journal = memoryJournal() } = options;
    const { jobRetries = 0, workerWakeup = 0, maxQueuedBytes = DEFAULT_MAX_QUEUED_BYTES } = options;
    const { roundRobin = false, exceptions = false } = options;
    this.#now = now;
    this.#journal = journal;
    this.#onEnded = options.ended;
    if (options.results !== undefined) {
      this.#fates = new Fates(checkResults(options.results), (fate) => journal.faded(fate));
    }
    const budget = new Budget(checkCount(maxQueuedBytes, "maxQueuedBytes"));
    this.#jobs = new Jobs({
      budget,
      now,
      steady: options.steady ?? now,
      handlePrefix: checkHandlePrefix(options.handlePrefix),
      jobRetries: checkCount(jobRetries, "jobRetries"),
      workerWakeup: checkCount(workerWakeup, "workerWakeup"),
      journal,
      fates: this.#fates,
      ended: (end) => this.#ended(end),
    });
    this.#series = new SeriesList({
      now,
      zone: new Zone(options.timeZone ?? "UTC"),
      jobs: this.#jobs,
      budget,
      journal,
    });
    // Names that workers offer must leave room for jobs.
    const nameBudget = new Budget(maxQueuedBytes * MOST_OF_FUNCTIONS, budget);
    const functions = new Functions(nameBudget);
    for (const each of [budget, nameBudget]) {
      each.relief = (bytes) => {
        functions.makeRoom(() => each.has(bytes), (fn) => this.#jobs.sweep(fn));
      };
    }
    this.#budgets = [budget, nameBudget];
    // One of their own: where jobs take all that there is, workers must be able to come for them.
    const abilityBudget = new Budget(maxQueuedBytes);
    this.#peerSettings = { roundRobin, exceptions, abilityBudget };
    this.#state = {
      functions,
      jobs: this.#jobs,
      series: this.#series,
      timetables: new Timetables(),
      peers: this.#peers,
      fates: this.#fates,
      hangUp: (peer, why) => this.#hangUp(peer, why),
      settings: { version, pid, logLevel, shutdown: options.shutdown },
    };
  }

  /** How many jobs wait or run. */
  get jobCount(): number {
    return this.#jobs.size;
  }

  /** Admits a peer. */
  open(output: PeerOutput, { address, may }: PeerInfo): Peer {
    const permissions = may && new Permissions(may);
    const peer = new Peer(++this.#opened, { address, permissions }, output, this.#peerSettings);
    this.#peers.add(peer);
    return peer;
  }

  /**
   * Takes a packet from a peer. It is read during the call only. Returns what it has cost beside a
   * packet, in bytes of a reply.
   */
  receive(peer: Peer, packet: PacketView): number {
    return peer.isGone ? 0 : dispatch(this.#state, peer, packet);
  }

  /** Takes a line of the text protocol from a peer. Returns what it has cost, in bytes of a reply. */
  line(peer: Peer, line: string): number {
    if (peer.isGone) return 0;
    const command = parseTextLine(line);
    if (command === undefined) {
      this.#hangUp(peer, "it sent a line of too many words");
      return 0;
    }
    const answer = reply(this.#state, peer, command);
    if (typeof answer === "string") {
      peer.output.text(answer);
      return answer.length;
    }
    if ("pieces" in answer) return peer.output.list(answer.pieces);
    const { text, unkept, cost } = answer;
    if (unkept === undefined) peer.output.text(text);
    else peer.output.textOnceKept(text, unkept);
    return text.length + cost;
  }

  #hangUp(peer: Peer, why: string): void {
    this.close(peer);
    peer.output.hangUp(why);
  }

  /** A peer sends what makes no sense, or is too large: it is heard no more. Whoever calls hangs up on it. */
  fault(peer: Peer, error: ProtocolError): void {
    if (peer.isGone) return;
    if (error.code === "TOO_LARGE") refuseLarge(this.#jobs, peer, error);
    this.close(peer);
  }

  /** Takes up a job that was kept before a restart, before anybody connects. */
  restore({ functionName, ...rest }: RestoredJob): void {
    this.#jobs.restore({ ...rest, fn: this.#state.functions.restored(functionName) });
  }

  /** Takes up a series that was kept before a restart, before anybody connects, and after all jobs. */
  restoreSeries({ functionName, ...rest }: RestoredSeries): void {
    const times = this.#state.timetables.read(rest.times.split(" ") as unknown as TimeFields);
    this.#series.restore({ ...rest, ...times, fn: this.#state.functions.restored(functionName) });
  }

  /**
   * Takes back the background submissions of a job that the journal could not keep; their receipts
   * must not be sent. True: nobody else follows the job, and it must not be assigned either.
   */
  refuse(job: Job): boolean {
    return this.#jobs.refuse(job);
  }

  /** Takes back a series that the journal could not keep, or what was changed about it. */
  refuseSeries(series: Series): void {
    this.#series.refuse(series);
  }

  /** Says goodbye to a peer: what it ran is given to others, what only it waited for is not begun. */
  close(peer: Peer): void {
    if (peer.isGone) return;
    peer.isGone = true;
    this.#peers.delete(peer);
    if (!this.#isGone(peer)) this.#leaving.add(peer);
  }

  /** Takes back what a peer that leaves had. False: there is more, since others are to be heard in between. */
  #isGone(peer: Peer): boolean {
    if (peer.withdrawAll(MOST_AT_ONCE) > MOST_AT_ONCE) return false;
    if (!this.#jobs.loseClient(peer, MOST_AT_ONCE)) return false;
    this.#jobs.loseWorker(peer);
    return true;
  }

  /** Takes up the end of a job that was kept before a restart, before anybody connects. The oldest come first. */
  restoreFate(fate: Fate): void {
    this.#ends = Math.max(this.#ends, fate.number);
    if (this.#fates === undefined) this.#journal.faded(fate);
    else this.#fates.add(fate, this.#now());
  }

  /** What became of the job of that handle. */
  fateOf(handle: Uint8Array): JobFate {
    return fateOfHandle(this.#state, handle);
  }

  /** What became of the job of that unique: the one under way, or else the latest. */
  fateOfUnique(unique: Uint8Array): JobFate {
    return fateOfUnique(this.#state, unique);
  }

  /**
   * Begins to end: jobs that the journal keeps, and that nobody here follows, are given out no more,
   * and series submit none. All else goes on, new submissions too.
   */
  drain(): void {
    // Functions whose jobs are set aside look as if they had none.
    for (const budget of this.#budgets) budget.relief = undefined;
    this.#series.drain();
    this.#jobs.drain(this.#state.functions);
  }

  /** Whether no job runs, and none would be lost with the server. */
  get isDrained(): boolean {
    return this.#leaving.size === 0 && this.#jobs.isDrained;
  }

  /** Does what has fallen due. */
  tick(): void {
    for (const peer of this.#leaving) {
      if (this.#isGone(peer)) this.#leaving.delete(peer);
      break;
    }
    this.#jobs.runDue();
    this.#series.runDue();
    this.#fates?.runDue(this.#now());
  }

  /** When {@linkcode tick} is next needed for a time limit, by the clock that goes on; undefined: not for now. */
  nextLimit(): number | undefined {
    return this.#jobs.nextLimit;
  }

  /** When {@linkcode tick} is next needed for all else: milliseconds since the epoch; undefined: not for now. */
  nextTick(): number | undefined {
    if (this.#leaving.size > 0) return this.#now();
    const next = Math.min(
      this.#jobs.nextDue ?? Infinity,
      this.#series.nextDue ?? Infinity,
      this.#fates?.nextDue ?? Infinity,
    );
    return next === Infinity ? undefined : next;
  }

  #ended({ job, isBackground, state, data }: JobEnd): void {
    const { handle, unique, fn: { name: functionName } } = job;
    if (isBackground && this.#fates !== undefined) {
      const number = ++this.#ends;
      const fate = { number, handle, functionName, unique, state, data, endedAt: this.#now() };
      this.#journal.ended(fate);
      this.#fates.add(fate, fate.endedAt);
    }
    this.#onEnded?.({ handle, functionName, unique, isBackground, state });
  }
}

function checkHandlePrefix(prefix: string): string {
  if (HANDLE_PREFIX.test(prefix)) return prefix;
  throw wrongRange("a handle prefix of 1 to 52 ASCII characters and no space", prefix);
}

function checkResults(options: ResultsOptions): ResultsOptions {
  const { ttl, maxResultBytes = 0, maxBytes = 0 } = options;
  for (const [name, value] of Object.entries({ ttl, maxResultBytes, maxBytes })) {
    if (!(typeof value === "number" && value >= 0)) {
      throw wrongRange(`${name} to be 0 or more`, value);
    }
  }
  return options;
}
