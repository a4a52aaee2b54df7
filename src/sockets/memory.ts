/**
 * Sockets within one process: for tests, and for an embedded server whose clients live beside it.
 * They behave as real ones do: bytes arrive later than the call that sent them, a reader that
 * stops is felt by the writer, and both ways end by themselves.
 *
 * @module
 */
import { LinkError } from "../errors.ts";
import { linkError } from "./link_error.ts";
import {
  type Address,
  addressText,
  type Dial,
  type Listen,
  type ListenAddress,
  type Listener,
  type Sink,
  type Socket,
  wantsTls,
} from "./socket.ts";

/** Bytes that a reader may leave unread before the writer has to wait. */
const HIGH_WATER = 64 * 1024;

/** Bytes given to a sink at once. */
const READ_BYTES = 64 * 1024;

/** The first port given to those who ask for port 0, and to dialling ends. */
const FIRST_FREE_PORT = 49_152;

/** A pair of functions that know each other's addresses, and nobody else's. */
export interface MemoryNetwork {
  readonly dial: Dial;
  readonly listen: Listen;
}

/**
 * Makes a network of its own: what listens in one cannot be dialled in another. TLS is not spoken.
 *
 * @example
 * ```ts
 * import { Client, JobServer, memoryNetwork, Worker } from "geartrain";
 *
 * const { dial, listen } = memoryNetwork(); // a test without ports
 * await using server = await JobServer.listen({ listen });
 * await using worker = new Worker({ servers: server.address, dial });
 * worker.add("echo", (job) => job.workload);
 * worker.start();
 * await using client = new Client({ servers: server.address, dial });
 * console.log(await client.submit("echo", "Hello!").text()); // Hello!
 * ```
 */
export function memoryNetwork(): MemoryNetwork {
  const listeners = new Map<string, { accept: (socket: Socket) => void; host: string }>();
  let freePort = FIRST_FREE_PORT;

  const dial: Dial = async (to, options = {}) => {
    options.signal?.throwIfAborted();
    if (wantsTls(to)) throw noTls();
    await undefined; // A socket never opens within the call.
    options.signal?.throwIfAborted();
    const listener = listeners.get(addressText(to));
    if (listener === undefined) throw linkError("REFUSED", to);
    const from = "path" in to ? to : { host: listener.host, port: freePort++ };
    const [near, far] = MemorySocket.pair(to, from);
    listener.accept(far);
    return near;
  };

  // deno-lint-ignore require-await -- so that misuse rejects, as it does with the other adapters.
  const listen: Listen = async (at, accept): Promise<Listener> => {
    if (wantsTls(at)) throw noTls();
    const address = placed(at);
    const key = addressText(address);
    if (listeners.has(key)) throw linkError("ADDRESS_IN_USE", address);
    listeners.set(key, { accept, host: "host" in address ? address.host : "" });
    return {
      address,
      close() {
        listeners.delete(key);
        return Promise.resolve();
      },
    };
  };

  function placed(at: ListenAddress): Address {
    if ("path" in at) return { path: at.path };
    return { host: at.host, port: at.port === 0 ? freePort++ : at.port };
  }

  return { dial, listen };
}

function noTls(): LinkError {
  return new LinkError("UNSUPPORTED", "Expected an address without TLS: memory sockets speak none");
}

/** One end of a pair. What it has received and not yet shown its sink waits in it. */
class MemorySocket implements Socket {
  readonly remote: Address;
  #peer!: MemorySocket;
  #sink: Sink | undefined;
  #chunks: Uint8Array[] = [];
  #unread = 0;
  /** The sink has said stop. */
  #stopped = false;
  #scheduled = false;
  /** We have sent our FIN. */
  #finished = false;
  /** The peer has sent its FIN. */
  #peerFinished = false;
  /** Why nothing more is read, from when that is settled. */
  #end: { readonly reason: LinkError | undefined } | undefined;
  #told = false;
  /** Nothing goes in or out any more. */
  #closed = false;
  /** Our write that waits for the peer to read. */
  #waiting: { resolve: () => void; reject: (reason: LinkError) => void } | undefined;
  /** Resolves when that write is over, one way or the other. */
  #written: Promise<void> = Promise.resolve();

