/**
 * Sockets on workerd, the runtime of the edge: TCP and TLS, dialled only. There are no options of
 * TCP there and no unix sockets. TLS trusts what workerd is configured to trust, and shows no
 * certificate. A failure comes without a reason, so that all that could not be reached is
 * `UNREACHABLE`.
 *
 * @module
 */
import { LinkError, type LinkErrorCode } from "../errors.ts";
import { dialInTime } from "./dialling.ts";
import { linkError } from "./link_error.ts";
import { PullSocket, type PullStream } from "./pull_socket.ts";
import {
  type Address,
  addressText,
  type DialOptions,
  type Socket,
  type TcpAddress,
  type TlsAddress,
  wantsTls,
} from "./socket.ts";

/** What is used of workerd's sockets. */
interface EdgeSocket {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /** Settles when it is connected, and with TLS when the handshake is over. */
  readonly opened: Promise<unknown>;
  readonly closed: Promise<unknown>;
  close(): Promise<void>;
  startTls(): EdgeSocket;
}

/** What opens them. */
type Connect = (
  to: { readonly hostname: string; readonly port: number },
  options: { readonly allowHalfOpen: true; readonly secureTransport: "off" | "starttls" },
) => EdgeSocket;

/** For promises whose failure is told by another one. */
const ignore = () => {};

/** Dials from workerd. See {@linkcode Dial}. `UNSUPPORTED` for what workerd cannot do. */
export function dial(to: Address, options: DialOptions = {}): Promise<Socket> {
  return dialInTime(to, options, async (givenUp) => {
    if ("path" in to) throw unsupported(to, "a unix socket");
    const connect = await edgeConnect();
    const plain = await opened(to, givenUp, "UNREACHABLE", () => connectTo(to, connect));
    if (!wantsTls(to)) return new PullSocket(new WorkerdStream(plain), to);
    // In two steps, so that a failure says on which.
    const secure = await opened(to, givenUp, "TLS", () => plain.startTls());
    return new PullSocket(new WorkerdStream(secure), to);
  });
}

/** Only workerd has it, and a bundler for another runtime must not insist on it: Bun's does not, in a `try`. */
async function edgeConnect(): Promise<Connect> {
  try {
    // @ts-ignore: a module that only workerd has
    return (await import("cloudflare:sockets")).connect;
  } catch (cause) {
    throw new LinkError("UNSUPPORTED", "Expected workerd, got a runtime without its sockets", {
      cause,
    });
  }
}

function connectTo(to: TcpAddress, connect: Connect): EdgeSocket {
  if (wantsTls(to)) assertSupported(to);
  const hostname = to.host.includes(":") ? `[${to.host}]` : to.host;
  const secureTransport = wantsTls(to) ? "starttls" : "off";
  return connect({ hostname, port: to.port }, { allowHalfOpen: true, secureTransport });
}

function assertSupported(to: TlsAddress): void {
  const { ca, cert, key, serverName = to.host } = to.tls;
  if (ca !== undefined) throw unsupported(to, "authorities of its own");
  if (cert !== undefined || key !== undefined) throw unsupported(to, "a certificate to show");
  if (serverName !== to.host) throw unsupported(to, "a server name that is not its host");
}

function unsupported(to: Address, what: string): LinkError {
  return new LinkError(
    "UNSUPPORTED",
    `Expected an address that workerd can dial, got "${addressText(to)}" with ${what}`,
  );
}

/** Opens a stream, or fails with the code of its step. */
async function opened(
  to: Address,
  givenUp: AbortSignal,
  code: "UNREACHABLE" | "TLS",
  open: () => EdgeSocket,
): Promise<EdgeSocket> {
  try {
    const stream = open();
    stream.closed.catch(ignore);
    const close = () => void stream.close().catch(ignore);
    if (givenUp.aborted) close();
    givenUp.addEventListener("abort", close, { once: true });
    await stream.opened;
    givenUp.removeEventListener("abort", close);
    return stream;
  } catch (error) {
    throw error instanceof LinkError ? error : linkError(code, to, error);
  }
}

class WorkerdStream implements PullStream {
  readonly #stream: EdgeSocket;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  constructor(stream: EdgeSocket) {
    this.#stream = stream;
    this.#reader = stream.readable.getReader();
    this.#writer = stream.writable.getWriter();
    this.#reader.closed.catch(ignore);
    this.#writer.closed.catch(ignore);
  }

  async read(): Promise<Uint8Array | undefined> {
    return (await this.#reader.read()).value;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#writer.write(bytes);
  }

  finish(): Promise<void> {
    return this.#writer.close();
  }

  destroy(reason: LinkError): void {
    // A write under way would hold up the closing.
    this.#writer.abort(reason).catch(ignore);
    this.#reader.cancel(reason).catch(ignore);
    this.#stream.close().catch(ignore);
  }

  /** It never says more than that the connection was lost. */
  codeOf(): LinkErrorCode {
    return "RESET";
  }
}
