/**
 * TLS on Deno: Node's, spoken over a connection of Deno's own.
 *
 * Deno's `connectTls` takes no server name and its `startTls` no client certificate, both trust the
 * system's authorities beside the given ones, and its listener never asks for a certificate. Its
 * `node:tls` does all that, but calls bytes written that it still holds: it neither feels a peer
 * that does not read, nor sends on what it holds when it is closed. So the ciphertext passes through
 * a stream of ours, which knows when all of it is out, and reads only when somebody wants to read.
 *
 * @module
 */
import { Duplex } from "node:stream";
import { setImmediate } from "node:timers";
import { connect, createServer, type TLSSocket } from "node:tls";
import type { LinkErrorCode } from "../errors.ts";
import { Handshakes } from "./handshakes.ts";
import { errnoCode, linkError } from "./link_error.ts";
import { peerCertificate } from "./peer_certificate.ts";
import { PullSocket, type PullStream } from "./pull_socket.ts";
import type { Address, Lobby, Socket, TlsAddress, TlsListenAddress } from "./socket.ts";
import { dialSettings, type ListenSettings, listenSettings, withPems } from "./tls_settings.ts";

/** What is used of the connection underneath. */
export interface Conn {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
}

/** Bytes of ciphertext read at once. */
const READ_BYTES = 64 * 1024;

/** Shakes hands with the server behind `conn`, and closes it when that fails or is given up. */
export function secure(conn: Conn, to: TlsAddress, givenUp: AbortSignal): Promise<Socket> {
  const wire = new Wire(conn);
  return new Promise<Socket>((resolve, reject) => {
    givenUp.throwIfAborted();
    givenUp.addEventListener("abort", () => wire.destroy(), { once: true });
    // Deno itself calls expired certificates unverified, and then shows nothing of them: so the
    // check is its own, and what follows from it is ours.
    const settings = { ...dialSettings(to), socket: wire, rejectUnauthorized: false } as const;
    const tls = withPems(to, () => connect(settings));
    const stream = new TlsStream(tls, wire);
    const fail = (error: unknown) => reject(linkError("TLS", to, error));
    tls.once("error", fail);
    wire.once("end", () => fail(new Error("an end within the handshake")));
    tls.once("secureConnect", () => {
      if (tls.authorized === true) resolve(new PullSocket(stream, to));
      else fail(problemWith(tls, to));
    });
  }).catch((error) => {
    wire.destroy();
    throw error;
  });
}

/** Why the certificate of a server was not accepted. */
function problemWith(tls: TLSSocket, to: TlsAddress): Error {
  const { valid_from: from, valid_to: until, subjectaltname: names } = tls.getPeerCertificate();
  const said = String(tls.authorizationError);
  if (said === "ERR_TLS_CERT_ALTNAME_INVALID") {
    const { serverName = to.host } = to.tls;
    return new Error(`a certificate for ${names}, and not for ${serverName}`);
  }
  const now = Date.now();
  if (Date.parse(until) < now) return new Error(`a certificate that has expired: ${until}`);
  if (Date.parse(from) > now) return new Error(`a certificate that is not good before ${from}`);
  return new Error(`a certificate that no trusted authority has signed: ${said}`);
}

/** Makes TLS sockets of a listener's connections. */
export class Securing {
  readonly #settings: ListenSettings;
  readonly #accept: (socket: Socket) => void;
  readonly #handshakes: Handshakes;

