/**
 * The places for jobs that the sessions of one worker share.
 *
 * @module
 */

/** Places for jobs. */
export class Room {
  /** How many there are. */
  readonly size: number;
  readonly #onFree: () => void;
  #taken = 0;

  /** `onFree` is called whenever a place becomes free. */
  constructor(size: number, onFree: () => void) {
    this.size = size;
    this.#onFree = onFree;
  }

  /** Takes a place, if one is free. */
  take(): boolean {
    if (this.#taken === this.size) return false;
    this.#taken++;
    return true;
  }

  /** Gives a place back. */
  give(): void {
    this.#taken--;
    this.#onFree();
  }
}
