/**
 * The sending half of a link: what is laid in one turn leaves in one write, and what the socket has
 * not taken waits.
 *
 *     laid ── the turn is over, or too much was laid ──> in flight ── the socket takes a slice ──┐
 *                                                           └────────── all taken ── next turn ◄─┘
 *
 * @module
 */
import type { Encoder } from "../codec/mod.ts";
import type { Socket } from "../sockets/socket.ts";

/** Waiting bytes past which packets are written without waiting for the turn to end. */
const EAGER_BYTES = 256 * 1024;

/** Packets past which the same is done: the far end is busy with them while more are laid, and would sleep. */
const EAGER_PACKETS = 128;

/** Bytes given to the socket at once, at most: what is laid together leaves together. */
const SLICE_BYTES = 512 * 1024;

/** Rounds of the microtask queue that make a turn's end: as many as an `async` handler takes to return. */
const QUIET_ROUNDS = 4;

let isTogether = false;

/** What is laid within leaves in as few writes as may be: many jobs of one call, or those that waited for a link. */
export function together<T>(lay: () => T): T {
  const wasTogether = isTogether;
  isTogether = true;
  try {
    return lay();
  } finally {
    isTogether = wasTogether;
  }
}

/** Writes what is laid into its encoder. */
export class Writer {
  /** Where packets are laid; {@linkcode schedule} follows. */
  readonly encoder: Encoder;
  /** Counts the writes: what was laid during the current turn has not left yet. */
  turn = 0;
  /** Bytes that the socket has taken. */
  taken = 0;
  readonly #socket: Socket;
  readonly #onFailure: (error: unknown) => void;
  #isScheduled = false;
  #quiet = 0;
  /** Packets, or pieces of them, laid since the last write. */
  #laid = 0;
  #chunks: readonly Uint8Array[] | undefined;
  #inFlight = 0;
  #flushed: (() => void)[] = [];

  /** @param onFailure Told when the socket does not take what it was given. */
  constructor(socket: Socket, encoder: Encoder, onFailure: (error: unknown) => void) {
    this.#socket = socket;
    this.#onFailure = onFailure;
    this.encoder = encoder;
  }

  /** Bytes laid that the socket has not taken yet. */
  get waiting(): number {
    return this.encoder.size + this.#inFlight;
  }

  /** Whether the socket has not taken all that it was given. */
  get isBackedUp(): boolean {
    return this.#chunks !== undefined;
  }

  /**
   * Writes at the end of the turn: once a few rounds of the microtask queue have passed in which
   * nothing was laid, so that what follows from one read leaves together, through a chain of
   * promises too.
   */
  schedule(): void {
    this.#quiet = 0;
    if (!isTogether) this.#laid++;
    if (this.#laid >= EAGER_PACKETS || this.encoder.size >= EAGER_BYTES) return this.flush();
    if (this.#isScheduled || this.#chunks !== undefined) return;
    this.#isScheduled = true;
    queueMicrotask(this.#round);
  }

  /** Ends the turn now, unless the one before is still in flight. */
  flush(): void {
    while (this.#chunks === undefined && this.encoder.size > 0) {
      this.turn++;
      this.#laid = 0;
      this.#inFlight = this.encoder.size;
      this.#chunks = this.encoder.take();
      this.#writeFrom(0, 0);
    }
  }

  /** Resolves when the socket has taken everything laid so far, or none of it matters any more. */
  flushed(): Promise<void> {
    if (this.waiting === 0) return Promise.resolve();
    return new Promise((resolve) => this.#flushed.push(resolve));
  }

  /** Nothing that waits will be taken: the link is gone. */
  giveUp(): void {
    this.#wakeFlushed();
  }

  readonly #round = (): void => {
    if (++this.#quiet < QUIET_ROUNDS) return queueMicrotask(this.#round);
    this.#isScheduled = false;
    this.flush();
  };

  #writeFrom(index: number, offset: number): void {
    const chunks = this.#chunks!;
    for (let i = index, at = offset; i < chunks.length; i++, at = 0) {
      while (at < chunks[i].length) {
        // In slices, so that one large workload shows that it moves.
        const isSmall = chunks[i].length <= SLICE_BYTES;
        const slice = isSmall ? chunks[i] : chunks[i].subarray(at, at + SLICE_BYTES);
        const pending = this.#socket.write(slice);
        at += slice.length;
        if (pending !== undefined) {
          pending.then(() => {
            this.#wrote(slice.length);
            this.#writeFrom(i, at);
            this.flush();
          }, this.#onFailure);
          return;
        }
        this.#wrote(slice.length);
      }
    }
    this.#chunks = undefined;
    this.encoder.recycle();
    if (this.encoder.size === 0) this.#wakeFlushed();
  }

  #wrote(count: number): void {
    this.#inFlight -= count;
    this.taken += count;
  }

  #wakeFlushed(): void {
    if (this.#flushed.length === 0) return;
    const waiters = this.#flushed;
    this.#flushed = [];
    for (const wake of waiters) wake();
  }
}
