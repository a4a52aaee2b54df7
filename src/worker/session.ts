/**
 * One worker on one link: what it offers, and the jobs it has in hand. Knows no sockets: it is
 * given packets, and gives packets. When it asks for jobs is the {@linkcode Grabber}'s business.
 *
 * @module
 */
import type { Argument, Packet } from "../codec/mod.ts";
import { type GearmanError, JobTimeout, LinkError, ProtocolError, ServerError } from "../errors.ts";
import { type Clock, type Link, type LinkSink, Patience, silent } from "../link/mod.ts";
import { ACCESS_DENIED, ARGUMENT_TOO_LARGE, Command, commandName } from "../protocol/mod.ts";
import type { Address } from "../sockets/socket.ts";
import type { Ability } from "./ability.ts";
import { Grabber } from "./grabber.ts";
import { HeldJob, type JobHolder } from "./held_job.ts";
import { Offers } from "./offers.ts";
import type { Room } from "./room.ts";
import { type ServerKind, serverKind } from "./server_kind.ts";

/** What a session needs of a link. */
export type Wire = Pick<
  Link,
  | "bare"
  | "send"
  | "text"
  | "report"
  | "status"
  | "register"
  | "release"
  | "flushed"
  | "close"
  | "destroy"
  | "remote"
  | "heardAt"
  | "isBackedUp"
  | "taken"
>;

/** Options of {@linkcode Session}. */
export interface SessionOptions {
  /** Free places for jobs, shared with the worker's other sessions. */
  readonly room: Room;
  /** The name that `workers` shows. */
  readonly id?: string;
  readonly clock: Clock;
  /** Milliseconds within which an answer must come, or Infinity. */
  readonly answerTimeout: number;
  /** Milliseconds of silence after which a sign of life is asked for, or Infinity. */
  readonly heartbeat: number;
  /** Milliseconds of sleep after which it looks for itself, where the server does not wake it. */
  readonly poll: number;
  /** Whether it says with RESET_ABILITIES that it leaves. */
  readonly resetAbilities?: boolean;
  /** Given a job that has come. Whoever has it gives its place back. */
  readonly deliver: (job: HeldJob) => void;
  /** Told when it falls asleep, and of each job that ends meanwhile. */
  readonly onIdle: () => void;
  /** Told that it will fetch no more, while a new link should: it drains. */
  readonly onRetire: () => void;
  /** Told that the server does not let it work on one of its functions. */
  readonly onRefused: (reason: ServerError) => void;
  /** Told when the link is gone. */
  readonly onClosed: (reason?: GearmanError) => void;
}

/** A worker's conversation with one server. */
export class Session implements LinkSink, JobHolder {
  readonly #wire: Wire;
  readonly #options: SessionOptions;
  readonly #grabber: Grabber;
  readonly #offers: Offers;
  /** Those in hand, in no order: each knows its index. A set would be grown and shrunk by every few. */
  #jobs: HeldJob[] = [];
  /** Servers answer at once, a grab with a job or without: one that does not is not there any more. */
  readonly #patience: Patience;
  /** Who waits for each of the echoes in flight: replies keep the order of the requests. */
  readonly #echoes: (() => void)[] = [];
  /** Answers that are due, and since when. */
  #due = 0;
  #dueSince = 0;
  #kind: ServerKind | undefined;
  #isKindAsked = false;
  #stopPoll: (() => void) | undefined;
  #lastRefusal: ServerError | undefined;
  #isDraining = false;
  #drained: Promise<void> | undefined;
  #resolveDrained: (() => void) | undefined;
  #isOver = false;

