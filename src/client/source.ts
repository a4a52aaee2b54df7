/**
 * A workload that comes bit by bit, and its way into a link.
 *
 * The server has a job when it has its last byte. So the last piece is held back until the stream
 * has ended and the sum is right: whatever goes wrong before leaves half a packet, which is none.
 *
 * @module
 */
import { got, WorkloadError } from "../errors.ts";
import { wrongRange, wrongType } from "../misuse.ts";
import { type Abandonable, type Clock, type Link, quiet, whenSettled } from "../link/mod.ts";
import type { SizedStream } from "./options.ts";
import type { Request } from "./request.ts";

/** Bytes that may wait for the socket before the next piece is asked for. */
const AHEAD_BYTES = 64 * 1024;

/** The most that a packet can announce, less room for what stands before the workload. */
const MAX_SIZE = 2 ** 32 - 1 - 4096;

/** Pieces of bytes, and how many bytes there should be. */
export class Source {
  readonly size: number;
  /** When the answer began to be due, by the clock; Infinity: as long as the link takes all and gets more, it is not. */
  dueSince: number | undefined;
  readonly #read: () => Promise<{ done?: boolean; value?: unknown }>;
  readonly #cancel: (reason: unknown) => unknown;
  readonly #release: () => void;
  #isOver = false;

  /** Throws a `TypeError` or `RangeError` for what is none. */
  constructor({ size, stream }: SizedStream) {
    if (!Number.isSafeInteger(size) || size < 0 || size > MAX_SIZE) {
      throw wrongRange(`a size from 0 to ${MAX_SIZE} bytes`, size);
    }
    this.size = size;
    if (typeof stream === "object" && stream !== null && "getReader" in stream) {
      const reader = stream.getReader();
      this.#read = () => reader.read();
      this.#cancel = (reason) => reader.cancel(reason);
      this.#release = () => reader.releaseLock();
    } else if (typeof stream?.[Symbol.asyncIterator] === "function") {
      const iterator = stream[Symbol.asyncIterator]();
      this.#read = () => iterator.next();
      this.#cancel = () => iterator.return?.();
      // Nothing was asked of it.
      this.#release = () => {};
    } else {
      // A Blob, or what else gives one by a method.
      const hint = typeof stream === "function"
        ? "{ size: blob.size, stream: blob.stream() }"
        : undefined;
      throw wrongType("a stream of bytes as workload", stream, hint);
    }
  }

  /** The next piece, or undefined when there is none. Rejects with a {@linkcode WorkloadError}. */
  async next(): Promise<Uint8Array | undefined> {
    let step;
    try {
      step = await this.#read();
      // An iterator of somebody's own making may give anything.
      if (typeof step !== "object" || step === null) {
        throw wrongType("a step", step);
      }
    } catch (cause) {
      this.#isOver = true;
      throw new WorkloadError("Expected the whole workload, its stream failed", { cause });
    }
    if (step.done) {
      this.#isOver = true;
      return undefined;
    }
    if (step.value instanceof Uint8Array) return step.value;
    throw new WorkloadError(`Expected pieces of bytes as workload, got ${got(step.value)}`);
  }

  /** It was not begun, and will not be: the stream is anybody's again. */
  release(): void {
    this.#isOver = true;
    this.#release();
  }

  /** Nobody wants the rest. */
  stop(reason: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // Somebody else's iterator: how it takes the news is no concern of the submission.
    quiet(Promise.resolve().then(() => this.#cancel(reason)));
  }
}

/** A request that is fed by a source. */
export interface Fed extends Request, Abandonable {
  /** The last of the workload was laid in that turn. */
  ended(turn: number): void;
}

/**
 * Lays a source into the link on which `request` has begun a packet, as fast as the link takes it.
 * When the source is not what it should be, the request is refused. Once the request is settled half
 * a packet is of no use, and the link ends, whether or not the source ever gives another piece.
 */
export async function pour(source: Source, request: Fed, link: Link, clock: Clock): Promise<void> {
  // No answer is due as long as the packet is not whole.
  source.dueSince = Infinity;
  let isWhole = false;
  whenSettled(request, () => isWhole || link.destroy());
  try {
    const last = await pourAllButLast(source, request, link, clock);
    if (last === undefined) return;
    // Given up while the last piece was on its way here.
    if (request.isSettled) return link.destroy();
    isWhole = true;
    const { turn } = link;
    link.raw(last);
    request.ended(turn);
    source.dueSince = clock.now();
  } catch (error) {
    source.stop(error);
    request.refuse(error);
    link.destroy();
  }
}

/** Returns the last piece, or undefined when nobody wants it. */
async function pourAllButLast(
  source: Source,
  request: Fed,
  link: Link,
  clock: Clock,
): Promise<Uint8Array | undefined> {
  const { size } = source;
  let bytes = 0;
  let last: Uint8Array | undefined;
  for (;;) {
    const piece = await source.next();
    if (request.isSettled || !link.isOpen) {
      link.destroy();
      return undefined;
    }
    if (piece === undefined) break;
    if (piece.length === 0) continue;
    bytes += piece.length;
    if (bytes > size) throw wrongSize(size, "more");
    if (last !== undefined) link.raw(last);
    last = piece;
    if (link.waiting >= AHEAD_BYTES) {
      source.dueSince = clock.now();
      await link.flushed();
      source.dueSince = Infinity;
    }
  }
  if (bytes < size) throw wrongSize(size, `${bytes}`);
  return last;
}

/** What a stream's size not being what was said comes to. */
export function wrongSize(size: number, bytes: string): WorkloadError {
  return new WorkloadError(`Expected a workload of ${size} bytes, got ${bytes}`);
}
