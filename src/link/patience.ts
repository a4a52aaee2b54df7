/**
 * Notices a far end that is silent for too long: while an answer is due, and, by asking for a sign
 * of life, while none is.
 *
 * @module
 */
import type { Clock } from "./clock.ts";
import type { Link } from "./link.ts";

/** What is looked at, and what follows. */
export interface PatienceOptions {
  readonly clock: Clock;
  /** Milliseconds of silence that are borne while an answer is due, or Infinity. */
  readonly limit: number;
  /** Milliseconds of silence after which a sign of life is asked for, or Infinity. */
  readonly heartbeat: number;
  /** Since when an answer is due; undefined: none is. */
  readonly dueSince: () => number | undefined;
  /** What shows that the far end lives. */
  readonly wire: Pick<Link, "heardAt" | "isBackedUp" | "taken">;
  /** Asks for a sign of life: from now on an answer is due. */
  readonly ask: () => void;
  /** The limit has passed. */
  readonly onSilence: () => void;
}

/**
 * Milliseconds from the first look that finds the limit passed to the one that acts on it. Where
 * this program was busy for long, the timer comes before the bytes that have arrived meanwhile.
 */
const SECOND_LOOK = 100;

/** Looks at the clock now and then, and not at each packet. */
export class Patience {
  readonly #options: PatienceOptions;
  /** Milliseconds between two looks, at most: what is due may have changed in between. */
  readonly #pace: number;
  #stop: (() => void) | undefined;
  /** As the last look found it. */
  #wasBackedUp = false;
  #taken = 0;
  #tookAt = 0;

  constructor(options: PatienceOptions) {
    this.#options = options;
    this.#pace = Math.min(options.limit, options.heartbeat);
  }

  /** Looks from now on: always for the heartbeat, without one for as long as an answer is due. */
  begin(): void {
    if (this.#stop === undefined && this.#pace !== Infinity) this.#lookAfter(this.#pace, false);
  }

  /** Looks no more. */
  end(): void {
    this.#stop?.();
  }

  #lookAfter(milliseconds: number, isSecondLook: boolean): void {
    this.#stop = this.#options.clock.after(Math.min(milliseconds, this.#pace), () => {
      this.#stop = undefined;
      const since = this.#options.dueSince();
      if (since === undefined) this.#lookAtIdle();
      else this.#lookAtDue(since, isSecondLook);
    });
  }

  #lookAtIdle(): void {
    const { clock, heartbeat, ask } = this.#options;
    if (heartbeat === Infinity) return;
    const left = this.#aliveAt() + heartbeat - clock.now();
    if (left > 0) return this.#lookAfter(left, false);
    ask();
    this.begin();
  }

  #lookAtDue(since: number, isSecondLook: boolean): void {
    const { clock, limit, onSilence } = this.#options;
    const left = Math.max(since, this.#aliveAt()) + limit - clock.now();
    if (left > 0) this.#lookAfter(left, false);
    else if (!isSecondLook) this.#lookAfter(SECOND_LOOK, true);
    else onSilence();
  }

  /**
   * When the far end last showed that it lives. What it sends does; what is written to it does not,
   * for buffers on the way take a few megabytes for a dead one too. But once those are full, each
   * byte that still finds room is one that the far end took: a large packet under way is no silence.
   */
  #aliveAt(): number {
    const { clock, wire } = this.#options;
    const { isBackedUp } = wire;
    if ((isBackedUp || this.#wasBackedUp) && wire.taken !== this.#taken) this.#tookAt = clock.now();
    this.#wasBackedUp = isBackedUp;
    this.#taken = wire.taken;
    return Math.max(wire.heardAt, this.#tookAt);
  }
}
