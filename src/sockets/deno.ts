/**
 * Sockets on Deno: its own for TCP and unix sockets, read where the sink says; TLS is Node's, over them.
 *
 * @module
 */
import type { LinkErrorCode } from "../errors.ts";
import { dialInTime } from "./dialling.ts";
import { errnoCode, linkError, type Phase } from "./link_error.ts";
import { PullSocket, type PullStream } from "./pull_socket.ts";
import {
  type Address,
  DEFAULT_KEEP_ALIVE,
  type DialOptions,
  type ListenAddress,
  type Listener,
  type Lobby,
  type Sink,
  type Socket,
  wantsTls,
} from "./socket.ts";

/** What is used of `Deno.Conn`. The last two are missing on a unix socket. */
interface DenoConn {
  readonly remoteAddr: { readonly hostname?: string; readonly port?: number };
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
  setNoDelay?(on: boolean): void;
  setKeepAlive?(on: boolean): void;
}

interface DenoListener {
  readonly addr: { readonly port?: number };
  accept(): Promise<DenoConn>;
  close(): void;
}

type Where = { hostname: string; port: number } | { transport: "unix"; path: string };

interface Deno {
  connect(options: Where & { signal: AbortSignal }): Promise<DenoConn>;
  listen(options: Where): DenoListener;
}

const { Deno } = globalThis as unknown as { Deno: Deno };

/** Milliseconds to wait after a failed accept, which is mostly want of file descriptors. */
const ACCEPT_PAUSE = 20;

/** Deno gives a failed look-up no errno. */
function codeOf(error: unknown, phase: Phase): LinkErrorCode {
  if (error instanceof Error && error.message.startsWith("failed to lookup")) return "UNKNOWN_HOST";
  return errnoCode(error, phase);
}

/** Dials from Deno. See {@linkcode Dial}. */
export function dial(to: Address, options: DialOptions = {}): Promise<Socket> {
  return dialInTime(to, options, async (givenUp) => {
    const conn = await connect(to, givenUp);
    setTcpOptions(conn, options.keepAlive);
    if (!wantsTls(to)) return new PullSocket(new DenoStream(conn), to);
    const { secure } = await import("./deno_tls.ts");
    return secure(conn, to, givenUp);
  });
}

async function connect(to: Address, signal: AbortSignal): Promise<DenoConn> {
  try {
    return await Deno.connect({ ...whereOf(to), signal });
  } catch (error) {
    throw linkError(codeOf(error, "dial"), to, error);
  }
}

function whereOf(address: Address | ListenAddress): Where {
  return "path" in address
    ? { transport: "unix", path: address.path }
    : { hostname: address.host, port: address.port };
}

function setTcpOptions(conn: DenoConn, keepAlive: number = DEFAULT_KEEP_ALIVE): void {
  conn.setNoDelay?.(true);
  conn.setKeepAlive?.(keepAlive > 0);
}

/** Reads where the sink says. */
class DenoStream implements PullStream {
  readonly #conn: DenoConn;

  constructor(conn: DenoConn) {
    this.#conn = conn;
  }

  async read(sink: Sink): Promise<number | undefined> {
    return await this.#conn.read(sink.space()) ?? undefined;
  }

  async write(bytes: Uint8Array): Promise<void> {
    let written = await this.#conn.write(bytes);
    while (written < bytes.length) written += await this.#conn.write(bytes.subarray(written));
  }

  finish(): Promise<void> {
    return this.#conn.closeWrite();
  }

  destroy(): void {
    this.#conn.close();
  }

  codeOf(error: unknown): LinkErrorCode {
    return codeOf(error, "open");
  }
}

/** Listens on Deno. See {@linkcode Listen}. */
export async function listen(
  at: ListenAddress,
  accept: (socket: Socket) => void,
  lobby?: Lobby,
): Promise<Listener> {
  let opening: Opening = {
    open: (conn, remote) => accept(new PullSocket(new DenoStream(conn), remote)),
    close: () => {},
  };
  if (wantsTls(at)) {
    const { Securing } = await import("./deno_tls.ts");
    opening = new Securing(at, accept, lobby);
  }
  try {
    return new DenoListening(Deno.listen(whereOf(at)), at, opening);
  } catch (error) {
    throw linkError(codeOf(error, "listen"), at, error);
  }
}

/** What makes sockets of connections. */
interface Opening {
  open(conn: DenoConn, remote: Address): void;
  /** Gives up on those that are not sockets yet. */
  close(): void;
}

class DenoListening implements Listener {
  readonly address: Address;
  readonly #listener: DenoListener;
  readonly #opening: Opening;
  readonly #accepting: Promise<void>;
  #closed = false;

  constructor(listener: DenoListener, at: ListenAddress, opening: Opening) {
    this.#listener = listener;
    this.address = "path" in at
      ? { path: at.path }
      : { host: at.host, port: listener.addr.port ?? at.port };
    this.#opening = opening;
    this.#accepting = this.#accept();
  }

  async close(): Promise<void> {
    if (!this.#closed) this.#listener.close();
    this.#closed = true;
    await this.#accepting;
    this.#opening.close();
  }

  async #accept(): Promise<void> {
    while (!this.#closed) {
      try {
        const conn = await this.#listener.accept();
        setTcpOptions(conn);
        this.#opening.open(conn, this.#remoteOf(conn));
      } catch {
        if (!this.#closed) await new Promise((resolve) => setTimeout(resolve, ACCEPT_PAUSE));
      }
    }
  }

  #remoteOf({ remoteAddr: { hostname, port } }: DenoConn): Address {
    if ("path" in this.address) return this.address;
    return { host: hostname ?? "", port: port ?? 0 };
  }
}
