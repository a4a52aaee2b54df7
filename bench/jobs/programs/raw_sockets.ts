/** The bound's sockets: those of the runtime that it runs on, with as little around them as there can be. */
import { connect } from "node:net";
import process from "node:process";

/** Bytes that one read may bring, on Node and Deno. */
const READ_BYTES = 256 * 1024;

/** A connection whose reads have been told where to go. */
export interface RawSocket {
  /** Sends bytes after those before them. `sent` is called when they may be overwritten. */
  write(bytes: Uint8Array, sent?: () => void): void;
  /** Ends it once all is sent. */
  end(): Promise<void>;
}

/** Sees the first `length` bytes of a read, until it returns. */
export type OnRead = (bytes: Uint8Array, length: number) => void;

/** Connects, to tell `onRead` of each read. */
export type OpenSocket = (host: string, port: number, onRead: OnRead) => Promise<RawSocket>;

/** What is used of Deno. */
interface Deno {
  connect(to: { hostname: string; port: number }): Promise<DenoConn>;
}

interface DenoConn {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  setNoDelay(on: boolean): void;
  close(): void;
}

/** Chunks of fewer bytes are no work for Bun's collector. */
const FREED_BYTES = 4 * 1024;

type Transferable = ArrayBuffer & { transfer(size: number): ArrayBuffer };

/** What is used of Bun. */
interface Bun {
  connect(to: { hostname: string; port: number; socket: BunHandlers }): Promise<BunStream>;
}

interface BunHandlers {
  readonly binaryType: "uint8array";
  data(stream: BunStream, chunk: Uint8Array): void;
  drain(stream: BunStream): void;
}

interface BunStream {
  write(bytes: Uint8Array): number;
  setNoDelay(on: boolean): boolean;
  end(): void;
}

const { Deno, Bun } = globalThis as unknown as { Deno: Deno; Bun: Bun };

const openOnNode: OpenSocket = (host, port, onRead) => {
  const onread = {
    buffer: new Uint8Array(READ_BYTES),
    callback: (length: number, bytes: Uint8Array) => {
      onRead(bytes, length);
      return true;
    },
  };
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, onread }, () =>
      resolve({
        write: (bytes, sent) => socket.write(bytes, sent),
        end: () => new Promise<void>((ended) => socket.end(ended)),
      }));
    socket.on("error", reject);
  });
};

const openOnDeno: OpenSocket = async (hostname, port, onRead) => {
  const conn = await Deno.connect({ hostname, port });
  conn.setNoDelay(true);
  let isOpen = true;
  const readAll = async () => {
    const buffer = new Uint8Array(READ_BYTES);
    for (let length; (length = await conn.read(buffer)) !== null;) onRead(buffer, length);
  };
  readAll().catch((error) => {
    if (isOpen) throw error;
  });
  const writeAll = async (bytes: Uint8Array, sent?: () => void) => {
    let written = await conn.write(bytes);
    while (written < bytes.length) written += await conn.write(bytes.subarray(written));
    sent?.();
  };
  let writing = Promise.resolve();
  return {
    write: (bytes, sent) => {
      writing = writing.then(() => writeAll(bytes, sent));
    },
    end: async () => {
      await writing;
      isOpen = false;
      conn.close();
    },
  };
};

const openOnBun: OpenSocket = async (hostname, port, onRead) => {
  const waiting: { bytes: Uint8Array; readonly sent?: () => void }[] = [];
  let onAllSent = () => {};
  const writeOn = (stream: BunStream) => {
    for (let first; (first = waiting[0]) !== undefined; waiting.shift()) {
      const taken = stream.write(first.bytes);
      if (taken < first.bytes.length) {
        first.bytes = first.bytes.subarray(Math.max(0, taken));
        return;
      }
      first.sent?.();
    }
    onAllSent();
  };
  const socket: BunHandlers = {
    binaryType: "uint8array",
    data: (_stream, chunk) => {
      onRead(chunk, chunk.length);
      // Left to the collector, its pages go back to the system before the next read wants some.
      if (chunk.length >= FREED_BYTES) (chunk.buffer as Transferable).transfer(0);
    },
    drain: writeOn,
  };
  const stream = await Bun.connect({ hostname, port, socket });
  stream.setNoDelay(true);
  return {
    write: (bytes, sent) => {
      waiting.push({ bytes, sent });
      if (waiting.length === 1) writeOn(stream);
    },
    end: async () => {
      if (waiting.length > 0) await new Promise<void>((resolve) => onAllSent = resolve);
      stream.end();
    },
  };
};

/** Connects by the sockets of this runtime. */
export const openSocket: OpenSocket = process.versions.bun !== undefined
  ? openOnBun
  : process.versions.deno !== undefined
  ? openOnDeno
  : openOnNode;
