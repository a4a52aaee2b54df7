/**
 * TLS by `node:tls`, for Node and for Deno. Deno's own `connectTls` takes no server name, its
 * `startTls` no client certificate, and its listener never asks for one.
 *
 * @module
 */
import { isIP } from "node:net";
import { connect, type ConnectionOptions, createServer } from "node:tls";
import { errnoCode, linkError } from "./link_error.ts";
import { NodeSocket } from "./node_socket.ts";
import { accepted, dialled, listening, setTcpOptions } from "./node_streams.ts";
import type { DialOptions, Listener, Socket, TlsAddress, TlsListenAddress } from "./socket.ts";

/** Dials with TLS. Resolves when this side's handshake is over. */
export function dialTls(
  to: TlsAddress,
  { keepAlive }: DialOptions,
  givenUp: AbortSignal,
): Promise<Socket> {
  const { host, port, tls: { ca, cert, key, serverName } } = to;
  // An address is no name to ask for; without one it is still the address that is checked.
  const servername = serverName ?? (isIP(host) === 0 ? host : undefined);
  const settings: ConnectionOptions & { allowHalfOpen: boolean } = {
    host,
    port,
    ca: pems(ca),
    cert,
    key,
    servername,
    allowHalfOpen: true,
  };
  const stream = withPems(to, () => connect(settings));
  let connected = false;
  stream.once("connect", () => connected = true);
  return dialled(stream, "secureConnect", givenUp, () => {
    setTcpOptions(stream, keepAlive);
    return new NodeSocket(stream, to);
  }, (error) => linkError(connected ? "TLS" : errnoCode(error, "dial"), to, error));
}

/** Listens with TLS. A client is accepted when its handshake is over and its certificate is good. */
export function listenTls(
  at: TlsListenAddress,
  accept: (socket: Socket) => void,
): Promise<Listener> {
  const { cert, key, ca } = at.tls;
  const settings = {
    cert,
    key,
    ca: pems(ca),
    requestCert: ca !== undefined,
    rejectUnauthorized: true,
    allowHalfOpen: true,
  };
  const server = withPems(
    at,
    () => createServer(settings, (stream) => accept(accepted(stream, at))),
  );
  return listening(server, at);
}

function pems(ca: string | readonly string[] | undefined): string | string[] | undefined {
  return typeof ca === "object" ? [...ca] : ca;
}

/** Opens what needs `tls`. Node finds within the call what is no PEM text; Deno would go on without it. */
function withPems<T>(at: TlsAddress | TlsListenAddress, open: () => T): T {
  const { ca = [], cert, key } = at.tls;
  try {
    for (const pem of [ca, cert, key].flat()) {
      if (pem?.includes("-----BEGIN ") === false) throw new Error("no PEM text");
    }
    return open();
  } catch (error) {
    throw linkError("TLS", at, error);
  }
}
