/**
 * A socket over one of Node's: what plain and TLS sockets, dialled and accepted, have in common.
 *
 * @module
 */
import type { LinkError } from "../errors.ts";
import { errnoCode, linkError } from "./link_error.ts";
import type { Address, PeerCertificate, Sink, Socket } from "./socket.ts";

/** What is used of `net.Socket` and `tls.TLSSocket`. */
export interface NodeStream {
  readonly destroyed: boolean;
  readonly errored: Error | null;
  readonly writableEnded: boolean;
  readonly writableLength: number;
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "end" | "close", listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
  write(bytes: Uint8Array, done: (error?: Error | null) => void): boolean;
  end(done: (error?: Error | null) => void): unknown;
  destroySoon(): void;
  destroy(): unknown;
}

/** Where a stream puts its bytes, if it does not hand out chunks of its own. */
export interface Landing {
  /** Set while somebody is to be shown the bytes; without one they are dropped. */
  sink: Sink | undefined;
}

/** A {@linkcode Socket} over a stream of Node's that has been opened, and does not flow yet. */
export class NodeSocket implements Socket {
  readonly remote: Address;
  readonly certificate: PeerCertificate | undefined;
  readonly #stream: NodeStream;
  readonly #landing: Landing | undefined;
  /** Resolves when Node has let go of the socket. */
  readonly #gone: Promise<void>;
  #sink: Sink | undefined;
  #closing = false;
  #finishing: Promise<void> | undefined;
  #error: LinkError | undefined;
  /** Why nothing more is read, from when that is known. */
  #end: { readonly reason: LinkError | undefined } | undefined;
  /** Writes whose callback has not come. Node calls them in order, also where it wrote at once. */
  #unconfirmed = 0;
  /** The write that somebody waits for: always the last. */
  #waiting: { resolve: () => void; reject: (reason: LinkError) => void } | undefined;

  constructor(
    stream: NodeStream,
    remote: Address,
    { landing, certificate }: { landing?: Landing; certificate?: PeerCertificate } = {},
  ) {
    this.remote = remote;
    this.certificate = certificate;
    this.#stream = stream;
    this.#landing = landing;
    stream.on("error", (error) => {
      this.#error ??= linkError(errnoCode(error, "open"), remote, error);
    });
    stream.on("end", () => {
      // After an error, which is then the reason: under TLS the alert that refuses our certificate.
      if (!this.#closing) this.#ended(this.#error);
    });
    this.#gone = new Promise((resolve) => {
      stream.on("close", () => {
        const reason = this.#closedError();
        this.#waiting?.reject(reason);
        this.#ended(reason);
        resolve();
      });
    });
  }

  pump(sink: Sink): void {
    this.#sink = sink;
    if (this.#end !== undefined) {
      const { reason } = this.#end;
      return queueMicrotask(() => sink.ended(reason));
    }
    if (this.#landing !== undefined) this.#landing.sink = sink;
    else this.#stream.on("data", (chunk) => this.#read(chunk));
    this.resume();
  }

  resume(): void {
    if (!this.#closing) this.#stream.resume();
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    const stream = this.#stream;
    if (stream.destroyed || stream.writableEnded) return Promise.reject(this.#closedError());
    this.#unconfirmed++;
    stream.write(bytes, this.#wrote);
    // Nothing left to write and no error: the kernel took it within the call.
    if (stream.writableLength === 0 && stream.errored === null) return undefined;
    return new Promise((resolve, reject) => this.#waiting = { resolve, reject });
  }

  finish(): Promise<void> {
    return this.#finishing ??= new Promise((resolve, reject) => {
      this.#stream.end((error) => {
        if (!error) resolve();
      });
      this.#gone.then(() => reject(this.#closedError()));
    });
  }

  close(): Promise<void> {
    if (this.#closing) return this.#gone;
    this.#closing = true;
    // What the peer still sends is read and dropped: left unread, even the tickets of TLS would turn
    // the end that the peer sees into a reset.
    if (this.#landing !== undefined) this.#landing.sink = undefined;
    this.#stream.resume();
    this.#stream.destroySoon();
    return this.#gone;
  }

  destroy(): void {
    this.#closing = true;
    this.#stream.destroy();
  }

  #read(chunk: Uint8Array): void {
    if (this.#closing) return;
    // A plain view: the slice() of Node's Buffer would not copy, as everyone expects it to.
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
    if (this.#sink?.push(bytes) === false) this.#stream.pause();
  }

  readonly #wrote = (error?: Error | null): void => {
    // What failed, and what a destroyed socket calls a success, is left to the end of the socket.
    if (--this.#unconfirmed > 0 || error || this.#stream.destroyed) return;
    this.#waiting?.resolve();
    this.#waiting = undefined;
  };

  #ended(reason: LinkError | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = { reason };
    this.#sink?.ended(reason);
  }

  #closedError(): LinkError {
    return this.#error ?? linkError("CLOSED", this.remote);
  }
}
