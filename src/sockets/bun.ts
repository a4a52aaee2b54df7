/**
 * Sockets on Bun: its own, for TCP, unix sockets and TLS. Bun makes a chunk of each read. It is copied
 * to where the sink wants it, and its memory is freed at once: left to the collector, it has gone back
 * to the system by the time that it is wanted for the next.
 *
 * @module
 */
import type { LinkError } from "../errors.ts";
import { dialInTime } from "./dialling.ts";
import { Handshakes } from "./handshakes.ts";
import { errnoCode, linkError } from "./link_error.ts";
import { type CertificateView, peerCertificate } from "./peer_certificate.ts";
import {
  type Address,
  DEFAULT_KEEP_ALIVE,
  type DialOptions,
  type DialTls,
  type ListenAddress,
  type Listener,
  type ListenTls,
  type Lobby,
  type PeerCertificate,
  type Sink,
  type Socket,
  wantsTls,
} from "./socket.ts";

/** What is used of Bun's sockets. */
interface BunStream {
  data: BunSocket;
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  /** Gives the number of bytes taken; -1 when the socket is closed. */
  write(bytes: Uint8Array): number;
  /** Not before the handshake. */
  getPeerCertificate(): CertificateView;
  shutdown(): void;
  end(): void;
  terminate(): void;
  pause(): void;
  resume(): void;
  setNoDelay(on: boolean): boolean;
  setKeepAlive(on: boolean, milliseconds: number): boolean;
}

interface Handlers {
  readonly binaryType: "uint8array";
  open(stream: BunStream): void;
  handshake(stream: BunStream, success: boolean, problem: Error | null): void;
  data(stream: BunStream, chunk: Uint8Array): void;
  drain(stream: BunStream): void;
  end(stream: BunStream): void;
  error(stream: BunStream, error: Error): void;
  close(stream: BunStream, error?: Error): void;
}

interface BunTls extends Omit<DialTls, "ca">, Omit<Partial<ListenTls>, "ca"> {
  readonly ca?: string | string[];
  readonly requestCert?: boolean;
  readonly rejectUnauthorized: boolean;
}

type Where = ({ hostname: string; port: number } | { unix: string }) & {
  readonly tls?: BunTls;
  readonly allowHalfOpen: true;
};

interface Bun {
  connect(options: Where & { socket: Handlers; data: BunSocket }): Promise<unknown>;
  listen(options: Where & { socket: Handlers }): { readonly port?: number; stop(): void };
}

const { Bun } = globalThis as unknown as { Bun: Bun };

/** Dials from Bun. See {@linkcode Dial}. */
export function dial(to: Address, options: DialOptions = {}): Promise<Socket> {
  return dialInTime(to, options, (givenUp) =>
    new Promise((resolve, reject) => {
      const socket: BunSocket = new BunSocket(to, {
        tls: wantsTls(to) ? { needsCertificate: true } : undefined,
        keepAlive: options.keepAlive,
        opened: () => resolve(socket),
        failed: reject,
      });
      givenUp.addEventListener("abort", () => socket.destroy(), { once: true });
      connect(to, socket).catch((error) => {
        reject(linkError(errnoCode(error, "dial"), to, error));
      });
    }));
}

/** Async, so that what Bun throws within the call rejects too. */
async function connect(to: Address, data: BunSocket): Promise<void> {
  const tls = wantsTls(to) ? tlsOf(to.tls) : undefined;
  await Bun.connect({ ...whereOf(to), tls, data, socket: handlers });
}

function whereOf(address: Address | ListenAddress): Where {
  return "path" in address
    ? { unix: address.path, allowHalfOpen: true }
    : { hostname: address.host, port: address.port, allowHalfOpen: true };
}

/** Never empty: for Bun an empty object means no TLS. */
function tlsOf(tls: DialTls | ListenTls): BunTls {
  return {
    ...tls,
    ca: typeof tls.ca === "object" ? [...tls.ca] : tls.ca,
    rejectUnauthorized: true,
  };
}

/** Bun's events go to the socket of ours that stands in `data`. */
const handlers: Handlers = {
  binaryType: "uint8array",
  open: (stream) => stream.data.onOpen(stream),
  handshake: (stream, success, problem) => stream.data.onHandshake(success, problem),
  data: (stream, chunk) => stream.data.onData(chunk),
  drain: (stream) => stream.data.onDrain(),
  end: (stream) => stream.data.onEnd(),
  error: (stream, error) => stream.data.onError(error),
  close: (stream, error) => stream.data.onClose(error),
};

