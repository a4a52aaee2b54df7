/**
 * One live connection that speaks packets: a socket, a decoder, a writer, and the life of all three.
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
import { MAX_HANDLE_BYTES, MAX_PACKET_BYTES, packetLimit } from "../protocol/mod.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type Address, addressText, type Sink, type Socket } from "../sockets/socket.ts";
import { Writer } from "./writer.ts";

/** Who hears of what a link receives. */
export interface LinkSink {
  /** One packet, in order. Valid until this returns. */
  packet(packet: Packet): void;
  /** One line of the text protocol, without its ending. */
  line(line: string): void;
  /**
   * At a server: what the peer sends makes no sense. What it asked before is answered, and with it
   * what is said now; then the link ends.
   */
  fault?(error: ProtocolError): void;
  /** The link is gone. Called once. No reason: we closed it, or, on the server's side, the peer left. */
  closed(reason?: GearmanError): void;
}

/** Options of {@linkcode Link}. */
export interface LinkOptions {
  /** Which end this is. A server sends RES, and still answers what a peer asked before it left. */
  readonly role: "peer" | "server";
  /** Which decoder. Default `"auto"`. */
  readonly codec?: CodecChoice;
  /**
   * The largest body taken, in bytes; a peer of a server sends none that is larger, either. Default
   * 64 MiB. The handle that a server puts before a job comes on top of it.
   */
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

/** Bytes by which the packet that hands a job out may be larger than the one that brought it. */
const HANDLE_ROOM = MAX_HANDLE_BYTES + 1;

/** Milliseconds in which the peer must take some of what was sent before a close. */
const CLOSE_GRACE = 2_000;

/** A live connection in packets. */
export class Link implements Sink, PacketSink {
  /** The far end. */
  readonly remote: Address;
  /** When bytes last came, by the clock; at first, when it was made. */
  heardAt: number;
  readonly #socket: Socket;
  readonly #decoder: Decoder;
  readonly #writer: Writer;
  readonly #role: "peer" | "server";
  readonly #clock: Clock;
  readonly #settled: LinkOptions["settled"];
  #sink: LinkSink | undefined;
  #state: "open" | "closing" | "closed" = "open";
  #isPaused = false;
  #closing: Promise<void> | undefined;
  #reason: GearmanError | undefined;
  #stopGrace: (() => void) | undefined;
  #onGone: (() => void) | undefined;
  /** Whether the peer's end has come: there is no second one to wait for. */
  #isPeerDone = false;

  constructor(socket: Socket, options: LinkOptions) {
    this.#socket = socket;
    this.remote = socket.remote;
    this.#role = options.role;
    this.#clock = options.clock ?? systemClock;
    this.#settled = options.settled;
    this.heardAt = this.#clock.now();
    const failed = (error: unknown) => this.destroy(error as GearmanError);
    const most = packetLimit(options.maxPacketBytes);
    const isServer = options.role === "server";
    // A server passes on whatever it has taken.
    this.#writer = new Writer(
      socket,
      isServer ? new Encoder("res") : new Encoder("req", most),
      failed,
    );
    const maxPacketBytes = isServer ? most : Math.min(most + HANDLE_ROOM, MAX_PACKET_BYTES);
    this.#decoder = createDecoder(options.codec ?? "auto", { ...options, maxPacketBytes });
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

  /** Counts the writes: what was sent during the current turn has not left yet. */
  get turn(): number {
    return this.#writer.turn;
  }

  /** Bytes that the socket has taken. */
  get taken(): number {
    return this.#writer.taken;
  }

  /** Bytes sent that the socket has not taken yet. */
  get waiting(): number {
    return this.#writer.waiting;
  }

  /** Whether the socket has not taken all that it was given. */
  get isBackedUp(): boolean {
    return this.#writer.isBackedUp;
  }

  // Sending. Each call lays a packet into this turn's write; on a link that is not open, it is dropped.

