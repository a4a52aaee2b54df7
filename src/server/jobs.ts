/**
 * The life of jobs, from submission to end.
 *
 *     submit ──> waiting <──────────────┐ worker lost, ability withdrawn, time out
 *        │          │  └─── grab ───> running ── complete, fail, exception ──> ended
 *        └> delayed ┘
 *           (until due)    waiting, and nobody waits for it: dropped when it comes to the head
 *
 * @module
 */
import { Command, type PacketView } from "../protocol/mod.ts";
import { type Budget, CLIENT_BYTES, JOB_BYTES } from "./budget.ts";
import { EMPTY } from "./bytes.ts";
import { type EndState, type Fates, PartialResult } from "./fates.ts";
import type { FunctionEntry, Priority } from "./functions.ts";
import { Handles } from "./handles.ts";
import type { Journal } from "./journal.ts";
import type { Lane } from "./lane.ts";
import { Numbered } from "./numbered.ts";
import type { Ability } from "./abilities.ts";
import type { Peer } from "./peers.ts";
import { Schedule, type Scheduled } from "./schedule.ts";
import { JobUniques, type UniqueKey } from "./uniques.ts";

/** What a client asks for. */
export interface Submission {
  readonly fn: FunctionEntry;
  readonly unique: Uint8Array;
  readonly workload: Uint8Array;
  readonly priority: Priority;
  /** Who gets the reports. Undefined: a background job. */
  readonly client?: Peer;
  readonly reducer?: Uint8Array;
  /** Milliseconds since the epoch before which it must not run. */
  readonly notBefore?: number;
}

/** A background job as it was before a restart. */
export interface KeptJob extends Omit<Submission, "client"> {
  readonly number: number;
  readonly retries: number;
}

/** Nothing is ever put in: most jobs have one client, or none. */
const NOBODY: Peer[] = [];

/** One job. */
export class Job implements Scheduled {
  readonly number: number;
  readonly handle: string;
  readonly fn: FunctionEntry;
  readonly unique: Uint8Array;
  /** What it coalesces on, as {@linkcode JobUniques} has it. */
  readonly uniqueKey: UniqueKey;
  readonly workload: Uint8Array;
  readonly reducer: Uint8Array | undefined;
  readonly priority: Priority;
  /** Whether it is to be run even if no client follows it: a background submission made or joined it. */
  isBackground: boolean;
  /** Whether the journal has it. */
  isKept = false;
  /** A client that gets its reports, mostly the only one, and how often it has submitted the job. */
  #client: Peer | undefined;
  #clientJoins = 0;
  /** The other clients. */
  #others: Peer[] = NOBODY;
  /** How many foreground submissions all clients made of it: so often is each report sent. */
  joins = 0;
  /** Its place among what that client follows, which the bag of those writes. */
  followedAt = 0;
  /** Who runs it. */
  worker: Peer | undefined;
  /** Its place among what the worker holds, which the bag of those writes. */
  heldAt = 0;
  /** Which of all assignments was its last: later ones have larger numbers. */
  assignment = 0;
  /** How often a worker lost it. */
  retries = 0;
  numerator = 0;
  denominator = 0;
  /** What it takes of the budget. */
  bytes = 0;
  /** What came of its result, where that is kept. */
  partial: PartialResult | undefined;
  /** The next job in the lane. */
  behind: Job | undefined;
  /** Whether it waits in no lane: a drain has left it to a later server. */
  isAside = false;
  dueAt = 0;
  place = -1;

  constructor(number: number, handle: string, uniqueKey: UniqueKey, submission: Submission) {
    this.number = number;
    this.handle = handle;
    this.fn = submission.fn;
    this.unique = submission.unique;
    this.uniqueKey = uniqueKey;
    this.workload = submission.workload;
    this.reducer = submission.reducer;
    this.priority = submission.priority;
    this.isBackground = submission.client === undefined;
  }

  /** Whether nobody waits for it any more. A new submission of its unique revives it. */
  get isAbandoned(): boolean {
    return !this.isBackground && this.joins === 0;
  }

  /** Whether it waits for its time. */
  get isDelayed(): boolean {
    return this.worker === undefined && this.place >= 0;
  }

