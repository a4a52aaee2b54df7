/**
 * A socket over a stream that is read by asking, one promise a read: Deno's and workerd's.
 *
 * @module
 */
import type { LinkError, LinkErrorCode } from "../errors.ts";
import { linkError } from "./link_error.ts";
import type { Address, PeerCertificate, Sink, Socket } from "./socket.ts";

/** What a {@linkcode PullSocket} does to its stream. All may reject with an error of the runtime's. */
export interface PullStream {
  /**
   * One read: the number of bytes that it put into the sink's space, or a chunk of its own.
   * Undefined: the peer has finished.
   */
  read(sink: Sink): Promise<number | Uint8Array | undefined>;
  /** Writes all of `bytes`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Sends a FIN. */
  finish(): Promise<void>;
  /** Closes both ways, now; reads and writes under way end. Does not throw. */
  destroy(reason: LinkError): void;
  /** What an error of the others means. */
  codeOf(error: unknown): LinkErrorCode;
}

/** A {@linkcode Socket} over a {@linkcode PullStream}. */
export class PullSocket implements Socket {
  readonly remote: Address;
  readonly certificate: PeerCertificate | undefined;
  readonly #stream: PullStream;
  #sink: Sink | undefined;
  /** The sink has said stop. */
  #stopped = false;
  /** Nothing is given to the sink any more, but for the end. */
  #closing = false;
  /** The write under way. */
  #writing: Promise<void> | undefined;
  #finishing: Promise<void> | undefined;
  #finished = false;
  #peerFinished = false;
  /** Why the socket is closed, from when it is. */
  #closed: LinkError | undefined;
  #told = false;

  constructor(stream: PullStream, remote: Address, certificate?: PeerCertificate) {
    this.#stream = stream;
    this.remote = remote;
    this.certificate = certificate;
  }

  pump(sink: Sink): void {
    this.#sink = sink;
    if (this.#closed === undefined) this.#read(sink);
    else this.#tellSoon(this.#closed);
  }

  resume(): void {
    if (!this.#stopped || this.#sink === undefined) return;
    this.#stopped = false;
    this.#read(this.#sink);
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#closed !== undefined || this.#closing || this.#finishing !== undefined) {
      return Promise.reject(this.#closed ?? linkError("CLOSED", this.remote));
    }
    return this.#writing = this.#write(bytes);
  }

  finish(): Promise<void> {
    return this.#finishing ??= this.#finish();
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.finish().catch(() => {});
    this.#shut(linkError("CLOSED", this.remote));
  }

  destroy(): void {
    this.#shut(linkError("CLOSED", this.remote));
  }

  async #read(sink: Sink): Promise<void> {
    try {
      while (!this.#closing && !this.#stopped) {
        const read = await this.#stream.read(sink);
        if (this.#closing) return;
        if (read === undefined) return this.#readToEnd();
        this.#stopped = !(typeof read === "number" ? sink.filled(read) : sink.push(read));
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #readToEnd(): void {
    this.#peerFinished = true;
    this.#tell(undefined);
    this.#closeIfDone();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#stream.write(bytes);
    } catch (error) {
      throw this.#fail(error);
    } finally {
      this.#writing = undefined;
    }
  }

  async #finish(): Promise<void> {
    await this.#writing?.catch(() => {});
    if (this.#closed !== undefined) throw this.#closed;
    try {
      await this.#stream.finish();
    } catch (error) {
      throw this.#fail(error);
    }
    this.#finished = true;
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (this.#finished && this.#peerFinished) this.#shut(linkError("CLOSED", this.remote));
  }

  /** Closes for an error of the runtime's. Gives the reason, which may be an earlier one. */
  #fail(error: unknown): LinkError {
    return this.#shut(linkError(this.#stream.codeOf(error), this.remote, error));
  }

  #shut(reason: LinkError): LinkError {
    if (this.#closed !== undefined) return this.#closed;
    this.#closing = true;
    this.#closed = reason;
    this.#stream.destroy(reason);
    this.#tellSoon(reason);
    return reason;
  }

  #tellSoon(reason: LinkError): void {
    queueMicrotask(() => this.#tell(reason));
  }

  #tell(reason: LinkError | undefined): void {
    if (this.#told || this.#sink === undefined) return;
    this.#told = true;
    this.#sink.ended(reason);
  }
}
