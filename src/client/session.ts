/**
 * One client on one link: which request the next answer is for, and which tasks a packet is for.
 * Knows no sockets: it is given packets, and gives packets.
 *
 * @module
 */
import type { Packet } from "../codec/mod.ts";
import { type GearmanError, ProtocolError, ServerError } from "../errors.ts";
import { type Clock, type LinkSink, lostRequest, Patience, silent } from "../link/mod.ts";
import { ARGUMENT_TOO_LARGE, Command, commandName } from "../protocol/mod.ts";
import { Flow } from "./flow.ts";
import { EchoQuestion } from "./questions.ts";
import type { Request, Wire } from "./request.ts";
import { Submission } from "./submission.ts";

/** Options of {@linkcode Session}. */
export interface SessionOptions {
  readonly clock: Clock;
  /** Milliseconds within which an answer must come, or Infinity. */
  readonly answerTimeout: number;
  /** Milliseconds of silence after which a sign of life is asked for, or Infinity. */
  readonly heartbeat: number;
  /** Bytes that the tasks of the link may hold unread. */
  readonly linkBytes: number;
  /** Told when the link is gone, before what was under way is. */
  readonly onClosed: (reason?: GearmanError) => void;
  /** Told of each request that the link's end leaves without an answer, or whose job it leaves without an end. */
  readonly onLost: (request: Request, error: GearmanError) => void;
  /** Told when every request is answered and every job has ended. */
  readonly onIdle?: () => void;
}

/**
 * The submissions that share a handle. The server sends each packet once for each of them, one
 * after the other, so each copy goes to the next in the round.
 */
class Round {
  readonly members: Submission[];
  #next = 0;

  constructor(members: Submission[]) {
    this.members = members;
  }

  take(packet: Packet): void {
    if (this.members[this.#next].take(packet)) this.members.splice(this.#next, 1);
    else this.#next++;
    if (this.#next >= this.members.length) this.#next = 0;
  }
}

/** A client's conversation with one server. */
export class Session implements LinkSink {
  readonly #wire: Wire;
  readonly #options: SessionOptions;
  /** Requests in the order of their sending; those before {@linkcode #head} are answered. */
  #awaiting: Request[] = [];
  #head = 0;
  /** When the oldest of them began to be due, by the clock, where it does not say so itself; 0: with the answer before it. */
  #dueSince = 0;
  readonly #bySlot: (Submission | Round | undefined)[] = [];
  /** For handles that have no slot. */
  readonly #byName = new Map<string, Submission | Round>();
  readonly #patience: Patience;
  readonly #flow: Flow;
  #lastAwaited: Submission | undefined;
  #end: { readonly reason: GearmanError | undefined } | undefined;

  constructor(wire: Wire, options: SessionOptions) {
    this.#wire = wire;
    this.#options = options;
    this.#patience = new Patience({
      clock: options.clock,
      limit: options.answerTimeout,
      heartbeat: options.heartbeat,
      wire,
      dueSince: () => {
        const oldest = this.#awaiting[this.#head];
        return oldest && (oldest.dueSince ?? this.#dueSince);
      },
      // Where we do not listen, silence says nothing.
      ask: () => this.#flow.isPaused || this.request(new EchoQuestion()),
      onSilence: () => this.#giveUp(),
    });
    this.#patience.begin();
    this.#flow = new Flow({
      limit: options.linkBytes,
      isAwaited: () => this.#isAwaited(),
      pause: () => wire.pause(),
      resume: () => wire.resume(),
    });
  }