  /** Two ends: one for the dialling side, one for whoever accepts. */
  static pair(to: Address, from: Address): [near: MemorySocket, far: MemorySocket] {
    const near = new MemorySocket(to);
    const far = new MemorySocket(from);
    near.#peer = far;
    far.#peer = near;
    return [near, far];
  }

  private constructor(remote: Address) {
    this.remote = remote;
  }

  pump(sink: Sink): void {
    this.#sink = sink;
    this.#schedule();
  }

  resume(): void {
    this.#stopped = false;
    this.#schedule();
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#finished || this.#closed) return Promise.reject(linkError("CLOSED", this.remote));
    if (this.#peer.#closed) return Promise.reject(linkError("RESET", this.remote));
    // Not slice(): that of Node's Buffer does not copy.
    if (this.#peer.#receive(new Uint8Array(bytes))) return undefined;
    const write = new Promise<void>((resolve, reject) => this.#waiting = { resolve, reject });
    this.#written = write.catch(() => {});
    return write;
  }

  async finish(): Promise<void> {
    await this.#written;
    if (this.#closed) throw linkError("CLOSED", this.remote);
    this.#sendFin();
  }

  async close(): Promise<void> {
    this.#endReading(linkError("CLOSED", this.remote));
    await this.#written;
    if (this.#closed) return;
    this.#sendFin();
    this.#shut(linkError("CLOSED", this.remote));
  }

  destroy(): void {
    if (this.#closed) return;
    this.#shut(linkError("CLOSED", this.remote));
    this.#peer.#shut(linkError("RESET", this.#peer.remote));
  }

  #sendFin(): void {
    if (this.#finished) return;
    this.#finished = true;
    if (this.#told) this.#closed = true;
    this.#peer.#peerFinished = true;
    this.#peer.#schedule();
  }

  /** Closes this end both ways: what waits is dropped. */
  #shut(reason: LinkError): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#endReading(reason);
    this.#waiting?.reject(reason);
    this.#waiting = undefined;
  }

  #endReading(reason: LinkError): void {
    this.#end ??= { reason };
    this.#chunks = [];
    this.#unread = 0;
    this.#schedule();
  }

  /** Takes a chunk from the peer. False: it should wait before it sends more. */
  #receive(chunk: Uint8Array): boolean {
    if (this.#end !== undefined) return true;
    this.#chunks.push(chunk);
    this.#unread += chunk.length;
    this.#schedule();
    return this.#unread <= HIGH_WATER;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#deliver());
  }

  #deliver(): void {
    this.#scheduled = false;
    if (this.#sink === undefined) return;
    while (this.#end === undefined && !this.#stopped && this.#chunks.length > 0) {
      if (!this.#sink.push(this.#take())) this.#stopped = true;
    }
    if (this.#unread <= HIGH_WATER) this.#peer.#readOn();
    if (this.#peerFinished && !this.#stopped && this.#chunks.length === 0) {
      this.#end ??= { reason: undefined };
    }
    if (this.#end === undefined || this.#told) return;
    this.#told = true;
    if (this.#finished) this.#closed = true;
    this.#sink.ended(this.#end.reason);
  }

  /** The next read: no more than a real socket would give at once. */
  #take(): Uint8Array {
    const [chunk] = this.#chunks;
    const read = chunk.subarray(0, READ_BYTES);
    if (read.length === chunk.length) this.#chunks.shift();
    else this.#chunks[0] = chunk.subarray(READ_BYTES);
    this.#unread -= read.length;
    return read;
  }

  /** The peer has room again. */
  #readOn(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}
