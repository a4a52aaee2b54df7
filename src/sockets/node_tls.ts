/**
 * TLS on Node.
 *
 * @module
 */
import { constants } from "node:crypto";
import { createServer as createPlainServer } from "node:net";
import { connect, createServer } from "node:tls";
import { Handshakes } from "./handshakes.ts";
import { errnoCode, linkError } from "./link_error.ts";
import { NodeSocket } from "./node_socket.ts";
import { accepted, dialled, listening, type OpeningStream, setTcpOptions } from "./node_streams.ts";
import { peerCertificate } from "./peer_certificate.ts";
import type {
  DialOptions,
  Listener,
  Lobby,
  Socket,
  TlsAddress,
  TlsListenAddress,
} from "./socket.ts";
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
  lobby?: Lobby,
): Promise<Listener> {
  // Of a client that shakes hands anew again and again Node tells, and takes it all the same.
  const settings = { ...listenSettings(at), secureOptions: constants.SSL_OP_NO_RENEGOTIATION };
  const handshakes = new Handshakes(at.tls, lobby);
  // By the peer's address: of a connection's two streams, neither tells of the other.
  const underWay = new Map<string, () => void>();
  const securing = withPems(at, () =>
    createServer(settings, (stream) => {
      underWay.get(peerOf(stream))?.();
      stream.allowHalfOpen = true;
      const shown = settings.requestCert ? stream.getPeerCertificate() : null;
      accept(accepted(stream, at, peerCertificate(shown)));
    }));
  securing.on("tlsClientError", (_error, stream) => stream.destroy());
  // It listens in the place of that one, so that who finds no room costs no more than a connection.
  // Who finishes within the handshake is not half open, but gone.
  const server = createPlainServer({ allowHalfOpen: false }, (stream) => {
    const isOver = handshakes.begin(() => stream.destroy());
    if (isOver === undefined) return void stream.destroy();
    const peer = peerOf(stream);
    underWay.set(peer, isOver);
    stream.once("close", () => {
      isOver();
      if (underWay.get(peer) === isOver) underWay.delete(peer);
    });
    securing.emit("connection", stream);
  });
  return listening(server, at, () => handshakes.close());
}

function peerOf({ remoteAddress, remotePort }: OpeningStream): string {
  return `${remoteAddress} ${remotePort}`;
}