  /** Sends a request. */
  request(request: Request): void {
    if (this.#end !== undefined) {
      return this.#options.onLost(request, lostRequest(this.#end.reason, request.outcome));
    }
    this.#flow.resume();
    try {
      request.send(this.#wire);
    } catch (error) {
      // What cannot be laid into a packet fails by itself, and not with the requests around it.
      return request.refuse(error);
    }
    // Behind others it is due once the last of them is answered, when bytes were heard.
    if (this.#head === this.#awaiting.length) this.#dueSince = this.#options.clock.now();
    this.#awaiting.push(request);
    this.#patience.begin();
  }

  packet(packet: Packet): void {
    switch (packet.type) {
      case Command.WORK_DATA:
      case Command.WORK_WARNING:
      case Command.WORK_STATUS:
      case Command.WORK_COMPLETE:
      case Command.WORK_FAIL:
      case Command.WORK_EXCEPTION:
        return this.#report(packet);
      case Command.NOOP:
        return;
      case Command.ERROR: {
        const request = this.#answered();
        const outcome = request?.outcomeBefore;
        const error = new ServerError(packet.text(0), packet.text(1), { outcome });
        if (request === undefined) return this.#wire.destroy(error);
        request.decline(error);
        // The argument is the packet, since uniques are looked at here: the server is about to hang up,
        // and what is sent from now on would be lost with the link.
        if (error.serverCode === ARGUMENT_TOO_LARGE) return this.#wire.destroy(error);
        return this.#checkIdle();
      }
      default:
        return this.#answer(packet);
    }
  }

  line(line: string): void {
    this.#unexpected(`the text line "${line}"`);
  }

  closed(reason?: GearmanError): void {
    this.#end = { reason };
    this.#flow.isOver = true;
    this.#patience.end();
    const awaiting = this.#awaiting.slice(this.#head);
    const followed = this.#followed();
    this.#awaiting = [];
    this.#head = 0;
    this.#bySlot.length = 0;
    this.#byName.clear();
    const { onClosed, onLost } = this.#options;
    // First: by then the client knows that this server is down.
    onClosed(reason);
    for (const request of awaiting) {
      if (!request.isSettled) onLost(request, request.lost(reason, this.#wire.turn));
    }
    for (const submission of followed) {
      if (!submission.isSettled) onLost(submission, submission.forsaken(reason));
    }
  }

  /** The submissions whose jobs have not ended. */
  #followed(): Submission[] {
    return [...this.#bySlot, ...this.#byName.values()].flatMap((entry) =>
      entry instanceof Round ? entry.members : entry ?? []
    );
  }

  /** Whether somebody waits for what the server says next. */
  #isAwaited(): boolean {
    if (this.#head < this.#awaiting.length || this.#lastAwaited?.isAwaited) return true;
    this.#lastAwaited = this.#followed().find((submission) => submission.isAwaited);
    return this.#lastAwaited !== undefined;
  }

  /** The request that the next answer is for. */
  #answered(): Request | undefined {
    if (this.#head === this.#awaiting.length) return undefined;
    const request = this.#awaiting[this.#head];
    this.#awaiting[this.#head++] = undefined!;
    this.#dueSince = 0;
    // Cut off what was answered once it is the greater part: each entry is moved once at most.
    if (this.#head > 64 && this.#head * 2 > this.#awaiting.length) {
      this.#awaiting = this.#awaiting.slice(this.#head);
      this.#head = 0;
    }
    return request;
  }

  #answer(packet: Packet): void {
    const request = this.#awaiting[this.#head];
    if (request === undefined || request.expects !== packet.type) {
      return this.#unexpected(commandName(packet.type)!);
    }
    this.#answered();
    if (request instanceof Submission) request.flow = this.#flow;
    if (!request.answer(packet, this.#wire)) return this.#checkIdle();
    const submission = request as Submission;
    const { slot } = packet;
    if (slot >= 0 && !this.#isKnownByName(submission)) {
      this.#bySlot[slot] = joined(this.#bySlot[slot], submission);
    } else {
      // One that began without a slot stays so: its copies must all come the same way.
      if (slot >= 0) this.#wire.release(slot);
      const { handle } = submission;
      this.#byName.set(handle, joined(this.#byName.get(handle), submission));
    }
  }

  #isKnownByName(submission: Submission): boolean {
    return this.#byName.size > 0 && this.#byName.has(submission.handle);
  }

  #report(packet: Packet): void {
    const { slot } = packet;
    const entry = this.#bySlot[slot];
    if (entry === undefined) this.#reportByName(packet);
    else if (ends(entry, packet)) {
      this.#bySlot[slot] = undefined;
      this.#checkIdle();
    }
  }

  /** For handles without a slot, and for gearmand's WORK_FAIL with a NUL behind the handle. */
  #reportByName(packet: Packet): void {
    const text = packet.text(0);
    const handle = text.endsWith("\0") ? text.slice(0, -1) : text;
    const entry = this.#byName.get(handle);
    if (entry !== undefined) {
      if (ends(entry, packet)) this.#byName.delete(handle);
      this.#checkIdle();
    } else if (handle !== text) {
      const slot = this.#bySlot.findIndex((one) => one !== undefined && handleOf(one) === handle);
      if (slot < 0) return;
      if (ends(this.#bySlot[slot]!, packet)) this.#bySlot[slot] = undefined;
      // The decoder did not know the name, so it did not drop the reference.
      this.#wire.release(slot);
      this.#checkIdle();
    }
  }

  #checkIdle(): void {
    const { onIdle } = this.#options;
    if (onIdle === undefined || this.#head < this.#awaiting.length) return;
    if (this.#followed().length === 0) onIdle();
  }

  #unexpected(what: string): void {
    this.#wire.destroy(
      new ProtocolError("UNEXPECTED", `Expected an answer to a request, got ${what}`),
    );
  }

  /** Answers come in order: with the oldest missing, none of the others will come. */
  #giveUp(): void {
    this.#wire.destroy(silent(this.#wire.remote, this.#options.answerTimeout));
  }
}

/** Shows a packet. Returns whether nobody waits for more of that job. */
function ends(entry: Submission | Round, packet: Packet): boolean {
  if (entry instanceof Submission) return entry.take(packet);
  entry.take(packet);
  return entry.members.length === 0;
}

function joined(entry: Submission | Round | undefined, submission: Submission): Submission | Round {
  if (entry === undefined) return submission;
  return new Round([...(entry instanceof Submission ? [entry] : entry.members), submission]);
}

function handleOf(entry: Submission | Round): string {
  return entry instanceof Submission ? entry.handle : entry.members[0].handle;
}
