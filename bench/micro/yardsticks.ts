/**
 * Decoders that one would write first, to measure ours against: one plain, with an object and
 * strings for each packet; one that parses as ours does, but follows jobs by strings in a map.
 */
import { Buffer } from "node:buffer";
import type { Decoder, Packet } from "../../src/codec/mod.ts";
import { TsDecoder } from "../../src/codec/ts_decoder.ts";
import { ARITY, Command, HEADER_BYTES, MAGIC_REQ, MAGIC_RES } from "../../src/protocol/mod.ts";
import { type Consumer, Job, noJob, type Task } from "./consumers.ts";
import { FUNCTIONS } from "./streams.ts";

/** Bytes in, a sum out. */
export interface Yardstick {
  push(chunk: Uint8Array): void;
  readonly sum: number;
  /** Begins a run, see {@linkcode Consumer}. */
  restart(): void;
}

interface PlainPacket {
  readonly type: number;
  readonly size: number;
  readonly args: readonly string[];
  readonly data: Buffer;
}

/** Jobs and functions by their names. */
class ByName {
  readonly jobs = new Map<string, Job>();
  readonly functions = new Map<string, number>(FUNCTIONS.map((name, slot) => [name, slot]));
  sum = 0;
  #serial = 0;

  restart(): void {
    this.sum = 0;
    this.#serial = 0;
    for (const job of this.jobs.values()) job.bytes = 0;
  }

  begin(handle: string): void {
    this.jobs.set(handle, new Job(++this.#serial & 0xffff));
  }

  assign(handle: string, name: string): void {
    this.begin(handle);
    this.add(this.functions.get(name) ?? noJob());
  }

  status(handle: string, numerator: number, denominator: number): void {
    const job = this.jobs.get(handle) ?? noJob();
    job.numerator = numerator;
    job.denominator = denominator;
    this.add(job.serial + numerator);
  }

  data(handle: string, length: number, kept: Uint8Array | undefined): void {
    const job = this.jobs.get(handle) ?? noJob();
    job.last = kept;
    job.bytes = job.bytes + length & 0xffff;
    this.add(job.serial + job.bytes);
  }

  fail(handle: string): void {
    this.add((this.jobs.get(handle) ?? noJob()).serial);
    this.jobs.delete(handle);
  }

  add(what: number): void {
    this.sum = this.sum + what | 0;
  }
}

/** Concatenates, reads with Buffer's methods, makes an object and strings for each packet. */
export class Plain implements Yardstick {
  readonly #task: Task;
  readonly #by = new ByName();
  #rest: Buffer = Buffer.alloc(0);

  constructor(task: Task) {
    this.#task = task;
  }

  get sum(): number {
    return this.#by.sum;
  }

  restart(): void {
    this.#by.restart();
  }

  push(chunk: Uint8Array): void {
    let bytes = Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= HEADER_BYTES) {
      const magic = bytes.readUInt32BE(0);
      if (magic !== MAGIC_REQ && magic !== MAGIC_RES) throw new Error("Expected a magic");
      const size = bytes.readUInt32BE(8);
      if (bytes.length < HEADER_BYTES + size) break;
      const body = bytes.subarray(HEADER_BYTES, HEADER_BYTES + size);
      this.#packet(parsePlain(bytes.readUInt32BE(4), body));
      bytes = bytes.subarray(HEADER_BYTES + size);
    }
    this.#rest = bytes;
  }

  #packet({ type, size, args, data }: PlainPacket): void {
    const by = this.#by;
    if (this.#task === "framing") {
      const first = args.length > 0 ? args[0].length : data.length;
      by.add(type + size + (ARITY[type] === 0 ? 0 : first));
      return;
    }
    const kept = this.#task === "keep" ? data : undefined;
    switch (type) {
      case Command.JOB_CREATED:
        return by.begin(data.toString());
      case Command.JOB_ASSIGN:
      case Command.JOB_ASSIGN_UNIQ:
        return by.assign(args[0], args[1]);
      case Command.WORK_STATUS:
        return by.status(args[0], Number(args[1]), Number(data.toString()));
      case Command.WORK_DATA:
        return by.data(args[0], data.length, kept);
      case Command.WORK_COMPLETE:
        by.data(args[0], data.length, kept);
        by.jobs.delete(args[0]);
        return;
      case Command.WORK_FAIL:
        return by.fail(data.toString());
      default:
        by.add(type);
    }
  }
}

function parsePlain(type: number, body: Buffer): PlainPacket {
  const args: string[] = [];
  let at = 0;
  for (let i = 1; i < ARITY[type]; i++) {
    const nul = body.indexOf(0, at);
    args.push(body.subarray(at, nul).toString());
    at = nul + 1;
  }
  return { type, size: body.length, args, data: body.subarray(at) };
}

const latin1 = (Buffer.prototype as unknown as {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
}).latin1Slice;

/** Our TypeScript parser without slots, and a string for each handle by the fastest way there is. */
export class Strings implements Yardstick, Consumer {
  readonly #task: Task;
  readonly #by = new ByName();
  readonly #decoder: Decoder = new TsDecoder({ slots: false });

  constructor(task: Task) {
    this.#task = task;
  }

  get sum(): number {
    return this.#by.sum;
  }

  restart(): void {
    this.#by.restart();
  }

  push(chunk: Uint8Array): void {
    this.#decoder.push(chunk, this);
  }

  line(): void {
    noJob();
  }

  fault(error: Error): void {
    throw error;
  }

  packet(packet: Packet): void {
    const by = this.#by;
    const { type, bytes } = packet;
    if (this.#task === "framing" || ARITY[type] === 0) {
      const first = ARITY[type] === 0 ? 0 : packet.endOf(0) - packet.startOf(0);
      by.add(this.#task === "framing" ? type + packet.size + first : type);
      return;
    }
    const handle = latin1.call(bytes, packet.startOf(0), packet.endOf(0));
    switch (type) {
      case Command.JOB_CREATED:
        return by.begin(handle);
      case Command.JOB_ASSIGN:
      case Command.JOB_ASSIGN_UNIQ:
        return by.assign(handle, latin1.call(bytes, packet.startOf(1), packet.endOf(1)));
      case Command.WORK_STATUS:
        return by.status(handle, packet.numerator, packet.denominator);
      case Command.WORK_DATA:
        return this.#data(handle, packet);
      case Command.WORK_COMPLETE:
        this.#data(handle, packet);
        by.jobs.delete(handle);
        return;
      case Command.WORK_FAIL:
        return by.fail(handle);
    }
  }

  #data(handle: string, packet: Packet): void {
    const kept = this.#task === "keep" ? packet.keepData() : undefined;
    this.#by.data(handle, packet.dataSize, kept);
  }
}