  /** Adds a submitter. */
  join(client: Peer | undefined): void {
    if (client === undefined) {
      this.isBackground = true;
      return;
    }
    this.joins++;
    const { own, joined } = client.follows;
    if (client === this.#client) {
      this.#clientJoins++;
    } else if (this.#client === undefined && !joined.has(this)) {
      this.#client = client;
      this.#clientJoins = 1;
      own.add(this);
    } else {
      const before = joined.get(this) ?? 0;
      if (this.#others.length === 0) this.#others = [client];
      else if (before === 0) this.#others.push(client);
      joined.set(this, before + 1);
    }
  }

  /** How often a client that gets its reports has submitted it. */
  joinsOf(client: Peer): number {
    return client === this.#client ? this.#clientJoins : client.follows.joined.get(this) ?? 0;
  }

  /** Takes a client from those who get its reports. Returns how often it had submitted the job. */
  leave(client: Peer): number {
    const joins = this.joinsOf(client);
    this.joins -= joins;
    if (client === this.#client) {
      client.follows.own.delete(this);
      this.#client = undefined;
      this.#clientJoins = 0;
    } else {
      client.follows.joined.delete(this);
      this.#others.splice(this.#others.indexOf(client), 1);
    }
    return joins;
  }

  /** Takes all clients from it. */
  leaveAll(): void {
    if (this.#client !== undefined) this.leave(this.#client);
    for (const client of this.#others) client.follows.joined.delete(this);
    this.#others = NOBODY;
    this.joins = 0;
  }

  /** Sends a report: to a client that submitted twice, twice. */
  tell(send: (client: Peer) => void): void {
    for (let left = this.#clientJoins; left > 0; left--) send(this.#client!);
    for (const client of this.#others) {
      for (let left = this.joinsOf(client); left > 0; left--) send(client);
    }
  }

  /** Tells every client that it has failed. */
  tellFailed(): void {
    this.tell(({ output }) => output.packet(Command.WORK_FAIL, [this.handle]));
  }
}

/** How the server is set, as far as jobs are concerned. */
export interface JobSettings {
  /** Milliseconds since the epoch: delayed jobs are due by it. */
  readonly now: () => number;
  /** Milliseconds that go on, however the clock is set: time limits are kept by it. */
  readonly steady: () => number;
  /** What handles begin with. */
  readonly handlePrefix: string;
  /** How often a job is given to a worker before it fails for want of one that finishes it; 0: any number of times. */
  readonly jobRetries: number;
  /** How many sleeping workers are woken for one job; 0: all. */
  readonly workerWakeup: number;
  /** The memory that jobs may take. */
  readonly budget: Budget;
  /** Who hears of the jobs that are to outlive the server. */
  readonly journal: Journal;
  /** How background jobs ended; undefined: that is not kept, and no result is. */
  readonly fates: Fates | undefined;
  /** Hears of the end of every job, except of those that nobody waited for any more. */
  readonly ended: (end: JobEnd) => void;
}

/** How a job ended. */
export interface JobEnd {
  readonly job: Job;
  /** Whether it was a background job to the end. */
  readonly isBackground: boolean;
  readonly state: EndState;
  /** The result, or what came with the exception. Undefined: it was too large to be kept. */
  readonly data: Uint8Array | undefined;
}

/** How often a client may submit one job: a report is sent to it so often in one go. */
const MAX_JOINS = 4_096;

/** How often all together may: each report is sent so often. */
const MAX_ALL_JOINS = 65_536;

/** Abandoned jobs that a function may keep waiting before its lanes are swept. */
const SWEEP_AFTER = 1024;

/** All live jobs. */
export class Jobs implements Iterable<Job> {
  readonly #settings: JobSettings;
  readonly #handles: Handles;
  readonly #byNumber = new Numbered<Job>();
  readonly #uniques = new JobUniques();
  #running = 0;
  #assignments = 0;
  #isDraining = false;
  /** While draining: a job that is waited for. */
  #unlost: Job | undefined;
  /** Delayed jobs by when they may run. */
  readonly #delayed = new Schedule<Job>();
  /** Running jobs by when they are taken away. */
  readonly #limited = new Schedule<Job>();

  constructor(settings: JobSettings) {
    this.#settings = settings;
    this.#handles = new Handles(settings.handlePrefix);
  }

  /** How many live. */
  get size(): number {
    return this.#byNumber.size;
  }

  [Symbol.iterator](): Iterator<Job> {
    return this.#byNumber[Symbol.iterator]();
  }

  /** The job of that handle; a NUL ends the handle. */
  find(handle: Uint8Array): Job | undefined {
    return this.#byNumber.get(this.#handles.numberOf(handle));
  }

  /**
   * Makes a job, or joins the one that the submission coalesces with. Undefined: the function is
   * full, or the server is, or that job has been joined too often.
   */
  submit(submission: Submission): Job | undefined {
    const { fn, priority, client } = submission;
    const uniqueKey = this.#uniques.keyFor(submission);
    const alike = this.#uniques.get(uniqueKey, submission);
    const { budget } = this.#settings;
    if (alike !== undefined) {
      if (client !== undefined) {
        if (alike.joinsOf(client) >= MAX_JOINS || alike.joins >= MAX_ALL_JOINS) return undefined;
        if (!budget.take(CLIENT_BYTES)) return undefined;
        alike.bytes += CLIENT_BYTES;
      }
      this.#join(alike, client);
      if (alike.isAside) this.#enqueue(alike);
      return alike;
    }
    const bytes = bytesOf(submission) + (client === undefined ? 0 : CLIENT_BYTES);
    if (fn.isFull(priority) || !budget.take(bytes)) return undefined;
    const job = this.#add(this.#settings.journal.number(), uniqueKey, submission);
    job.bytes = bytes;
    this.#join(job, client);
    if (!job.isDelayed) this.#enqueue(job);
    return job;
  }

  /** A job with this unique, whatever its function. */
  withUnique(unique: Uint8Array): Job | undefined {
    return this.#uniques.named(unique);
  }

  /** The job of that number, if somebody still waits for it. */
  underWay(number: number): Job | undefined {
    const job = this.#byNumber.get(number);
    return job?.isAbandoned ? undefined : job;
  }

  /** A handle that no job has had. */
  newHandle(): string {
    return this.handleOf(this.#settings.journal.number());
  }

  /** The handle of a number. */
  handleOf(number: number): string {
    return this.#handles.of(number);
  }

  /** Takes up a job that was kept before a restart. */
  restore(kept: KeptJob): void {
    const { number, retries } = kept;
    const job = this.#add(number, this.#uniques.keyFor(kept), kept);
    job.bytes = bytesOf(kept);
    // What was acknowledged is taken up, whether there is room for it or not.
    this.#settings.budget.force(job.bytes);
    job.isKept = true;
    job.retries = retries;
    if (!job.isDelayed) this.#enqueue(job);
  }

  /** Makes a job known, and puts it on the schedule if its time has not come. */
  #add(number: number, uniqueKey: UniqueKey, submission: Submission): Job {
    const { fn, notBefore = 0 } = submission;
    const job = new Job(number, this.handleOf(number), uniqueKey, submission);
    this.#byNumber.add(job);
    this.#uniques.add(job);
    if (notBefore > this.#settings.now()) {
      fn.delayed++;
      this.#delayed.add(job, notBefore);
    }
    return job;
  }

  #join(job: Job, client: Peer | undefined): void {
    job.join(client);
    if (client !== undefined || job.isKept) return;
    job.isKept = true;
    this.#settings.journal.keep(job);
  }

  /** Gives a worker its next job, if there is one: the latest ability first, then by priority. */
  take(worker: Peer): Job | undefined {
    const ability = this.#abilityInDemand(worker);
    if (ability === undefined) return undefined;
    const { fn } = ability;
    const job = this.#readyLane(fn)!.shift()!;
    worker.abilities.served(ability);
    job.worker = worker;
    job.assignment = ++this.#assignments;
    worker.holds.add(job);
    fn.running++;
    this.#running++;
    const timeout = worker.abilities.timeoutOf(fn);
    if (timeout > 0) this.#limited.add(job, this.#settings.steady() + timeout);
    return job;
  }

  /** Whether {@linkcode take} would give this worker a job. */
  hasWorkFor(worker: Peer): boolean {
    return this.#abilityInDemand(worker) !== undefined;
  }

  /** Takes a running job from its worker, to the tail of its lane; it fails when that was once too often. */
  requeue(job: Job): void {
    const { jobRetries, journal } = this.#settings;
    job.retries++;
    if (jobRetries > 0 && job.retries >= jobRetries) return this.fail(job);
    if (job.isKept) journal.retried(job);
    this.#release(job);
    job.numerator = job.denominator = 0;
    this.#enqueue(job);
  }

  /** Whether the result of a job is kept. */
  keepsResultOf(job: Job): boolean {
    return this.#settings.fates !== undefined && job.isBackground;
  }

  /** Keeps part of a result, if it is to be kept. */
  gather(job: Job, packet: PacketView): void {
    const { fates } = this.#settings;
    if (fates === undefined) return;
    // Of a job that a background submission joins later, the parts before that are missing.
    job.partial ??= new PartialResult(fates, job.worker!, job.isBackground);
    if (job.isBackground) job.partial.add(packet.keepData());
  }

  /** Ends a job: it runs no more, or will not run at all, and its unique is free. */
  end(job: Job, state: EndState, data: Uint8Array = EMPTY): void {
    const { isBackground } = job;
    const isWhole = state !== "complete" || job.partial === undefined;
    const result = isWhole ? data : job.partial!.with(data);
    this.#discard(job);
    this.#settings.ended({ job, isBackground, state, data: this.#withinLimit(result) });
  }

  /** Ends a job without a result, and tells its clients. One that has ended already is left alone. */
  fail(job: Job): void {
    if (job.isAbandoned && job.worker === undefined) return;
    job.tellFailed();
    this.end(job, "failed");
  }

  /** Fails all that waits for a function, and drops it from the function's lanes. */
  drop(fn: FunctionEntry): void {
    for (const job of this) if (job.fn === fn) this.fail(job);
    for (const lane of fn.lanes) {
      lane.sweep((job) => {
        this.#forget(job);
        return false;
      });
    }
  }

  #withinLimit(result: Uint8Array | undefined): Uint8Array | undefined {
    const most = this.#settings.fates?.maxResultBytes ?? 0;
    return result === undefined || result.length > most ? undefined : result;
  }

  #discard(job: Job): void {
    if (job.worker !== undefined) {
      this.#release(job);
    } else if (job.isDelayed) {
      this.#delayed.remove(job);
      job.fn.delayed--;
    } else if (!job.isAside) {
      // It stands in a lane, and goes when it comes to the head.
      return this.#abandon(job);
    }
    this.#forget(job);
  }

  /** Takes a job that stands in a lane from whoever waits for it. */
  #abandon(job: Job): void {
    job.leaveAll();
    this.#unkeep(job);
    job.isBackground = false;
    this.#uniques.delete(job);
    this.#abandoned(job);
  }

