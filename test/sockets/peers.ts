/**
 * The far ends that the sockets conformance talks to. Written over the `listen` of any adapter, so
 * that a process on one runtime can serve a suite that runs on another.
 *
 * @module
 */
import type { Address, Listen, ListenAddress, Sink, Socket } from "../../src/sockets/socket.ts";

/** A server that a test may dial. */
export interface Peer {
  readonly address: Address;
  /** Closes it, and every connection to it. */
  close(): Promise<void>;
}

/** What each peer does with a connection. */
const behaviours = {
  /** Sends back all it reads, and finishes when the other side has. */
  echo: (socket: Socket) => socket.pump(new Echo(socket)),

  /** Reads to the end, then sends the number of bytes as decimal digits, and finishes. */
  count: (socket: Socket) => {
    const counter = new Counter(() => {
      send(socket, `${counter.bytes}`);
    });
    socket.pump(counter);
  },

  /** Resets the connection at the first bytes, with the others unread. */
  reset: (socket: Socket) => socket.pump(new Counter(() => {}, () => socket.destroy())),

  /** Accepts, and never reads nor writes. */
  silent: (_socket: Socket) => {},
};

/** Which peers there are. */
export type PeerName = keyof typeof behaviours | "parting";

/** Starts a peer. The default address is a free port of 127.0.0.1. */
export async function startPeer(
  name: PeerName,
  listen: Listen,
  at: ListenAddress = { host: "127.0.0.1", port: 0 },
): Promise<Peer> {
  const sockets: Socket[] = [];
  const behaviour = name === "parting" ? parting() : behaviours[name];
  const listener = await listen(at, (socket) => {
    sockets.push(socket);
    behaviour(socket);
  });
  return {
    address: listener.address,
    async close() {
      await listener.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/**
 * Finishes first: at once, and then reads to the end. What it has read it tells to the next
 * connection, as decimal digits: that one hears after the one before has ended.
 */
function parting(): (socket: Socket) => void {
  let before = Promise.resolve(0);
  return (socket) => {
    const known = before;
    before = new Promise((resolve) => {
      const counter: Counter = new Counter(() => resolve(counter.bytes));
      socket.pump(counter);
    });
    known.then((bytes) => send(socket, `${bytes}`));
  };
}

/** Sends a text and finishes. A peer that has gone by then is no concern of the server. */
async function send(socket: Socket, text: string): Promise<void> {
  try {
    await socket.write(new TextEncoder().encode(text));
    await socket.finish();
  } catch {
    socket.destroy();
  }
}

/** Bytes offered for a read in place. */
const SPACE_BYTES = 64 * 1024;

class Echo implements Sink {
  readonly #socket: Socket;
  #place = new Uint8Array(0);

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  space(): Uint8Array {
    // The last one may still be on its way out.
    return this.#place = new Uint8Array(SPACE_BYTES);
  }

  filled(count: number): boolean {
    return this.push(this.#place.subarray(0, count));
  }

  push(chunk: Uint8Array): boolean {
    const written = this.#socket.write(chunk);
    if (written === undefined) return true;
    written.then(() => this.#socket.resume(), () => this.#socket.destroy());
    return false;
  }

  ended(): void {
    this.#socket.finish().catch(() => this.#socket.destroy());
  }
}

class Counter implements Sink {
  bytes = 0;
  readonly #place = new Uint8Array(SPACE_BYTES);
  readonly #end: () => void;
  readonly #stopAt: (() => void) | undefined;

  /** Calls `end` at the end; or, when there is a `stop`, that one at the first bytes, and reads no more. */
  constructor(end: () => void, stop?: () => void) {
    this.#end = end;
    this.#stopAt = stop;
  }

  space(): Uint8Array {
    return this.#place;
  }

  filled(count: number): boolean {
    return this.#count(count);
  }

  push(chunk: Uint8Array): boolean {
    return this.#count(chunk.length);
  }

  ended(): void {
    this.#end();
  }

  #count(bytes: number): boolean {
    this.bytes += bytes;
    this.#stopAt?.();
    return this.#stopAt === undefined;
  }
}
