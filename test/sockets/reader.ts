/**
 * A sink for tests: keeps what it is given, lets a test wait for it, and notes every breach of the
 * contract by the socket.
 *
 * @module
 */
import type { LinkError } from "../../src/errors.ts";
import { joined } from "../../src/joined.ts";
import type { Sink } from "../../src/sockets/socket.ts";

/** Bytes offered for a read in place. */
const SPACE_BYTES = 32 * 1024;

/** A sink that keeps everything. */
export class Reader implements Sink {
  /** What the socket did that it must not do. */
  readonly faults: string[] = [];
  /** Reads so far, of either kind. */
  reads = 0;
  /** Bytes so far. */
  length = 0;
  /** Settles with what {@linkcode Sink.ended} was given. */
  readonly end: Promise<LinkError | undefined>;
  readonly #chunks: Uint8Array[] = [];
  readonly #keepReading: () => boolean;
  #place: Uint8Array | undefined;
  #stopped = false;
  #ended = false;
  #endWith!: (reason: LinkError | undefined) => void;
  #wanted = Infinity;
  #enough: () => void = () => {};

  /** `keepReading` is asked after each read. Default: always. */
  constructor(keepReading: () => boolean = () => true) {
    this.#keepReading = keepReading;
    this.end = new Promise((resolve) => this.#endWith = resolve);
  }

  /** All bytes so far. */
  get bytes(): Uint8Array {
    return joined(this.#chunks);
  }

  /** All bytes so far, as text. */
  get text(): string {
    return new TextDecoder().decode(this.bytes);
  }

  /** Resolves when there are so many bytes. */
  has(length: number): Promise<void> {
    if (this.length >= length) return Promise.resolve();
    this.#wanted = length;
    return new Promise((resolve) => this.#enough = resolve);
  }

  /** To be called just before `socket.resume()`. */
  resuming(): void {
    this.#stopped = false;
  }

  space(): Uint8Array {
    if (this.#ended) this.faults.push("space() was asked for after the end");
    // Never the same place twice: whoever reads into an old one is found out.
    return this.#place = new Uint8Array(SPACE_BYTES);
  }

  filled(count: number): boolean {
    const place = this.#place;
    this.#place = undefined;
    if (place === undefined) {
      this.faults.push("filled() came without space()");
      return true;
    }
    if (count < 1 || count > place.length) this.faults.push(`filled() was given ${count}`);
    return this.#take(place.subarray(0, count));
  }

  push(chunk: Uint8Array): boolean {
    if (this.#place !== undefined) this.faults.push("push() came between space() and filled()");
    if (chunk.constructor !== Uint8Array) this.faults.push("push() was given a subclass");
    if (chunk.length === 0) this.faults.push("push() was given nothing");
    return this.#take(chunk);
  }

  ended(reason?: LinkError): void {
    if (this.#ended) this.faults.push("ended() was called twice");
    this.#ended = true;
    this.#endWith(reason);
  }

  #take(chunk: Uint8Array): boolean {
    if (this.#ended) this.faults.push("bytes came after the end");
    if (this.#stopped) this.faults.push("bytes came after stop");
    this.reads++;
    this.length += chunk.length;
    this.#chunks.push(chunk);
    if (this.length >= this.#wanted) this.#enough();
    const more = this.#keepReading();
    this.#stopped = !more;
    return more;
  }
}
