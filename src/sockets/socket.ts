/**
 * The contract between the library and a runtime's sockets. Each adapter in this folder keeps it;
 * nothing outside the folder knows which one is at work.
 *
 * Bytes are not delivered but fetched: a sink tells the socket where to put what it reads, so that
 * a runtime that can read in place copies nothing. Runtimes that own their chunks push them.
 *
 * @module
 */
import type { LinkError } from "../errors.ts";

/** How TLS is spoken when dialling. PEM text throughout. */
export interface DialTls {
  /** Certificates to trust in place of the system's. */
  readonly ca?: string | readonly string[];
  /** The certificate to show, when the server asks for one. */
  readonly cert?: string;
  /** Its private key. */
  readonly key?: string;
  /** The name to ask for and to check. Default: the host. */
  readonly serverName?: string;
}

/** How TLS is spoken when listening. PEM text throughout. */
export interface ListenTls {
  readonly cert: string;
  readonly key: string;
  /** When given, a client must show a certificate that one of these has signed. */
  readonly ca?: string | readonly string[];
  /**
   * Milliseconds within which a client must have shaken hands, or it is hung up on: from 1 to an
   * hour. Default 10,000.
   */
  readonly handshakeTimeout?: number;
}

/** Milliseconds that {@linkcode ListenTls.handshakeTimeout} is by default. */
export const DEFAULT_HANDSHAKE_TIMEOUT = 10_000;

/** A host and a port. An IPv6 literal stands without brackets. */
export interface TcpAddress {
  readonly host: string;
  readonly port: number;
  readonly tls?: DialTls;
}

/** A host and a port where TLS is spoken. */
export interface TlsAddress extends TcpAddress {
  readonly tls: DialTls;
}

/** A unix socket. */
export interface UnixAddress {
  readonly path: string;
}

/** Where a server is. */
export type Address = TcpAddress | UnixAddress;

/** A host and a port to listen on. Port 0 takes a free one. An IPv6 literal stands without brackets. */
export interface TcpListenAddress {
  readonly host: string;
  readonly port: number;
  readonly tls?: ListenTls;
}

/** A host and a port to speak TLS on. */
export interface TlsListenAddress extends TcpListenAddress {
  readonly tls: ListenTls;
}

/** Where to listen. */
export type ListenAddress = TcpListenAddress | UnixAddress;

/**
 * Where a socket puts what it reads. A socket may use both ways in, but calls nothing between
 * {@linkcode space} and its {@linkcode filled}. No method throws; each may call the socket's methods.
 */
export interface Sink {
  /** Room for one read; never empty. The read may come much later: until then the place is the socket's. */
  space(): Uint8Array;
  /** `count` bytes now stand at the start of the last {@linkcode space}. False: stop until `resume()`. */
  filled(count: number): boolean;
  /** A chunk that the runtime owns; it stays untouched by the runtime. False: stop until `resume()`. */
  push(chunk: Uint8Array): boolean;
  /**
   * Nothing more will be read. Called exactly once, whatever the cause. No reason: the peer has
   * finished, and may still be written to. With a reason the socket is closed; the code is `CLOSED`
   * when this side closed it.
   */
  ended(reason?: LinkError): void;
}

/** The certificate that a client has shown, and that one of the listener's authorities has signed. */
export interface PeerCertificate {
  /** The common names of its subject: mostly one. */
  readonly names: readonly string[];
  /** SHA-256 of the whole certificate: 32 numbers in capital hex, colons between them. */
  readonly fingerprint: string;
}

/**
 * An open byte stream to a peer. Once both sides have finished it closes by itself; until then its
 * owner must call `close()` or `destroy()`.
 */
