/**
 * One connection in packets by name, for programs that used it past client and worker. What waits
 * in PHP returns a promise here; what waits for nobody's answer may go unawaited.
 *
 * @module
 */
import {
  connect,
  type ConnectOptions,
  type Link,
  type LinkSink,
  parseServers,
  systemClock,
} from "../../link/mod.ts";
import { checkOptions, type OptionNames } from "../../misuse.ts";
import type { Payload } from "./data_rules.ts";
import { asException, Exception } from "./exceptions.ts";
import type { JobConnection, PacketParams } from "./job_common.ts";
import { packetOf, PACKETS } from "./packets.ts";
import { nameOf, type ServerName } from "./servers.ts";
import type { Task } from "./task.ts";

/** Options of {@linkcode Connection}, beside those that Net_Gearman has. */
export type ConnectionOptions = Pick<ConnectOptions, "dial" | "codec" | "maxPacketBytes" | "clock">;

const CONNECTION_OPTIONS: OptionNames<ConnectionOptions> = {
  dial: true,
  codec: true,
  maxPacketBytes: true,
  clock: true,
};

/** A packet that came. */
export interface PacketRecord {
  /** Its name, for instance `job_created`. */
  readonly function: string;
  /** Its number. */
  readonly type: number;
  /** Its fields, as text. */
  readonly data: Readonly<Record<string, string>>;
  /** Its last field, byte for byte: what is no text is whole here alone. */
  readonly payload: Uint8Array;
}

/** No packet: PHP's empty array. */
export interface NoPacket {
  readonly function?: undefined;
  readonly type?: undefined;
  readonly data?: undefined;
  readonly payload?: undefined;
}

type Packet = Parameters<LinkSink["packet"]>[0];

/** Packets that may wait to be read; from there on the server is left to wait. */
const MOST_UNREAD = 256;

const NO_PACKET: NoPacket = Object.freeze({});

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A connection to one server. */
export class Connection implements JobConnection {
  readonly #options: ConnectionOptions;
  #ready: Promise<void> | undefined;
  #stop = new AbortController();
  #link: Link | undefined;
  #unread: PacketRecord[] = [];
  /** Those who wait for something to come. */
  readonly #readers = new Set<() => void>();
  #waiting: Task[] = [];

  /** With a server it connects at once; trouble comes out of what is called next. */
  constructor(server: ServerName | null, timeout: number, options: ConnectionOptions) {
    checkOptions(options, CONNECTION_OPTIONS, "new Net_Gearman_Connection()");
    this.#options = options;
    if (server !== null && server !== "") this.connect(server, timeout);
  }

  /** The live link, or null: PHP's socket. */
  get socket(): object | null {
    return this.#link?.isOpen ? this.#link : null;
  }

  /** Connects to a server within so many milliseconds, in place of the one before. */
  connect(server: ServerName, timeout = 250): Promise<void> {
    void this.close();
    this.#stop = new AbortController();
    this.#unread = [];
    this.#waiting = [];
    return this.#ready = quiet(this.#connect(server, timeout, this.#stop.signal));
  }

  /** Adds a task to those that wait for their `job_created`. */
  addWaitingTask(task: Task): void {
    this.#waiting.push(task);
  }

  /** Takes the first of them. */
  getWaitingTask(): Task | undefined {
    return this.#waiting.shift();
  }

