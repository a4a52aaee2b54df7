/**
 * One live connection that speaks packets: a socket, a decoder, an encoder, and the life of all
 * three.
 *
 *     open ── close() ──> closing ── all written ──> closed
 *       └── the peer is gone, a fault, destroy() ──────┘
 *
 * @module
 */
import {
  type Argument,
  type CodecChoice,
  createDecoder,
  type Decoder,
  Encoder,
  type Packet,
  type PacketSink,
} from "../codec/mod.ts";
import { GearmanError, LinkError, ProtocolError } from "../errors.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type Address, addressText, type Sink, type Socket } from "../sockets/socket.ts";

/** Who hears of what a link receives. */
export interface LinkSink {
  /** One packet, in order. Valid until this returns. */
  packet(packet: Packet): void;
  /** One line of the text protocol, without its ending. */
  line(line: string): void;
  /** The link is gone. Called once. No reason: we closed it, or, on the server's side, the peer left. */
  closed(reason?: GearmanError): void;
}

/** Options of {@linkcode Link}. */
export interface LinkOptions {
  /** Which end this is. A server sends RES, and still answers what a peer asked before it left. */
  readonly role: "peer" | "server";
  /** Which decoder. Default `"auto"`. */
  readonly codec?: CodecChoice;
  /** The largest body taken, in bytes. Default 64 MiB. */
  readonly maxPacketBytes?: number;
  /** Whether text lines may come. Default false. */
  readonly text?: boolean;
  /** How lines become text: as UTF-8, which is the default, or each byte a character. */
  readonly lines?: "utf8" | "bytes";
  /** Bytes of the longest line taken. Default 8,191. */
  readonly maxLineBytes?: number;
  /** Whether handles get slots. Default true. */
  readonly slots?: boolean;
  /** Where time comes from. Default: the runtime. */
  readonly clock?: Clock;
  /** What a close waits for before it sends the last: answers that are still to come. */
  readonly settled?: () => Promise<void> | undefined;
}

/** Waiting bytes past which packets are written without waiting for the turn to end. */
const EAGER_BYTES = 128 * 1024;

/** Bytes given to the socket at once, at most. */
const SLICE_BYTES = 256 * 1024;

/** Milliseconds in which the peer must take some of what was sent before a close. */
const CLOSE_GRACE = 2_000;

/** Rounds of the microtask queue that make a turn's end: as many as an `async` handler takes to return. */
const QUIET_ROUNDS = 4;

/** A live connection in packets. */
export class Link implements Sink, PacketSink {
  /** The far end. */
  readonly remote: Address;
  /** Counts the writes: what was sent during the current turn has not left yet. */
  turn = 0;
  /** When bytes last came, by the clock; at first, when it was made. */
  heardAt: number;
  /** Bytes that the socket has taken. */
  taken = 0;
  readonly #socket: Socket;
  readonly #decoder: Decoder;
  readonly #encoder: Encoder;
  readonly #role: "peer" | "server";
  readonly #clock: Clock;
  readonly #settled: LinkOptions["settled"];
  #sink: LinkSink | undefined;
  #state: "open" | "closing" | "closed" = "open";
  #isPaused = false;
  #isScheduled = false;
  #quiet = 0;
  #closing: Promise<void> | undefined;
  #reason: GearmanError | undefined;
  #stopGrace: (() => void) | undefined;
  #chunks: readonly Uint8Array[] | undefined;
  #inFlight = 0;
  #flushed: (() => void)[] = [];

  constructor(socket: Socket, options: LinkOptions) {
    this.#socket = socket;
    this.remote = socket.remote;
    this.#role = options.role;
    this.#clock = options.clock ?? systemClock;
    this.#settled = options.settled;
    this.heardAt = this.#clock.now();
    this.#encoder = new Encoder(options.role === "server" ? "res" : "req");
    this.#decoder = createDecoder(options.codec ?? "auto", options);
  }