/** How a socket comes to be, and who waits for it. */
interface Opening {
  /** Whether a handshake comes first, and the peer must show a good certificate in it. */
  readonly tls:
    | { readonly needsCertificate: boolean }
    | undefined;
  readonly keepAlive?: number;
  opened(): void;
  failed(reason: LinkError): void;
}

/** A write that waits for the kernel to have room. */
interface Waiting {
  rest: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (reason: LinkError) => void;
}

/** Shorter chunks are left to the collector, for which they are no work. */
const FREED_BYTES = 4 * 1024;

class BunSocket implements Socket {
  readonly remote: Address;
  certificate: PeerCertificate | undefined;
  #stream: BunStream | undefined;
  #opening: Opening | undefined;
  #sink: Sink | undefined;
  /** Nothing may be shown to the sink: it has said stop, or there is none yet. */
  #stopped = true;
  /** What Bun delivered in spite of that. */
  #early: Uint8Array[] = [];
  #waiting: Waiting | undefined;
  /** The last write that had to wait. */
  #writing: Promise<void> | undefined;
  #finishing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  /** What Bun said was wrong, before it closed. */
  #error: LinkError | undefined;
  /** Why the socket is closed, from when it is. */
  #closed: LinkError | undefined;
  /** Why nothing more is read, from when that is known. */
  #end: { readonly reason: LinkError | undefined } | undefined;
  #told = false;

  constructor(remote: Address, opening: Opening) {
    this.remote = remote;
    this.#opening = opening;
  }

  pump(sink: Sink): void {
    this.#sink = sink;
    this.resume();
  }