  /** Throws when the certificates are none, or the time for a handshake is. */
  constructor(at: TlsListenAddress, accept: (socket: Socket) => void, lobby?: Lobby) {
    this.#settings = listenSettings(at);
    this.#handshakes = new Handshakes(at.tls, lobby);
    this.#accept = accept;
    withPems(at, () => createServer(this.#settings));
  }

  /** Shakes hands, and only then accepts. */
  open(conn: Conn, remote: Address): void {
    const wire = new Wire(conn);
    const giveUp = () => void wire.destroy();
    const isOver = this.#handshakes.begin(giveUp);
    if (isOver === undefined) return giveUp();
    wire.once("close", isOver);
    // One for each connection, to know whose handshake is over. It never listens.
    const server = createServer(this.#settings, (tls) => {
      isOver();
      wire.off("end", giveUp);
      const shown = this.#settings.requestCert ? tls.getPeerCertificate() : null;
      this.#accept(new PullSocket(new TlsStream(tls, wire), remote, peerCertificate(shown)));
    });
    server.on("tlsClientError", giveUp);
    wire.once("end", giveUp);
    server.emit("connection", wire);
  }

  /** Gives up on the handshakes under way. */
  close(): void {
    this.#handshakes.close();
  }
}

/** The way of the ciphertext. */
class Wire extends Duplex {
  readonly #conn: Conn;
  /** Whether somebody wants to read: at first, who shakes hands. */
  #open = true;
  /** TLS has asked for more. */
  #asked = false;
  #reading = false;
  #writing = false;

  constructor(conn: Conn) {
    super({ allowHalfOpen: true });
    this.#conn = conn;
    // Whoever speaks TLS over it hears of its errors as of an end.
    this.on("error", () => {});
  }

  /** Lets ciphertext in, or holds it back. */
  set open(open: boolean) {
    this.#open = open;
    this.#pull();
  }

  /** Resolves when all that TLS has to send is with the system. */
  async drained(): Promise<void> {
    // TLS hands on its next piece in the turn after the one before has been taken.
    for (let quiet = 0; quiet < 2 && !this.destroyed;) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.#writing || this.writableLength > 0 ? 0 : quiet + 1;
    }
  }

  override _read(): void {
    this.#asked = true;
    this.#pull();
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    this.#writing = true;
    this.#writeAll(chunk).then(() => done(), done);
  }

  override _final(done: (error?: Error) => void): void {
    this.#conn.closeWrite().then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#conn.close();
    done(error);
  }

  async #writeAll(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length;) at += await this.#conn.write(chunk.subarray(at));
    this.#writing = false;
  }

  async #pull(): Promise<void> {
    if (!this.#asked || !this.#open || this.#reading || this.destroyed) return;
    this.#reading = true;
    try {
      const place = new Uint8Array(READ_BYTES);
      const count = await this.#conn.read(place);
      this.#asked = false;
      this.#reading = false;
      this.push(count === null ? null : place.subarray(0, count));
    } catch (error) {
      this.destroy(error as Error);
    }
  }
}

/** The way of the plaintext. */
class TlsStream implements PullStream {
  readonly #tls: TLSSocket;
  readonly #wire: Wire;
  #ended = false;
  #error: Error | undefined;
  #wake: () => void = () => {};

  constructor(tls: TLSSocket, wire: Wire) {
    this.#tls = tls;
    this.#wire = wire;
    const failed = (error: Error) => {
      this.#error ??= error;
      this.#wake();
    };
    tls.on("error", failed);
    wire.on("error", failed);
    tls.on("readable", () => this.#wake());
    tls.on("end", () => {
      this.#ended = true;
      this.#wake();
    });
  }

  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk: Uint8Array | null = this.#tls.read();
      // A plain view: the slice() of Node's Buffer would not copy, as everyone expects it to.
      if (chunk !== null) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return undefined;
      const woken = new Promise<void>((resolve) => this.#wake = resolve);
      this.#wire.open = true;
      await woken;
      this.#wire.open = false;
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#done((done) => this.#tls.write(bytes, done));
  }

  async finish(): Promise<void> {
    await this.#done((done) => this.#tls.end(done));
  }

  destroy(): void {
    this.#tls.destroy();
    this.#wire.destroy();
    this.#wake();
  }

  codeOf(error: unknown): LinkErrorCode {
    return errnoCode(error, "open");
  }

  async #done(act: (done: (error?: Error | null) => void) => void): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      act((error) => error ? reject(this.#error ?? error) : resolve());
    });
    await this.#wire.drained();
    if (this.#error !== undefined) throw this.#error;
  }
}