  /**
   * Sends a packet; resolves when it was given to the socket. A field that is left out is empty.
   * The timeout of `can_do_timeout` is in seconds.
   */
  send(command: string, params: PacketParams = {}): Promise<void> {
    return quiet(this.#send(command, params));
  }

  /** The next packet that has come, or none. Rejects when the connection is gone, and with what the server calls an error. */
  async read(): Promise<PacketRecord | NoPacket> {
    await this.#connected();
    // Whoever reads in a loop must let the runtime read, too.
    if (this.#unread.length === 0) await this.#comes(0);
    return this.#next() ?? NO_PACKET;
  }

  /** The next packet. Rejects when none comes within so many milliseconds. */
  async blockingRead(timeout = 250): Promise<PacketRecord> {
    await this.#connected();
    if (this.#unread.length === 0) await this.#comes(timeout);
    const packet = this.#next();
    if (packet !== undefined) return packet;
    const [seconds, microseconds] = Connection.calculateTimeout(timeout);
    throw new Exception(`Socket timeout (${seconds.toFixed(4)}s, ${microseconds.toFixed(4)}μs)`);
  }

  /** Sends what is to be sent, and closes. */
  async close(): Promise<void> {
    this.#stop.abort(new Exception("Connection was closed"));
    const link = this.#link;
    this.#link = undefined;
    this.#ready = undefined;
    await link?.close();
  }

  /** Whether it is connected. */
  isConnected(): boolean {
    return this.#link?.isOpen === true;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Milliseconds as seconds and microseconds. */
  static calculateTimeout(milliseconds: number): [seconds: number, microseconds: number] {
    if (milliseconds < 1000) return [0, milliseconds * 1000];
    const seconds = Math.floor(milliseconds / 1000);
    return [seconds, (milliseconds / 1000 - seconds) * 1_000_000];
  }

  /** How many bytes a text has. */
  static stringLength(value: Payload): number {
    return bytesOf(value).length;
  }

  /** Some bytes of a text, as text. */
  static subString(value: Payload, start: number, length: number): string {
    return decoder.decode(bytesOf(value).subarray(start, start + length));
  }

  async #connect(server: ServerName, timeout: number, signal: AbortSignal): Promise<void> {
    const [address] = parseServers(server);
    let link: Link;
    try {
      link = await connect(address, { ...this.#options, dialTimeout: timeout }, signal);
    } catch (error) {
      throw asException(error, `Can't connect to server ${nameOf(server)} (${textOf(error)})`);
    }
    this.#link = link;
    link.receive({
      packet: (packet) => this.#take(link, packet),
      // No text is asked for, and the decoder lets none through.
      line: () => {},
      closed: () => this.#wake(),
    });
  }

  async #connected(): Promise<void> {
    await this.#ready;
    if (this.#link === undefined) throw new Exception("Not connected to a server");
  }

  async #send(command: string, params: PacketParams): Promise<void> {
    const row = Object.hasOwn(PACKETS, command) ? PACKETS[command] : undefined;
    if (row === undefined) throw new Exception(`Invalid command: ${command}`);
    const [type, fields] = row;
    const values = fields.map((field): Payload => {
      const value = params[field] ?? "";
      // Seconds here, milliseconds on the wire.
      if (command === "can_do_timeout" && field === "timeout") return `${Number(value) * 1000}`;
      return value instanceof Uint8Array ? value : String(value);
    });
    // In the order of the calls: those that wait for the connection go on first.
    if (!this.isConnected()) await this.#ready;
    const link = this.#link;
    if (link === undefined) throw new Exception("Not connected to a server");
    if (!link.isOpen) throw new Exception("Could not write command to socket");
    if (values.length === 0) link.bare(type);
    else link.send(type, values);
    await link.flushed();
  }

  #take(link: Link, packet: Packet): void {
    this.#unread.push(recordOf(packet));
    if (this.#unread.length >= MOST_UNREAD) link.pause();
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#readers) wake();
  }

  #next(): PacketRecord | undefined {
    const record = this.#unread.shift();
    if (this.#unread.length < MOST_UNREAD) this.#link?.resume();
    if (record === undefined) {
      if (!this.isConnected()) throw new Exception("Connection was reset");
      return undefined;
    }
    if (record.function === "error") {
      const { err_code, err_text } = record.data;
      throw new Exception(`(${err_code}): ${err_text || "Unknown error; see error code."}`);
    }
    return record;
  }

  /** Waits until something comes, or the connection is gone, or so many milliseconds have passed. */
  #comes(timeout: number): Promise<void> {
    if (!this.isConnected()) return Promise.resolve();
    const { clock = systemClock } = this.#options;
    return new Promise((resolve) => {
      const done = () => {
        this.#readers.delete(done);
        stopTimer();
        resolve();
      };
      const stopTimer = clock.after(timeout, done);
      this.#readers.add(done);
    });
  }
}

function recordOf(packet: Packet): PacketRecord {
  const { name, fields } = packetOf(packet.type)!;
  const data: Record<string, string> = {};
  fields.forEach((field, i) => data[field] = packet.text(i));
  // gearmand 1.1.20 leaves a NUL behind the handle where it makes a failure of an exception.
  if (name === "work_fail") data.handle = data.handle.replace(/\0$/, "");
  const payload = fields.length === 0 ? new Uint8Array(0) : packet.keepData();
  return { function: name, type: packet.type, data, payload };
}

function bytesOf(value: Payload): Uint8Array {
  return typeof value === "string" ? encoder.encode(value) : value;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The same promise, whose rejection may go unheard: PHP's caller has nothing to await. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
