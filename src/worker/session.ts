/**
 * One worker on one link: abilities, grabs, jobs in hand. Knows no sockets: it is given packets,
 * and gives packets.
 *
 *     asking ── all grabs answered NO_JOB ──> asleep (PRE_SLEEP)
 *       ▲ └── JOB_ASSIGN: run it, ask for more       │
 *       └──────────────────── NOOP ──────────────────┘
 *
 * Grabs are pipelined: as many are in flight as there is room for jobs, and as the server had jobs
 * for. After a NOOP the first is sent alone, so that a lone job does not cost a NO_JOB for every
 * free place.
 *
 * @module
 */
import type { Argument, Packet } from "../codec/mod.ts";
import { type GearmanError, LinkError, ProtocolError } from "../errors.ts";
import { type Clock, type Link, type LinkSink, Patience, silent } from "../link/mod.ts";
import { Command, commandName } from "../protocol/mod.ts";
import type { Address } from "../sockets/socket.ts";
import { HeldJob, type JobHolder } from "./held_job.ts";
import type { Handler } from "./job.ts";
import { Reach } from "./reach.ts";
import type { Room } from "./room.ts";

/** What a session needs of a link. */
export type Wire = Pick<
  Link,
  | "bare"
  | "send"
  | "report"
  | "status"
  | "register"
  | "release"
  | "flushed"
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
  /** Told when the link is gone. */
  readonly onClosed: (reason?: GearmanError) => void;
  /** Given a job that has come, with its handler, if it has one. Whoever has the job gives its place back. */
  readonly deliver: (job: HeldJob, handler: Handler | undefined) => void;
  readonly clock: Clock;
  /** Milliseconds within which a grab or an echo must be answered, or Infinity. */
  readonly answerTimeout: number;
  /** Milliseconds of silence after which a sign of life is asked for, or Infinity. */
  readonly heartbeat: number;
  /** Told when it falls asleep, and of each job that ends meanwhile. */
  readonly onIdle?: () => void;
}

/** Times in a row that a worker lets itself be woken for nothing. */
const MOST_IDLE_WAKES = 8;

/** Milliseconds that it then waits before it asks again. */
const SHORT_NAP = 100;

/** Milliseconds after which a sleeper asks unasked. */
const LONG_NAP = 10_000;

const encoder = new TextEncoder();

/** A worker's conversation with one server. */
export class Session implements LinkSink, JobHolder {
  readonly #wire: Wire;
  readonly #options: SessionOptions;
  readonly #handlers = new Map<string, Handler | undefined>();
  readonly #handlerBySlot: (Handler | undefined)[] = [];
  readonly #jobs = new Set<HeldJob>();
  /** Grabs in flight. Each holds a place in the room. */
  #grabs = 0;
  readonly #reach: Reach;
  #isEmpty = false;
  #isAsleep = false;
  #isDraining = false;
  #isOver = false;
  #drained: Promise<void> | undefined;
  #onDrained: (() => void) | undefined;
  /** Echoes in flight: signs of life, and the one that ends a drain. */
  #echoes = 0;
  /** When the first of the grabs and echoes in flight was sent. */
  #askedAt = 0;
  /** Servers answer both at once, a grab with a job or without: one that does not is not there any more. */
  readonly #patience: Patience;
  /** Times in a row that a NOOP woke it and there was no job. */
  #idleWakes = 0;
  #stopNap: (() => void) | undefined;