export interface Socket {
  /** Who is at the far end. */
  readonly remote: Address;
  /** Of what was accepted where `tls.ca` is given: what the client has shown. Otherwise undefined. */
  readonly certificate?: PeerCertificate;
  /**
   * Begins to read into the sink. Called once; what came earlier has waited. Neither this nor
   * {@linkcode resume} gives the sink anything before it returns.
   */
  pump(sink: Sink): void;
  /** Reads on, after the sink had said stop. Otherwise without effect. */
  resume(): void;
  /**
   * Writes all of `bytes`, in the order of the calls. Undefined: the runtime has taken them, and
   * the caller may reuse the memory. A promise: that will be so when it resolves; it rejects with
   * a {@linkcode LinkError}. No second write is made while one is pending.
   */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** Sends what was written and then a FIN; reading goes on. Rejects as a write does. */
  finish(): Promise<void>;
  /**
   * Stops reading, sends what was written, then closes both ways. Never rejects; safe to call twice.
   * Bytes of the peer that were not read, or come later, may turn the end that it sees into a reset,
   * by which it may lose what it has not yet read: where that matters, {@linkcode finish} and read
   * to the end first.
   */
  close(): Promise<void>;
  /**
   * Closes both ways, now. Pending writes reject. Safe to call twice, and after `close()`. The peer
   * sees an end, clean or `RESET` as the runtime has it.
   */
  destroy(): void;
}

/** Options for {@linkcode Dial}. */
export interface DialOptions {
  /** Gives up, and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the dial rejects with `DIAL_TIMEOUT`. Default 10,000. */
  readonly timeout?: number;
  /**
   * Milliseconds of silence before TCP keep-alive probes. Default 60,000; 0 turns it off. Deno takes
   * the system's time instead, and workerd has no such option.
   */
  readonly keepAlive?: number;
}

/** Milliseconds that {@linkcode DialOptions.timeout} is by default. */
export const DEFAULT_DIAL_TIMEOUT = 10_000;

/** Milliseconds that {@linkcode DialOptions.keepAlive} is by default. */
export const DEFAULT_KEEP_ALIVE = 60_000;

/**
 * Opens a socket, TCP_NODELAY on. Rejects with a {@linkcode LinkError} or the signal's reason.
 *
 * With TLS it resolves when this side's handshake is over and the server's certificate is good. The
 * server may judge ours later: under TLS 1.3 its refusal comes as the sink's end (`TLS`, or `RESET`
 * where something had been written) before the first byte. Only an answer proves that it agreed, so
 * a caller that must know makes a round trip.
 */
export type Dial = (to: Address, options?: DialOptions) => Promise<Socket>;

/** A socket that listens. */
export interface Listener {
  /** Where it listens, with the port it was given. */
  readonly address: Address;
  /** Accepts no more, and removes the path of a unix socket. Accepted sockets stay open. */
  close(): Promise<void>;
}

/** Room for those who shake hands, and whom nobody has accepted yet. */
export interface Lobby {
  /** Somebody has come. False: there is no room, and the connection is closed. */
  enter(): boolean;
  /** Somebody who had entered has left: to be accepted now, or for good. */
  leave(): void;
}

/**
 * Opens a listener, TCP_NODELAY and keep-alive on what it accepts. Rejects with a
 * {@linkcode LinkError}, or with a `RangeError` where `tls.handshakeTimeout` is none. `accept` must
 * not throw. With TLS, whoever comes goes through the `lobby`, if there is one.
 */
export type Listen = (
  at: ListenAddress,
  accept: (socket: Socket) => void,
  lobby?: Lobby,
) => Promise<Listener>;

/** `host:port`, `[v6]:port` or `unix:path`, for messages and keys. */
export function addressText(address: Address): string {
  if ("path" in address) return `unix:${address.path}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${address.tls === undefined ? "" : "tls://"}${host}:${address.port}`;
}

/** Whether TLS is to be spoken there. */
export function wantsTls(address: Address): address is TlsAddress;
export function wantsTls(address: ListenAddress): address is TlsListenAddress;
export function wantsTls(address: Address | ListenAddress): boolean {
  return "port" in address && address.tls !== undefined;
}