  /**
   * Takes back the background submissions of a job that could not be kept: clients that follow it
   * still get it. True: there are none, and it is not run.
   */
  refuse(job: Job): boolean {
    if (!job.isKept) return false;
    job.isKept = job.isBackground = false;
    if (job.joins > 0) return false;
    this.#discard(job);
    return true;
  }

  /** Puts back all that a worker holds, or all of one function, the latest first. */
  loseWorker(worker: Peer, fn?: FunctionEntry): void {
    for (const job of [...worker.holds].sort((a, b) => b.assignment - a.assignment)) {
      if (fn === undefined || job.fn === fn) this.requeue(job);
    }
  }

  /**
   * Sends a client no more reports. Jobs that only it waited for are not begun. False: it had followed
   * more jobs than so many, and the others are for the next call.
   */
  loseClient(client: Peer, most: number): boolean {
    for (let count = 0; count < most; count++) {
      const job = client.follows.any;
      if (job === undefined) break;
      const bytes = job.leave(client) * CLIENT_BYTES;
      job.bytes -= bytes;
      this.#settings.budget.give(bytes);
      if (job.isAbandoned && job.worker === undefined) this.#abandoned(job);
    }
    return client.follows.size === 0;
  }

  /** Lets run what has waited for its time, and takes away what has run beyond it. */
  runDue(): void {
    // Asked with every grab: where nothing is scheduled, nobody is asked for the time.
    if (this.#delayed.first !== undefined) this.#letRun(this.#settings.now());
    if (this.#limited.first !== undefined) this.#takeAway(this.#settings.steady());
  }

  #letRun(now: number): void {
    for (let job; (job = this.#delayed.takeDue(now)) !== undefined;) {
      job.fn.delayed--;
      this.#enqueue(job);
    }
  }

  #takeAway(now: number): void {
    for (let job; (job = this.#limited.takeDue(now)) !== undefined;) this.requeue(job);
  }

  /** When {@linkcode runDue} next has a delayed job: milliseconds since the epoch. */
  get nextDue(): number | undefined {
    return this.#delayed.first?.dueAt;
  }

  /** When it next has a job to take away, by the clock that goes on. */
  get nextLimit(): number | undefined {
    return this.#limited.first?.dueAt;
  }

  /** Gives out no more of what a later server will find in the journal. */
  drain(functions: Iterable<FunctionEntry>): void {
    this.#isDraining = true;
    for (const { lanes } of functions) {
      for (const lane of lanes) {
        lane.sweep((job) => {
          job.isAside = this.#isLeft(job);
          return !job.isAside;
        });
      }
    }
  }

  /** Whether no job runs, and none would be lost. */
  get isDrained(): boolean {
    if (this.#running > 0) return false;
    // Asked after every packet, and there may be a hundred thousand jobs that are left.
    if (this.#unlost === undefined || !this.#wouldBeLost(this.#unlost)) {
      this.#unlost = undefined;
      for (const job of this) {
        if (!this.#wouldBeLost(job)) continue;
        this.#unlost = job;
        break;
      }
    }
    return this.#unlost === undefined;
  }

  #wouldBeLost(job: Job): boolean {
    return this.#byNumber.get(job.number) === job && !this.#isLeft(job) && !job.isAbandoned;
  }

  /** Whether a job is left to a later server when this one ends: it is kept, and nobody here follows it. */
  #isLeft(job: Job): boolean {
    return this.#settings.journal.isLasting && job.isKept && job.joins === 0;
  }

  #enqueue(job: Job): void {
    job.isAside = this.#isDraining && this.#isLeft(job);
    if (!job.isAside) job.fn.enqueue(job, this.#settings.workerWakeup);
  }

  #abilityInDemand({ abilities }: Peer): Ability | undefined {
    this.runDue();
    return abilities.inDemand(this.#hasJob);
  }

  readonly #hasJob = (fn: FunctionEntry): boolean => this.#readyLane(fn) !== undefined;

  /** The lane that holds the function's next job, once the abandoned ones before it are dropped. */
  #readyLane(fn: FunctionEntry): Lane | undefined {
    for (const lane of fn.lanes) {
      while (lane.head?.isAbandoned) this.#forget(lane.shift()!);
      if (lane.head !== undefined) return lane;
    }
    return undefined;
  }

  /** Keeps abandoned jobs from piling up where no worker comes for them. */
  #abandoned({ fn }: Job): void {
    fn.abandoned++;
    if (fn.abandoned >= SWEEP_AFTER) this.sweep(fn);
  }

  /** Forgets the abandoned jobs of a function, if they are half of those that wait. */
  sweep(fn: FunctionEntry): void {
    if (2 * fn.abandoned < fn.waiting) return;
    fn.abandoned = 0;
    for (const lane of fn.lanes) {
      lane.sweep((job) => {
        if (job.isAbandoned) this.#forget(job);
        return !job.isAbandoned;
      });
    }
  }

  #release(job: Job): void {
    this.#limited.remove(job);
    job.worker!.holds.delete(job);
    job.worker = undefined;
    job.partial?.drop();
    job.partial = undefined;
    job.fn.running--;
    this.#running--;
  }

  #forget(job: Job): void {
    this.#settings.budget.give(job.bytes);
    job.bytes = 0;
    this.#byNumber.delete(job);
    this.#uniques.delete(job);
    job.leaveAll();
    this.#unkeep(job);
  }

  #unkeep(job: Job): void {
    if (!job.isKept) return;
    job.isKept = false;
    this.#settings.journal.forget(job);
  }
}

function bytesOf({ workload, unique, reducer }: Omit<Submission, "client">): number {
  return JOB_BYTES + workload.length + unique.length + (reducer?.length ?? 0);
}
