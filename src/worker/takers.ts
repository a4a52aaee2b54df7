/**
 * Those who wait for a job of their own, and the jobs that came when their taker had gone.
 *
 * @module
 */
import type { GearmanError } from "../errors.ts";
import { whenAborted } from "../link/mod.ts";
import type { OptionNames } from "../misuse.ts";
import type { HeldJob } from "./held_job.ts";
import type { TakenJob } from "./job.ts";
import type { Room } from "./room.ts";

/** Options of {@linkcode Worker.take}. */
export interface TakeOptions {
  /** Ends the wait: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Whether to wait for a job. Default true. False: resolve with undefined once every server that
   * can be reached has said that it has none.
   */
  readonly wait?: boolean;
}

/** Their names. */
export const TAKE_OPTIONS: OptionNames<TakeOptions> = { signal: true, wait: true };

/** One who waits. */
interface Taker {
  readonly wait: boolean;
  readonly resolve: (job: TakenJob | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** Gives jobs to takers, first come, first served. */
export class Takers {
  readonly #room: Room;
  readonly #waiting = new Set<Taker>();
  #unclaimed: HeldJob[] = [];
  #isOver = false;

  /** Each taker is a place in the room, which is empty at first. */
  constructor(room: Room) {
    this.#room = room;
    room.size = 0;
  }

  /** Resolves with the next job, with undefined when there will be none, or rejects with the signal's reason. */
  take({ signal, wait = true }: TakeOptions): Promise<TakenJob | undefined> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    for (let job; (job = this.#unclaimed.shift()) !== undefined;) {
      if (!job.isOver) return Promise.resolve(job);
    }
    return new Promise((resolve, reject) => {
      const forget = signal && whenAborted(signal, () => {
        this.#remove(taker);
        reject(signal.reason);
      });
      const taker: Taker = {
        wait,
        resolve: (job) => {
          forget?.();
          resolve(job);
        },
        reject: (reason) => {
          forget?.();
          reject(reason);
        },
      };
      this.#waiting.add(taker);
      this.#room.size++;
    });
  }

  /** Gives a job to the first who waits. It was asked for one who does no more: the next has it. */
  deliver(job: HeldJob): void {
    const [taker] = this.#waiting;
    if (this.#isOver) {
      job.abandon();
    } else if (taker === undefined) {
      this.#unclaimed.push(job);
    } else {
      this.#remove(taker);
      taker.resolve(job);
    }
    job.leave();
  }

  /** Tells those who would not wait that there is no job, or why none can be had; or tells all. */
  idle(reason: GearmanError | undefined, who: "impatient" | "all"): void {
    for (const taker of this.#waiting) {
      if (taker.wait && who === "impatient") continue;
      this.#remove(taker);
      if (reason === undefined) taker.resolve(undefined);
      else taker.reject(reason);
    }
  }

  /** Tells all that there will be no more jobs. Those that nobody claimed are to go back. */
  end(): void {
    this.#isOver = true;
    for (const taker of this.#waiting) {
      this.#remove(taker);
      taker.resolve(undefined);
    }
    for (const job of this.#unclaimed) job.abandon();
    this.#unclaimed = [];
  }

  #remove(taker: Taker): void {
    if (this.#waiting.delete(taker)) this.#room.size--;
  }
}
