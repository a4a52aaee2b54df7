/**
 * The places for jobs that the sessions of one worker share.
 *
 * @module
 */

/** Places for jobs. */
export class Room {
  /** Called whenever a place becomes free. */
  onFree: () => void = () => {};
  #size: number;
  #taken = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Whether none of them is taken. */
  get isFree(): boolean {
    return this.#taken === 0;
  }

  /** How many there are. Fewer than are taken: those go as they become free. */
  get size(): number {
    return this.#size;
  }

  set size(size: number) {
    const grows = size > this.#size;
    this.#size = size;
    if (grows) this.onFree();
  }

  /** Takes a place, if one is free. */
  take(): boolean {
    if (this.#taken >= this.#size) return false;
    this.#taken++;
    return true;
  }

  /** Gives a place back. */
  give(): void {
    if (--this.#taken < this.#size) this.onFree();
  }
}
