/**
 * Sockets on Node. What is dialled is read where the sink says; what is accepted, and all of TLS,
 * comes in chunks that Node allocates.
 *
 * @module
 */
import { connect, createServer } from "node:net";
import { dialInTime } from "./dialling.ts";
import { errnoCode, linkError } from "./link_error.ts";
import { type Landing, NodeSocket } from "./node_socket.ts";
import { accepted, dialled, listening, setTcpOptions } from "./node_streams.ts";
import { dialTls, listenTls } from "./node_tls.ts";
import {
  type Address,
  type DialOptions,
  type ListenAddress,
  type Listener,
  type Lobby,
  type Sink,
  type Socket,
  wantsTls,
} from "./socket.ts";

/** Bytes of the place for the first read, which comes before there is a sink to ask. */
const FIRST_READ_BYTES = 1024;

/** Dials from Node. See {@linkcode Dial}. */
export function dial(to: Address, options: DialOptions = {}): Promise<Socket> {
  return dialInTime(to, options, (givenUp) => {
    return wantsTls(to) ? dialTls(to, options, givenUp) : dialPlain(to, options, givenUp);
  });
}

function dialPlain(to: Address, options: DialOptions, givenUp: AbortSignal): Promise<Socket> {
  const landing = new FirstThenSink();
  const where = "path" in to ? { path: to.path } : { host: to.host, port: to.port };
  const stream = connect({ ...where, allowHalfOpen: true, onread: landing });
  // Or it would begin to read as soon as it is connected.
  stream.pause();
  return dialled(stream, "connect", givenUp, () => {
    setTcpOptions(stream, options.keepAlive);
    return new NodeSocket(stream, to, { landing });
  }, (error) => linkError(errnoCode(error, "dial"), to, error));
}

/** Node asks for the place of the first read when it connects, and for the next one after each read. */
class FirstThenSink implements Landing {
  sink: Sink | undefined;
  readonly #first = new Uint8Array(FIRST_READ_BYTES);

  readonly buffer = (): Uint8Array => this.sink?.space() ?? this.#first;

  readonly callback = (count: number, place: Uint8Array): boolean => {
    if (this.sink === undefined) return true;
    if (place === this.#first) return this.sink.push(place.subarray(0, count));
    return this.sink.filled(count);
  };
}

/** Listens on Node. See {@linkcode Listen}. */
// deno-lint-ignore require-await -- so that whatever is thrown rejects.
export async function listen(
  at: ListenAddress,
  accept: (socket: Socket) => void,
  lobby?: Lobby,
): Promise<Listener> {
  if (wantsTls(at)) return listenTls(at, accept, lobby);
  const server = createServer({ allowHalfOpen: true }, (stream) => accept(accepted(stream, at)));
  return listening(server, at);
}