  constructor(wire: Wire, options: SessionOptions) {
    this.#wire = wire;
    this.#options = options;
    this.#reach = new Reach(() => options.room.size);
    this.#patience = new Patience({
      clock: options.clock,
      limit: options.answerTimeout,
      heartbeat: options.heartbeat,
      wire,
      dueSince: () => this.#grabs + this.#echoes > 0 ? this.#askedAt : undefined,
      ask: () => this.#echo(),
      onSilence: () => this.#giveUp(),
    });
    this.#patience.begin();
    if (options.id !== undefined) wire.send(Command.SET_CLIENT_ID, [options.id]);
  }

  /** Offers an ability. {@linkcode ask} follows when all are offered. */
  add(functionName: string, handler?: Handler): void {
    if (!this.#handlers.has(functionName)) this.#wire.send(Command.CAN_DO, [functionName]);
    this.#handlers.set(functionName, handler);
    const slot = this.#wire.register(encoder.encode(functionName));
    if (slot >= 0) this.#handlerBySlot[slot] = handler;
  }

  /** Asks for jobs, asleep or not: a CAN_DO wakes no sleeper for jobs that wait already. */
  ask(): void {
    this.#stopNap?.();
    this.#stopNap = undefined;
    this.#isAsleep = false;
    this.#isEmpty = false;
    this.fill();
  }

  get server(): Address {
    return this.#wire.remote;
  }

  /** Whether it is asleep with nothing in hand: its server has no job for it. */
  get isIdle(): boolean {
    return this.#isAsleep && this.#jobs.size === 0;
  }

  /** Whether its server has no job for it. */
  get isAsleep(): boolean {
    return this.#isAsleep;
  }

  /** Asks for as many jobs as there is room for. */
  fill(): void {
    if (this.#isEmpty || this.#isDraining || this.#isOver || this.#handlers.size === 0) return;
    while (this.#reach.allows(this.#grabs) && this.#options.room.take()) {
      this.#expectAnswer();
      this.#grabs++;
      this.#wire.bare(Command.GRAB_JOB_ALL);
    }
  }

  /**
   * Takes no more jobs, runs what late grabs still bring, and resolves once the server has had
   * every report: an ECHO that comes back says so.
   */
  drain(): Promise<void> {
    return this.#drained ??= new Promise((resolve) => {
      this.#isDraining = true;
      this.#onDrained = resolve;
      if (this.#isOver) resolve();
      else this.#rest();
    });
  }

  /** Begins no more jobs, not even those that have come: the link is about to be closed. */
  stop(): void {
    this.#isOver = true;
    this.#patience.end();
    this.#stopNap?.();
  }

  packet(packet: Packet): void {
    switch (packet.type) {
      case Command.JOB_ASSIGN:
      case Command.JOB_ASSIGN_UNIQ:
      case Command.JOB_ASSIGN_ALL:
        return this.#grabs > 0 ? this.#assigned(packet) : this.#unexpected(packet);
      case Command.NO_JOB:
        return this.#grabs > 0 ? this.#noJob() : this.#unexpected(packet);
      case Command.NOOP:
        return this.#wake();
      case Command.ECHO_RES:
        return this.#echoes > 0 ? this.#echoed() : this.#unexpected(packet);
      case Command.ERROR:
        // The server no longer counts the job as ours: it was cancelled, or given to another.
        return;
      default:
        this.#unexpected(packet);
    }
  }

  line(line: string): void {
    this.#wire.destroy(new ProtocolError("UNEXPECTED", `Expected a packet, got "${line}"`));
  }

  closed(reason?: GearmanError): void {
    this.stop();
    const { room } = this.#options;
    const why = reason ?? new LinkError("CLOSED", "Worker was closed");
    for (const job of this.#jobs) job.end(why);
    this.#jobs.clear();
    for (; this.#grabs > 0; this.#grabs--) room.give();
    this.#onDrained?.();
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
    this.abandon(job);
  }

  abandon(job: HeldJob): void {
    job.end();
    this.#jobs.delete(job);
    if (job.slot >= 0) this.#wire.release(job.slot);
    this.#rest();
  }

  flushed(): Promise<void> {
    return this.#wire.flushed();
  }

  #unexpected(packet: Packet): void {
    const got = commandName(packet.type);
    this.#wire.destroy(
      new ProtocolError("UNEXPECTED", `Expected an answer to a request, got ${got}`),
    );
  }

  /** Notes when the oldest question in flight was asked. */
  #expectAnswer(): void {
    if (this.#grabs + this.#echoes > 0) return;
    this.#askedAt = this.#options.clock.now();
    this.#patience.begin();
  }

  #echo(): void {
    this.#expectAnswer();
    this.#echoes++;
    this.#wire.send(Command.ECHO_REQ, [""]);
  }

  #echoed(): void {
    this.#echoes--;
    // Those sent before the last report prove nothing: a draining session waits for all of them.
    const isQuiet = this.#grabs + this.#echoes === 0 && this.#jobs.size === 0;
    if (this.#isDraining && isQuiet) this.#onDrained?.();
  }

  #wake(): void {
    this.#idleWakes++;
    this.ask();
  }

  #noJob(): void {
    this.#grabs--;
    this.#isEmpty = true;
    this.#reach.shrink();
    this.#options.room.give();
    this.#rest();
  }

  #assigned(packet: Packet): void {
    this.#grabs--;
    this.#idleWakes = 0;
    if (this.#isOver) return this.#options.room.give();
    this.#isEmpty = false;
    this.#reach.widen();
    const job = new HeldJob(packet, this);
    this.#jobs.add(job);
    const handler = this.#handlerOf(packet, job);
    this.fill();
    this.#options.deliver(job, handler);
  }

  #giveUp(): void {
    this.#wire.destroy(silent(this.#wire.remote, this.#options.answerTimeout));
  }

  #handlerOf(packet: Packet, job: HeldJob): Handler | undefined {
    const slot = packet.type === Command.JOB_ASSIGN_ALL ? -1 : packet.functionSlot;
    return this.#handlerBySlot[slot] ?? this.#handlers.get(job.functionName);
  }

  /** What is to be done when no grab is in flight any more. */
  #rest(): void {
    if (this.#grabs > 0 || this.#isOver) return;
    if (this.#isDraining) {
      if (this.#jobs.size === 0) this.#echo();
      return;
    }
    if (this.#isEmpty && !this.#isAsleep && this.#stopNap === undefined) this.#sleep();
    if (this.#isAsleep) this.#options.onIdle?.();
  }

  /**
   * Asks to be woken. gearmand answers with a NOOP at once, again and again, while a job waits
   * for its time: a worker that was woken in vain too often waits a little first. And as gearmand
   * wakes nobody when that time has come, a sleeper looks for itself now and then.
   */
  #sleep(): void {
    const { clock } = this.#options;
    if (this.#idleWakes > MOST_IDLE_WAKES) {
      this.#stopNap = clock.after(SHORT_NAP, () => {
        // One more wake in vain, and it waits again.
        this.#idleWakes = MOST_IDLE_WAKES;
        this.ask();
      });
    } else {
      this.#stopNap = clock.after(LONG_NAP, () => this.ask());
      this.#isAsleep = true;
      this.#wire.bare(Command.PRE_SLEEP);
    }
  }
}
