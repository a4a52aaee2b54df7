/**
 * When a link stops reading, so that jobs that send faster than they are read do not fill the
 * memory. All jobs of a link share its socket, so it stops only where nobody is hurt: the bytes
 * that its tasks hold unread are too many, and nobody waits for what comes next.
 *
 *     reading ── too many unread, nobody waits ──> paused
 *        └◄─── half of them read, or somebody waits ─┘
 *
 * Were it to stop in spite of those who wait, `for await (const part of a) await b.result()` would
 * never end. As it is, `a` outgrows its own budget there, and says so.
 *
 * @module
 */

/** What a flow can do about it, and must know. */
export interface FlowOptions {
  /** Bytes that may be unread. */
  readonly limit: number;
  /** Whether somebody waits for what comes next. Asked only when the limit is passed. */
  readonly isAwaited: () => boolean;
  readonly pause: () => void;
  readonly resume: () => void;
}

/** The bytes that the tasks of one link hold unread. */
export class Flow {
  readonly #options: FlowOptions;
  #unread = 0;
  #isPaused = false;
  /** The link has ended: whoever holds on to this may let go. */
  isOver = false;

  constructor(options: FlowOptions) {
    this.#options = options;
  }

  /** Whether the link has stopped reading. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** So many bytes more are unread, or fewer. */
  add(bytes: number): void {
    this.#unread += bytes;
    const { limit, isAwaited, pause } = this.#options;
    if (this.#isPaused) {
      if (this.#unread <= limit / 2) this.resume();
    } else if (bytes > 0 && this.#unread > limit && !isAwaited()) {
      this.#isPaused = true;
      pause();
    }
  }

  /** Reads on: somebody waits. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#options.resume();
  }
}
