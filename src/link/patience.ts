/**
 * Notices a far end that is silent for too long while an answer is due.
 *
 * @module
 */
import type { Clock } from "./clock.ts";

/** What is looked at, and what follows. */
export interface PatienceOptions {
  readonly clock: Clock;
  /** Milliseconds of silence that are borne, or Infinity. */
  readonly limit: number;
  /** Since when an answer is due; undefined: none is. */
  readonly dueSince: () => number | undefined;
  /** When bytes last went either way: a large packet under way is no silence. */
  readonly movedAt: () => number;
  /** The limit has passed. */
  readonly onSilence: () => void;
}

/**
 * Milliseconds from the first look that finds the limit passed to the one that acts on it. Where
 * this program was busy for long, the timer comes before the bytes that have arrived meanwhile.
 */
const SECOND_LOOK = 100;

/** Looks at the clock when it has to, which is about once for each limit. */
export class Patience {
  readonly #options: PatienceOptions;
  #stop: (() => void) | undefined;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** An answer is due from now on, if none was before. */
  begin(): void {
    const { limit } = this.#options;
    if (this.#stop === undefined && limit !== Infinity) this.#lookAfter(limit, false);
  }

  /** Looks no more. */
  end(): void {
    this.#stop?.();
  }

  #lookAfter(milliseconds: number, isSecondLook: boolean): void {
    const { clock, limit, dueSince, movedAt, onSilence } = this.#options;
    this.#stop = clock.after(milliseconds, () => {
      this.#stop = undefined;
      const since = dueSince();
      if (since === undefined) return;
      const left = Math.max(since, movedAt()) + limit - clock.now();
      if (left > 0) this.#lookAfter(left, false);
      else if (!isSecondLook) this.#lookAfter(SECOND_LOOK, true);
      else onSilence();
    });
  }
}