  /** Sends a packet without a body. */
  bare(type: number): void {
    if (this.#state !== "open") return;
    this.#writer.encoder.bare(type);
    this.#writer.schedule();
  }

  /** Sends a packet of arguments. Large last arguments are not copied: leave them alone until flushed. */
  send(type: number, args: readonly Argument[]): void {
    if (this.#state !== "open") return;
    this.#writer.encoder.packet(type, args);
    this.#writer.schedule();
  }

  /** Sends a packet whose first argument is the handle in a slot. */
  report(type: number, slot: number, data?: Argument): void {
    if (this.#state !== "open") return;
    this.#writer.encoder.report(type, this.#decoder, slot, data);
    this.#writer.schedule();
  }

  /** Sends a WORK_STATUS for the handle in a slot. */
  status(slot: number, numerator: number, denominator: number): void {
    if (this.#state !== "open") return;
    this.#writer.encoder.status(this.#decoder, slot, numerator, denominator);
    this.#writer.schedule();
  }

  /** Sends a packet with a ready-made body. */
  relay(type: number, body: Uint8Array): void {
    if (this.#state !== "open") return;
    this.#writer.encoder.relay(type, body);
    this.#writer.schedule();
  }

  /**
   * Sends the head of a packet whose last argument, of `size` bytes, follows by {@linkcode raw}.
   * Until the last of them is sent, nothing else may be.
   */
  begin(type: number, args: readonly Argument[], size: number): void {
    if (this.#state !== "open") return;
    this.#writer.encoder.begin(type, args, size);
    this.#writer.schedule();
  }

  /** Sends some of what {@linkcode begin} announced. Large pieces are not copied. */
  raw(bytes: Uint8Array): void {
    if (this.#state !== "open") return;
    this.#writer.encoder.raw(bytes);
    this.#writer.schedule();
  }

  /** Sends text, as it is. */
  text(text: Argument): void {
    if (this.#state !== "open") return;
    this.#writer.encoder.text(text);
    this.#writer.schedule();
  }

  /** Resolves when the socket has taken everything sent so far, or the link is gone. */
  flushed(): Promise<void> {
    return this.#state === "closed" ? Promise.resolve() : this.#writer.flushed();
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
    this.#isPeerDone = true;
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
    if (this.#state !== "open") return;
    this.#sink!.fault?.(error);
    // What came before the fault was asked properly, and is answered.
    this.#closing ??= this.#close(error);
  }

  async #close(reason?: GearmanError): Promise<void> {
    const unsettled = this.#settled?.();
    if (unsettled !== undefined) await unsettled;
    this.#giveGrace(reason);
    if (this.#state === "open") {
      this.#state = "closing";
      this.#writer.flush();
      await this.flushed();
    }
    if (reason?.code === "TOO_LARGE") await this.#linger(reason);
    this.#gone(reason);
    await this.#socket.close();
    this.#stopGrace?.();
  }

  /**
   * Drops what the peer still sends, until it has seen our end or its time is up. A peer in the middle
   * of a large packet would see a reset, and lose what it was told.
   */
  async #linger(reason: GearmanError): Promise<void> {
    if (this.#isPeerDone) return;
    this.#giveGrace(reason);
    await this.#socket.finish().catch(() => {});
    if (this.#state !== "closed") await new Promise<void>((resolve) => this.#onGone = resolve);
  }

  /** Gives up on a peer that takes nothing for a while, from now on. */
  #giveGrace(reason: GearmanError | undefined): void {
    const { waiting } = this;
    this.#stopGrace?.();
    this.#stopGrace = this.#clock.after(CLOSE_GRACE, () => {
      if (this.waiting < waiting) this.#giveGrace(reason);
      else this.destroy(reason);
    });
  }

  #gone(reason?: GearmanError): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#reason = reason;
    this.#writer.giveUp();
    this.#onGone?.();
    this.#sink?.closed(reason);
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
