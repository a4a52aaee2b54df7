/** One end of a socket in bytes: what must come, to the byte, and what is sent. */
import { memoryNetwork } from "../../../src/sockets/memory.ts";
import type { Address, Dial, Sink, Socket } from "../../../src/sockets/socket.ts";

/** Bytes as hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Hexadecimal digits as bytes. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

/** One end. */
export class BytePeer implements Sink {
  readonly #socket: Socket;
  readonly #window = new Uint8Array(64 * 1024);
  #unread = new Uint8Array(0);
  #hasEnded = false;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.pump(this);
  }

  /** Sends bytes. */
  async send(hex: string): Promise<void> {
    await this.#socket.write(bytesOf(hex));
  }

  /** The next packet, header and body. Empty: the other end has closed. */
  async packet(): Promise<string> {
    const header = await this.#take(12);
    if (header.length < 12) return "";
    const size = new DataView(header.buffer).getUint32(8);
    return hexOf(header) + hexOf(await this.#take(size));
  }

  /** Closes. */
  destroy(): void {
    this.#socket.destroy();
  }

  space(): Uint8Array {
    return this.#window;
  }

  filled(count: number): boolean {
    return this.push(this.#window.subarray(0, count));
  }

  push(chunk: Uint8Array): boolean {
    const joined = new Uint8Array(this.#unread.length + chunk.length);
    joined.set(this.#unread);
    joined.set(chunk, this.#unread.length);
    this.#unread = joined;
    this.#wake();
    return true;
  }

  ended(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  async #take(count: number): Promise<Uint8Array> {
    while (this.#unread.length < count && !this.#hasEnded) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    const taken = this.#unread.slice(0, count);
    this.#unread = this.#unread.slice(count);
    return taken;
  }
}

/** Something that listens, and plays a script to the first who connects. */
export interface ByteServer extends AsyncDisposable {
  readonly address: Address;
  readonly dial: Dial;
  /** Resolves when the script has run; rejects when it fails. */
  readonly done: Promise<void>;
}

/** Listens, and plays the script to the first who connects. */
export async function byteServer(
  script: (peer: BytePeer) => Promise<void>,
): Promise<ByteServer> {
  const network = memoryNetwork();
  let peer: BytePeer | undefined;
  let play!: (done: Promise<void>) => void;
  const done = new Promise<void>((resolve) => play = resolve);
  done.catch(() => {});
  const listener = await network.listen({ host: "127.0.0.1", port: 0 }, (socket) => {
    peer = new BytePeer(socket);
    play(script(peer));
  });
  return {
    address: listener.address,
    dial: network.dial,
    done,
    async [Symbol.asyncDispose]() {
      peer?.destroy();
      await listener.close();
    },
  };
}