  constructor(wire: Wire, options: SessionOptions) {
    const { room, clock, answerTimeout, heartbeat } = options;
    this.#wire = wire;
    this.#options = options;
    this.#grabber = new Grabber(room, clock, {
      grab: () => {
        this.#expectAnswer();
        wire.bare(Command.GRAB_JOB_ALL);
      },
      preSleep: () => {
        wire.bare(Command.PRE_SLEEP);
        this.#sleeps();
      },
      held: () => this.#settle(),
    });
    this.#offers = new Offers(wire, () => this.#kind, () => this.#askKind());
    this.#patience = new Patience({
      clock,
      limit: answerTimeout,
      heartbeat,
      wire,
      dueSince: () => this.#due > 0 ? this.#dueSince : undefined,
      ask: () => this.#echo(() => {}),
      onSilence: () => wire.destroy(silent(wire.remote, answerTimeout)),
    });
    this.#patience.begin();
    if (options.id !== undefined) wire.send(Command.SET_CLIENT_ID, [options.id]);
  }

  /** Offers a function, or changes how its jobs are run. {@linkcode ask} follows. */
  offer(ability: Ability): void {
    this.#grabber.widen();
    if (!this.#offers.add(ability)) this.#grabber.hold();
  }

  /** Asks for jobs, asleep or not: a CAN_DO wakes no sleeper for jobs that wait already. */
  ask(): void {
    if (this.#isOver || this.#isDraining || !this.#offers.areOpen) return;
    this.#grabber.ask();
  }

  get server(): Address {
    return this.#wire.remote;
  }

  /** Asks for as many jobs as there is room for. */
  fill(): void {
    this.#grabber.fill();
  }

  /** Whether its server has no job for it. */
  get isAsleep(): boolean {
    return this.#grabber.state === "asleep" || this.#offers.areNone;
  }

  /** Why its server gives it no jobs, where that lets it work on none of its functions. */
  get refusal(): ServerError | undefined {
    return this.#offers.areRefused ? this.#lastRefusal : undefined;
  }

  /** Whether it is asleep with nothing in hand. */
  get isIdle(): boolean {
    return this.isAsleep && this.#jobs.length === 0;
  }

  /**
   * Offers a function no more. Resolves when those of its jobs that have come have ended, and none
   * can come.
   */
  withdraw(functionName: string): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    const withdrawn = this.#offers.remove(functionName);
    if (!this.#offers.areSettled) this.#grabber.hold();
    return withdrawn;
  }

  /**
   * Takes no more jobs, runs what late grabs still bring, and resolves once the server has had
   * every report: an ECHO that comes back says so.
   */
  drain(): Promise<void> {
    return this.#drained ??= new Promise((resolve) => {
      this.#isDraining = true;
      this.#resolveDrained = resolve;
      if (this.#isOver) resolve();
      else this.#grabber.hold();
    });
  }

  /** Writes what was sent, and gives the link up: jobs in hand are told, and go back to the server. */
  close(): Promise<void> {
    if (this.#options.resetAbilities && !this.#isOver) this.#wire.bare(Command.RESET_ABILITIES);
    this.#end(new LinkError("CLOSED", "Worker was closed"));
    return this.#wire.close();
  }

  packet(packet: Packet): void {
    if (this.#isOver) return;
    switch (packet.type) {
      case Command.JOB_ASSIGN:
      case Command.JOB_ASSIGN_UNIQ:
      case Command.JOB_ASSIGN_ALL:
        return this.#grabber.inFlight > 0 ? this.#assigned(packet) : this.#unexpected(packet);
      case Command.NO_JOB:
        if (this.#grabber.inFlight === 0) return this.#unexpected(packet);
        this.#due--;
        return this.#grabber.noJob();
      case Command.NOOP:
        return this.#grabber.noop();
      case Command.ECHO_RES: {
        const echoed = this.#echoes.shift();
        if (echoed === undefined) return this.#unexpected(packet);
        this.#due--;
        return echoed();
      }
      case Command.ERROR: {
        const [code, text] = [packet.text(0), packet.text(1)];
        if (code === ACCESS_DENIED) return this.#refused(new ServerError(code, text));
        // It will hang up: a report was more than it takes. What it says is worth more than that it left.
        if (code === ARGUMENT_TOO_LARGE) return this.#wire.destroy(new ServerError(code, text));
        // Any other: the server no longer counts a job as ours. It was cancelled, or given to another.
        return;
      }
      default:
        this.#unexpected(packet);
    }
  }

  line(line: string): void {
    if (this.#isOver) return;
    if (!this.#isKindAsked || this.#kind !== undefined) {
      return this.#wire.destroy(
        new ProtocolError("UNEXPECTED", `Expected a packet, got "${line}"`),
      );
    }
    this.#due--;
    this.#kind = serverKind(line);
    const isNew = this.#offers.flush();
    if (isNew) this.#grabber.widen();
    if (isNew || (!this.#kind.wakesWhenDue && this.#grabber.state === "asleep")) this.ask();
  }

  closed(reason?: GearmanError): void {
    this.#end(reason ?? new LinkError("CLOSED", "Worker was closed"));
    this.#options.onClosed(reason);
  }

  report(job: HeldJob, type: number, data?: Argument): void {
    if (job.slot >= 0) this.#wire.report(type, job.slot, data);
    else this.#wire.send(type, data === undefined ? [job.handleBytes] : [job.handleBytes, data]);
  }

  status(job: HeldJob, numerator: number, denominator: number): void {
    if (job.slot >= 0) return this.#wire.status(job.slot, numerator, denominator);
    this.#wire.send(Command.WORK_STATUS, [job.handleBytes, `${numerator}`, `${denominator}`]);
  }

  finish(job: HeldJob, type: number, data?: Argument): void {
    this.report(job, type, data);
    this.#letGo(job);
  }

  requeue(job: HeldJob): void {
    this.#offers.giveBack(job.ability.name);
    this.#letGo(job);
    if (!this.#offers.areSettled) this.#grabber.hold();
  }

  abandon(job: HeldJob): void {
    this.#letGo(job);
  }

  leave(): void {
    this.#options.room.give();
  }

  flushed(): Promise<void> {
    return this.#wire.flushed();
  }

  /** The answers to the grabs that follow tell that there is no job for it. */
  #refused(reason: ServerError): void {
    this.#offers.refuse(reason.serverText);
    this.#lastRefusal = reason;
    this.#options.onRefused(reason);
  }

  #assigned(packet: Packet): void {
    this.#due--;
    const slot = packet.type === Command.JOB_ASSIGN_ALL ? -1 : packet.functionSlot;
    const ability = this.#offers.find(slot, packet);
    if (ability === undefined) {
      // Nobody offered it.
      this.#wire.send(Command.WORK_FAIL, [packet.keep(0)]);
      if (packet.slot >= 0) this.#wire.release(packet.slot);
      this.#grabber.job();
      return this.leave();
    }
    const job = new HeldJob(packet, ability, this);
    job.index = this.#jobs.push(job) - 1;
    this.#grabber.job();
    if (ability.timeout !== Infinity) job.limit(this.#options.clock, () => this.#expired(job));
    this.#options.deliver(job);
  }

  /** A job has run for as long as it may. */
  #expired(job: HeldJob): void {
    const { name, timeout, onTimeout } = job.ability;
    const reason = new JobTimeout(`the end of job "${job.handle}"`, timeout, {
      outcome: "accepted",
    });
    if (onTimeout === "fail") this.report(job, Command.WORK_FAIL);
    // A server that was told of the limit has put the job back by itself.
    else if (!this.#offers.isLimited(name)) this.#offers.giveBack(name);
    this.#letGo(job, reason);
    if (!this.#offers.areSettled) this.#grabber.hold();
    job.leave();
  }

  /** A job is in hand no more. With a reason, its handler is told. */
  #letGo(job: HeldJob, reason?: unknown): void {
    job.end(reason);
    this.#drop(job);
    if (job.slot >= 0) this.#wire.release(job.slot);
    this.#settle();
    if (this.isAsleep) this.#options.onIdle();
  }

  #drop(job: HeldJob): void {
    const { index } = job;
    if (this.#jobs[index] !== job) return;
    const last = this.#jobs.pop()!;
    if (last === job) return;
    this.#jobs[index] = last;
    last.index = index;
  }

  /** Does what had to wait until no grab is in flight, and as far as the jobs in hand allow it. */
  #settle(): void {
    if (this.#isOver || this.#grabber.inFlight > 0) return;
    const isDraining = this.#isDraining;
    if (!this.#offers.areSettled) {
      const inHand = new Set<string>();
      for (const job of this.#jobs) inHand.add(job.ability.name);
      const isDone = this.#offers.settle(inHand, isDraining, (then) => this.#echo(then));
      if (!isDraining) return isDone ? this.ask() : this.#options.onRetire();
    }
    if (isDraining && this.#jobs.length === 0 && this.#resolveDrained !== undefined) {
      this.#echo(this.#resolveDrained);
      this.#resolveDrained = undefined;
    }
  }

  /** Has fallen asleep. */
  #sleeps(): void {
    const { poll, clock, onIdle } = this.#options;
    if (this.#stopPoll === undefined && poll !== Infinity && !this.#kind?.wakesWhenDue) {
      this.#stopPoll = clock.after(poll, () => {
        this.#stopPoll = undefined;
        if (this.#grabber.state === "asleep") this.#look();
      });
    }
    onIdle();
  }

  /** Looks for jobs that are due, unless the server wakes for them. */
  #look(): void {
    if (this.#kind === undefined) this.#askKind();
    else if (!this.#kind.wakesWhenDue) this.ask();
  }

  #askKind(): void {
    if (this.#isKindAsked) return;
    this.#isKindAsked = true;
    this.#expectAnswer();
    this.#wire.text("version\r\n");
  }

  #echo(then: () => void): void {
    this.#expectAnswer();
    this.#echoes.push(then);
    this.#wire.send(Command.ECHO_REQ, [""]);
  }

  /** One more answer is due. */
  #expectAnswer(): void {
    if (this.#due++ > 0) return;
    this.#dueSince = this.#options.clock.now();
    this.#patience.begin();
  }

  #unexpected(packet: Packet): void {
    const got = commandName(packet.type);
    this.#wire.destroy(
      new ProtocolError("UNEXPECTED", `Expected an answer to a request, got ${got}`),
    );
  }

  /** Nothing more is begun, not even what has come. */
  #end(reason: GearmanError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#patience.end();
    this.#stopPoll?.();
    this.#grabber.stop();
    const jobs = this.#jobs;
    this.#jobs = [];
    for (const job of jobs) job.end(reason);
    this.#offers.end();
    this.#resolveDrained?.();
    for (const echoed of this.#echoes) echoed();
  }
}