  /** Begins to receive; called again, shows what follows to another sink. Tells it at once of a link that has ended. */
  receive(sink: LinkSink): void {
    if (this.#state === "closed") return sink.closed(this.#reason);
    const isFirst = this.#sink === undefined;
    this.#sink = sink;
    if (isFirst) this.#socket.pump(this);
  }

  /** Whether packets can still be sent. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Whether part of a packet or a line has come, and not all of it. */
  get isWithin(): boolean {
    return this.#decoder.isWithin;
  }

  /** Bytes sent that the socket has not taken yet. */
  get waiting(): number {
    return this.#encoder.size + this.#inFlight;
  }

  /** Whether the socket has not taken all that it was given. */
  get isBackedUp(): boolean {
    return this.#chunks !== undefined;
  }

  // Sending. Each call lays a packet into this turn's write; on a link that is not open, it is dropped.

  /** Sends a packet without a body. */
  bare(type: number): void {
    if (this.#state !== "open") return;
    this.#encoder.bare(type);
    this.#schedule();
  }

  /** Sends a packet of arguments. Large last arguments are not copied: leave them alone until flushed. */
  send(type: number, args: readonly Argument[]): void {
    if (this.#state !== "open") return;
    this.#encoder.packet(type, args);
    this.#schedule();
  }

  /** Sends a packet whose first argument is the handle in a slot. */
  report(type: number, slot: number, data?: Argument): void {
    if (this.#state !== "open") return;
    this.#encoder.report(type, this.#decoder, slot, data);
    this.#schedule();
  }

  /** Sends a WORK_STATUS for the handle in a slot. */
  status(slot: number, numerator: number, denominator: number): void {
    if (this.#state !== "open") return;
    this.#encoder.status(this.#decoder, slot, numerator, denominator);
    this.#schedule();
  }

  /** Sends a packet with a ready-made body. */
  relay(type: number, body: Uint8Array): void {
    if (this.#state !== "open") return;
    this.#encoder.relay(type, body);
    this.#schedule();
  }

  /**
   * Sends the head of a packet whose last argument, of `size` bytes, follows by {@linkcode raw}.
   * Until the last of them is sent, nothing else may be.
   */
  begin(type: number, args: readonly Argument[], size: number): void {
    if (this.#state !== "open") return;
    this.#encoder.begin(type, args, size);
    this.#schedule();
  }

  /** Sends some of what {@linkcode begin} announced. Large pieces are not copied. */
  raw(bytes: Uint8Array): void {
    if (this.#state !== "open") return;
    this.#encoder.raw(bytes);
    this.#schedule();
  }

  /** Sends text, as it is. */
  text(text: Argument): void {
    if (this.#state !== "open") return;
    this.#encoder.text(text);
    this.#schedule();
  }

  /** Resolves when the socket has taken everything sent so far, or the link is gone. */
  flushed(): Promise<void> {
    if (this.#state === "closed" || this.waiting === 0) return Promise.resolve();
    return new Promise((resolve) => this.#flushed.push(resolve));
  }

  // Names and slots, as the decoder has them.

  /** The slot of a function's name. */
  register(name: Uint8Array): number {
    return this.#decoder.register(name);
  }

  /** Drops a reference to a slot. */
  release(slot: number): void {
    this.#decoder.release(slot);
  }

  /** Copies a live slot's name. Returns its length. */
  nameInto(slot: number, into: Uint8Array, at: number): number {
    return this.#decoder.nameInto(slot, into, at);
  }

  // Flow and life.

  /** Stops reading at the next chance. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Reads on. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (this.#state === "open") this.#socket.resume();
  }

  /** Writes what was sent, then closes; once the peer takes nothing for two seconds, closes all the same. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  /** Closes now. What was not written is lost. */
  destroy(reason?: GearmanError): void {
    this.#socket.destroy();
    this.#gone(reason);
  }

  // What the socket calls.

  space(): Uint8Array {
    return this.#decoder.space();
  }

  filled(count: number): boolean {
    this.heardAt = this.#clock.now();
    try {
      this.#decoder.filled(count, this);
    } catch (error) {
      this.destroy(defect(error));
    }
    return !this.#isPaused;
  }

  push(chunk: Uint8Array): boolean {
    this.heardAt = this.#clock.now();
    try {
      this.#decoder.push(chunk, this);
    } catch (error) {
      this.destroy(defect(error));
    }
    return !this.#isPaused;
  }

  ended(reason?: LinkError): void {
    // Our own close is under way, and is to end well: a destroy would turn it into a reset.
    if (this.#state === "closed") return;
    if (this.#state !== "open" || reason !== undefined) return this.destroy(reason);
    if (this.#role === "server") void this.close();
    else {this.destroy(
        new LinkError("CLOSED", `Expected "${addressText(this.remote)}" to stay, it left`),
      );}
  }

  // What the decoder calls.

  packet(packet: Packet): void {
    if (this.#state !== "closed") this.#sink!.packet(packet);
  }

  line(line: string): void {
    if (this.#state !== "closed") this.#sink!.line(line);
  }

  fault(error: ProtocolError): void {
    if (this.#role !== "server") return this.destroy(from(this.remote, error));
    // What came before the fault was asked properly, and is answered.
    this.#closing ??= this.#close(error);
  }

  async #close(reason?: GearmanError): Promise<void> {
    const unsettled = this.#settled?.();
    if (unsettled !== undefined) await unsettled;
    this.#giveGrace(reason);
    if (this.#state === "open") {
      this.#state = "closing";
      this.#flush();
      await this.flushed();
    }
    this.#gone(reason);
    await this.#socket.close();
    this.#stopGrace?.();
  }

  /** Gives up on a peer that takes nothing for a while. */
  #giveGrace(reason: GearmanError | undefined): void {
    const { waiting } = this;
    this.#stopGrace = this.#clock.after(CLOSE_GRACE, () => {
      if (this.waiting < waiting) this.#giveGrace(reason);
      else this.destroy(reason);
    });
  }

  #gone(reason?: GearmanError): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#reason = reason;
    this.#wakeFlushed();
    this.#sink?.closed(reason);
  }

  /**
   * Flushes at the end of the turn: once a few rounds of the microtask queue have passed in which
   * nothing was sent, so that what follows from one read leaves together, through a chain of
   * promises too.
   */
  #schedule(): void {
    this.#quiet = 0;
    if (this.#encoder.size >= EAGER_BYTES) return this.#flush();
    if (this.#isScheduled || this.#chunks !== undefined) return;
    this.#isScheduled = true;
    queueMicrotask(this.#round);
  }

  readonly #round = (): void => {
    if (++this.#quiet < QUIET_ROUNDS) return queueMicrotask(this.#round);
    this.#isScheduled = false;
    this.#flush();
  };

  #flush(): void {
    while (this.#chunks === undefined && this.#encoder.size > 0) {
      this.turn++;
      this.#inFlight = this.#encoder.size;
      this.#chunks = this.#encoder.take();
      this.#writeFrom(0, 0);
    }
  }

  #writeFrom(index: number, offset: number): void {
    const chunks = this.#chunks!;
    for (let i = index, at = offset; i < chunks.length; i++, at = 0) {
      while (at < chunks[i].length) {
        // In slices, so that one large workload shows that it moves.
        const isSmall = chunks[i].length <= SLICE_BYTES;
        const slice = isSmall ? chunks[i] : chunks[i].subarray(at, at + SLICE_BYTES);
        const pending = this.#socket.write(slice);
        at += slice.length;
        if (pending !== undefined) {
          pending.then(() => {
            this.#wrote(slice.length);
            this.#writeFrom(i, at);
            this.#flush();
          }, (error) => this.destroy(error));
          return;
        }
        this.#wrote(slice.length);
      }
    }
    this.#chunks = undefined;
    this.#encoder.recycle();
    if (this.#encoder.size === 0) this.#wakeFlushed();
  }

  #wrote(count: number): void {
    this.#inFlight -= count;
    this.taken += count;
  }

  #wakeFlushed(): void {
    if (this.#flushed.length === 0) return;
    const waiters = this.#flushed;
    this.#flushed = [];
    for (const wake of waiters) wake();
  }
}

/** The same fault, with where it came from. */
function from(remote: Address, fault: ProtocolError): ProtocolError {
  const { code, message, offset, bytes } = fault;
  const where = addressText(remote);
  return new ProtocolError(code, `${message}, from "${where}"`, { offset, bytes, cause: fault });
}

/** An error that a sink should not have thrown, as the link's end: a throw must not reach the runtime. */
function defect(error: unknown): GearmanError {
  if (error instanceof GearmanError) return error;
  return new LinkError("IO", "Link closed after an unexpected throw", { cause: error });
}
