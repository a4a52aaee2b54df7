/**
 * One client on one link: which request the next answer is for, and which tasks a packet is for.
 * Knows no sockets: it is given packets, and gives packets.
 *
 * @module
 */
import type { Packet } from "../codec/mod.ts";
import { type GearmanError, ProtocolError, ServerError } from "../errors.ts";
import { type Clock, type LinkSink, lostRequest, Patience, silent } from "../link/mod.ts";
import { Command, commandName } from "../protocol/mod.ts";
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
  /** Told when the link is gone. */
  readonly onClosed: (reason?: GearmanError) => void;
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
  readonly #bySlot: (Submission | Round | undefined)[] = [];
  /** For handles that have no slot. */
  readonly #byName = new Map<string, Submission | Round>();
  readonly #patience: Patience;
  #end: { readonly reason: GearmanError | undefined } | undefined;

  constructor(wire: Wire, options: SessionOptions) {
    this.#wire = wire;
    this.#options = options;
    this.#patience = new Patience({
      clock: options.clock,
      limit: options.answerTimeout,
      heartbeat: options.heartbeat,
      wire,
      dueSince: () => this.#awaiting[this.#head]?.since,
      ask: () => this.request(new EchoQuestion()),
      onSilence: () => this.#giveUp(),
    });
    this.#patience.begin();
  }

  /** Sends a request. */
  request(request: Request): void {
    if (this.#end !== undefined) return request.refuse(lostRequest(this.#end.reason, "unsent"));
    try {
      request.send(this.#wire);
    } catch (error) {
      // What cannot be laid into a packet fails by itself, and not with the requests around it.
      return request.refuse(error);
    }
    this.#awaiting.push(request);
    request.since = this.#options.clock.now();
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
        const error = new ServerError(packet.text(0), packet.text(1));
        return request === undefined ? this.#wire.destroy(error) : request.decline(error);
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
    this.#patience.end();
    for (const request of this.#awaiting.slice(this.#head)) {
      if (!request.isSettled) request.lose(reason, this.#wire.turn);
    }
    for (const entry of [...this.#bySlot, ...this.#byName.values()]) {
      if (entry instanceof Submission) entry.forsake(reason);
      else for (const member of entry?.members ?? []) member.forsake(reason);
    }
    this.#awaiting = [];
    this.#head = 0;
    this.#bySlot.length = 0;
    this.#byName.clear();
    this.#options.onClosed(reason);
  }

  /** The request that the next answer is for. */
  #answered(): Request | undefined {
    if (this.#head === this.#awaiting.length) return undefined;
    const request = this.#awaiting[this.#head];
    this.#awaiting[this.#head++] = undefined!;
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
    if (!request.answer(packet, this.#wire)) return;
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
    else if (ends(entry, packet)) this.#bySlot[slot] = undefined;
  }

  /** For handles without a slot, and for gearmand's WORK_FAIL with a NUL behind the handle. */
  #reportByName(packet: Packet): void {
    const text = packet.text(0);
    const handle = text.endsWith("\0") ? text.slice(0, -1) : text;
    const entry = this.#byName.get(handle);
    if (entry !== undefined) {
      if (ends(entry, packet)) this.#byName.delete(handle);
    } else if (handle !== text) {
      const slot = this.#bySlot.findIndex((one) => one !== undefined && handleOf(one) === handle);
      if (slot < 0) return;
      if (ends(this.#bySlot[slot]!, packet)) this.#bySlot[slot] = undefined;
      // The decoder did not know the name, so it did not drop the reference.
      this.#wire.release(slot);
    }
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
