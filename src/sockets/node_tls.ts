/**
 * TLS on Node.
 *
 * @module
 */
import { connect, createServer } from "node:tls";
import { errnoCode, linkError } from "./link_error.ts";
import { NodeSocket } from "./node_socket.ts";
import { accepted, dialled, listening, setTcpOptions } from "./node_streams.ts";
import { peerCertificate } from "./peer_certificate.ts";
import type { DialOptions, Listener, Socket, TlsAddress, TlsListenAddress } from "./socket.ts";
import { dialSettings, listenSettings, withPems } from "./tls_settings.ts";

/** Dials with TLS. Resolves when this side's handshake is over. */
export function dialTls(
  to: TlsAddress,
  { keepAlive }: DialOptions,
  givenUp: AbortSignal,
): Promise<Socket> {
  const stream = withPems(to, () => connect(dialSettings(to)));
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
  const settings = listenSettings(at);
  const server = withPems(at, () =>
    createServer(settings, (stream) => {
      const shown = settings.requestCert ? stream.getPeerCertificate() : null;
      accept(accepted(stream, at, peerCertificate(shown)));
    }));
  // Whose time for the handshake is up would stay connected.
  server.on("tlsClientError", (_error, stream) => stream.destroy());
  return listening(server, at);
}