  resume(): void {
    if (!this.#stopped || this.#sink === undefined) return;
    this.#stopped = false;
    if (this.#early.length === 0 && this.#end === undefined) this.#stream?.resume();
    else queueMicrotask(() => this.#showEarly());
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#finishing !== undefined || this.#closing !== undefined) {
      return Promise.reject(linkError("CLOSED", this.remote));
    }
    const taken = this.#closed === undefined ? this.#stream!.write(bytes) : -1;
    if (taken === bytes.length) return undefined;
    if (taken < 0) return Promise.reject(this.#closed ?? linkError("CLOSED", this.remote));
    return this.#writing = new Promise((resolve, reject) => {
      this.#waiting = { rest: bytes.subarray(taken), resolve, reject };
    });
  }

  finish(): Promise<void> {
    return this.#finishing ??= this.#finish();
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  destroy(): void {
    if (this.#closed !== undefined) return;
    this.#shut(linkError("CLOSED", this.remote));
    this.#stream?.terminate();
  }

  onOpen(stream: BunStream): void {
    this.#stream = stream;
    if (this.#closed !== undefined) return stream.terminate();
    stream.setNoDelay(true);
    const { tls, keepAlive = DEFAULT_KEEP_ALIVE } = this.#opening!;
    if (keepAlive > 0) stream.setKeepAlive(true, keepAlive);
    if (tls === undefined) this.#opened();
  }

  onHandshake(success: boolean, problem: Error | null): void {
    if (success && !(problem && this.#opening?.tls?.needsCertificate)) return this.#opened();
    // Bun tells the peer, and closes.
    this.#blame(problem);
  }

  onData(chunk: Uint8Array): void {
    if (this.#end !== undefined) return;
    if (this.#stopped) this.#early.push(chunk);
    else this.#show(chunk);
  }

  onDrain(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const taken = this.#stream!.write(waiting.rest);
    if (taken < 0) return;
    waiting.rest = waiting.rest.subarray(taken);
    if (waiting.rest.length > 0) return;
    this.#waiting = undefined;
    waiting.resolve();
  }

  onEnd(): void {
    this.#ended(undefined);
    if (this.#finishing !== undefined) this.#finishing.then(() => this.close(), () => {});
  }

  /** Of TLS, after the handshake; and of a sink that throws, which Bun leaves open. */
  onError(error: Error): void {
    this.#blame(error);
    this.#stream?.terminate();
  }

  onClose(error?: Error): void {
    if (error !== undefined || this.#opening !== undefined) this.#blame(error);
    // A peer that finishes after us is announced by this alone.
    if (this.#error === undefined) this.#ended(undefined);
    this.#shut(this.#error ?? linkError("CLOSED", this.remote));
  }

  #blame(error: unknown): void {
    const code = this.#opening === undefined ? errnoCode(error, "open") : "TLS";
    this.#error ??= linkError(code, this.remote, error);
  }

  #opened(): void {
    this.#stream!.pause();
    const opening = this.#opening;
    this.#opening = undefined;
    opening?.opened();
  }

  #show(chunk: Uint8Array): void {
    if (this.#give(this.#sink!, chunk)) return;
    this.#stopped = true;
    this.#stream!.pause();
  }

  #give(sink: Sink, chunk: Uint8Array): boolean {
    const { length } = chunk;
    for (let at = 0;;) {
      const space = sink.space();
      const count = Math.min(space.length, length - at);
      space.set(count === length ? chunk : chunk.subarray(at, at + count));
      at += count;
      if (at === length && length >= FREED_BYTES) free(chunk);
      const goesOn = sink.filled(count);
      if (at === length || this.#closed !== undefined || this.#closing !== undefined) return goesOn;
      if (goesOn) continue;
      this.#early.unshift(chunk.subarray(at));
      return false;
    }
  }

  #showEarly(): void {
    while (!this.#stopped && this.#early.length > 0) this.#show(this.#early.shift()!);
    if (this.#stopped) return;
    if (this.#end === undefined) this.#stream?.resume();
    else this.#tell();
  }

  async #finish(): Promise<void> {
    await this.#writing?.catch(() => {});
    if (this.#closed !== undefined) throw this.#closed;
    this.#stream!.shutdown();
    // Bun closes a socket whose peer finishes after us; the other order is left to us.
    if (this.#end !== undefined) this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#early = [];
    this.#ended(linkError("CLOSED", this.remote));
    await this.#writing?.catch(() => {});
    if (this.#closed === undefined) this.#stream!.end();
  }

  #shut(reason: LinkError): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#opening?.failed(reason);
    this.#opening = undefined;
    this.#waiting?.reject(reason);
    this.#waiting = undefined;
    this.#early = [];
    this.#ended(reason);
  }

  #ended(reason: LinkError | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = { reason };
    queueMicrotask(() => this.#tell());
  }

  /** A clean end waits behind what the sink has not yet seen. */
  #tell(): void {
    if (this.#told || this.#sink === undefined || this.#end === undefined) return;
    if (this.#end.reason === undefined && (this.#stopped || this.#early.length > 0)) return;
    this.#told = true;
    this.#sink.ended(this.#end.reason);
  }
}

/** Gives back the memory of a chunk that nobody has seen. */
function free(chunk: Uint8Array): void {
  // For the memory of Bun's chunks is theirs alone; were it not, it would stay.
  const buffer = chunk.buffer as ArrayBuffer & { transfer(size: number): ArrayBuffer };
  if (buffer.byteLength === chunk.length) buffer.transfer(0);
}

/** Listens on Bun. See {@linkcode Listen}. */
// deno-lint-ignore require-await -- so that what Bun throws within the call rejects.
export async function listen(
  at: ListenAddress,
  accept: (socket: Socket) => void,
  lobby?: Lobby,
): Promise<Listener> {
  const needsCertificate = wantsTls(at) && at.tls.ca !== undefined;
  const handshakes = wantsTls(at) ? new Handshakes(at.tls, lobby) : undefined;
  const tls = wantsTls(at) ? { ...tlsOf(at.tls), requestCert: needsCertificate } : undefined;
  const open = (stream: BunStream) => {
    const socket: BunSocket = new BunSocket(peerOf(stream, at), {
      tls: tls && { needsCertificate },
      opened: () => {
        isOver?.();
        if (needsCertificate) socket.certificate = peerCertificate(stream.getPeerCertificate());
        accept(socket);
      },
      failed: () => isOver?.(),
    });
    const isOver = handshakes?.begin(() => socket.destroy());
    if (handshakes !== undefined && isOver === undefined) socket.destroy();
    stream.data = socket;
    socket.onOpen(stream);
  };
  try {
    const listener = Bun.listen({ ...whereOf(at), tls, socket: { ...handlers, open } });
    return new BunListener(listener, at, handshakes);
  } catch (error) {
    throw linkError(errnoCode(error, "listen"), at, error);
  }
}

/** Who came. Of one who has gone again by now, Bun knows no address. */
function peerOf(stream: BunStream, at: ListenAddress): Address {
  return "path" in at
    ? { path: at.path }
    : { host: stream.remoteAddress ?? "", port: stream.remotePort ?? 0 };
}

class BunListener implements Listener {
  readonly address: Address;
  readonly #stop: () => void;

  constructor(
    listener: { readonly port?: number; stop(): void },
    at: ListenAddress,
    handshakes: Handshakes | undefined,
  ) {
    this.#stop = () => {
      listener.stop();
      handshakes?.close();
    };
    this.address = "path" in at
      ? { path: at.path }
      : { host: at.host, port: listener.port ?? at.port };
  }

  close(): Promise<void> {
    this.#stop();
    return Promise.resolve();
  }
}
