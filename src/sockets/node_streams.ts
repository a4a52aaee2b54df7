/**
 * How streams of Node's come to be: dialled, until the event that says open, and accepted. Shared
 * by plain sockets and TLS.
 *
 * @module
 */
import type { LinkError } from "../errors.ts";
import { errnoCode, linkError } from "./link_error.ts";
import { NodeSocket, type NodeStream } from "./node_socket.ts";
import {
  type Address,
  DEFAULT_KEEP_ALIVE,
  type DialOptions,
  type ListenAddress,
  type Listener,
  type PeerCertificate,
  type Socket,
} from "./socket.ts";

/** What is used of a stream before and when it opens. */
export interface OpeningStream extends NodeStream {
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  once(event: string, listener: (error: Error) => void): unknown;
  off(event: string, listener: (error: Error) => void): unknown;
  setNoDelay(on: boolean): unknown;
  setKeepAlive(on: boolean, milliseconds: number): unknown;
}

/** What is used of `net.Server` and `tls.Server`. */
export interface NodeServer {
  on(event: "error", listener: (error: Error) => void): unknown;
  listen(options: { path: string } | { host: string; port: number }, done: () => void): unknown;
  address(): { address: string; port: number } | string | null;
  close(): unknown;
}

/** Waits for the event that says open. The socket takes over within that event, so that no error is missed. */
export function dialled(
  stream: OpeningStream,
  event: "connect" | "secureConnect",
  givenUp: AbortSignal,
  socket: () => Socket,
  failure: (error: Error) => LinkError,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(failure(error));
    const destroy = () => stream.destroy();
    givenUp.addEventListener("abort", destroy, { once: true });
    stream.once("error", failed);
    stream.once(event, () => {
      givenUp.removeEventListener("abort", destroy);
      stream.off("error", failed);
      resolve(socket());
    });
  });
}

/** The socket for a stream that a server at `at` has accepted. */
export function accepted(
  stream: OpeningStream,
  at: ListenAddress,
  certificate?: PeerCertificate,
): Socket {
  setTcpOptions(stream, DEFAULT_KEEP_ALIVE);
  const { remoteAddress: host = "", remotePort: port = 0 } = stream;
  const remote = "path" in at ? { path: at.path } : { host, port };
  return new NodeSocket(stream, remote, { certificate });
}

/** TCP_NODELAY and keep-alive. Node ignores both on a unix socket. */
export function setTcpOptions(
  stream: OpeningStream,
  keepAlive: DialOptions["keepAlive"] = DEFAULT_KEEP_ALIVE,
): void {
  stream.setNoDelay(true);
  stream.setKeepAlive(keepAlive > 0, keepAlive);
}

/** Opens `server` at an address. `closed` is called when the listener closes. */
export function listening(
  server: NodeServer,
  at: ListenAddress,
  closed: () => void = () => {},
): Promise<Listener> {
  return new Promise((resolve, reject) => {
    // Later errors are of single connections that could not be accepted: those hear of it themselves.
    server.on("error", (error) => reject(linkError(errnoCode(error, "listen"), at, error)));
    const where = "path" in at ? { path: at.path } : { host: at.host, port: at.port };
    server.listen(where, () => resolve(new NodeListener(server, boundAddress(server, at), closed)));
  });
}

class NodeListener implements Listener {
  readonly address: Address;
  readonly #server: NodeServer;
  readonly #closed: () => void;

  constructor(server: NodeServer, address: Address, closed: () => void) {
    this.#server = server;
    this.address = address;
    this.#closed = closed;
  }

  close(): Promise<void> {
    // Its callback would come when the last accepted socket is gone.
    this.#server.close();
    this.#closed();
    return Promise.resolve();
  }
}

function boundAddress(server: NodeServer, at: ListenAddress): Address {
  const bound = server.address();
  if ("path" in at || bound === null || typeof bound === "string") return at;
  return { host: at.host, port: bound.port };
}
