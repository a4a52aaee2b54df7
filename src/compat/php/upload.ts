/**
 * A workload that a callback gives, bit by bit, as fast as the server takes it.
 *
 *     wanted ── workload callback, sendWorkload() ──> given ── the link takes it ──> wanted ...
 *
 * @module
 */

/** What a task is given in place of a workload that its workload callback is to give. */
export interface SizedWorkload {
  /** Bytes in all. */
  readonly size: number;
}

type Step = IteratorResult<Uint8Array, undefined>;

/** The workload of one task, as the core reads it: once. */
export class Upload implements AsyncIterable<Uint8Array> {
  /** Bytes in all. */
  readonly size: number;
  readonly #onWanted: () => void;
  #missing: number;
  #given: Uint8Array[] = [];
  /** The core, where it waits for a piece. */
  #waiting: { resolve(step: Step): void; reject(reason: unknown): void } | undefined;
  #hasBegun = false;

  /** `onWanted` is called when a piece is wanted, and not again before one was given. */
  constructor(size: number, onWanted: () => void) {
    this.size = size;
    this.#missing = size;
    this.#onWanted = onWanted;
  }

  /** Whether it has been asked for: then it is for no other server. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Whether the core waits for a piece. */
  get isWanted(): boolean {
    return this.#waiting !== undefined;
  }

  /** Bytes that were not given yet. */
  get missing(): number {
    return this.#missing;
  }

  /** Takes of a piece what is missing. Returns how many bytes that was. */
  give(bytes: Uint8Array): number {
    // A copy: the program may fill its buffer again.
    const piece = bytes.slice(0, this.#missing);
    if (piece.length === 0) return 0;
    this.#missing -= piece.length;
    this.#given.push(piece);
    this.#hand();
    return piece.length;
  }

  /** Nothing more will come, though bytes are missing. */
  fail(reason: unknown): void {
    this.#waiting?.reject(reason);
    this.#waiting = undefined;
  }

  /** Nothing more is wanted. */
  end(): void {
    this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return { next: () => this.#next() };
  }

  #next(): Promise<Step> {
    this.#hasBegun = true;
    const step = new Promise<Step>((resolve, reject) => this.#waiting = { resolve, reject });
    this.#hand();
    if (this.isWanted) this.#onWanted();
    return step;
  }

  /** Gives the core what there is for it. */
  #hand(): void {
    const piece = this.#given[0];
    if (this.#waiting === undefined) return;
    if (piece === undefined) {
      if (this.#missing === 0) this.end();
      return;
    }
    this.#given.shift();
    this.#waiting.resolve({ value: piece });
    this.#waiting = undefined;
  }
}
