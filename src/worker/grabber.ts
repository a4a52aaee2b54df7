/**
 * When a worker asks a server for jobs, and when it sleeps. Knows no packets: it is told what came,
 * and tells what to send.
 *
 *                  free place: GRAB_JOB_ALL
 *                     ┌───┐
 *                     ▼   │          NO_JOB
 *       ┌──────────> asking ────────────────────────> ebbing
 *       │             ▲   ▲          JOB_ASSIGN       │ │ │
 *       │             │   └───────────────────────────┘ │ │
 *       │ NOOP        │ after 100 ms      the last answer is in
 *       │             │                                 │ │
 *       │             │       woken in vain too often   │ │
 *       │         napping <─────────────────────────────┘ │
 *       │                     PRE_SLEEP                   │
 *     asleep <────────────────────────────────────────────┘
 *
 * Grabs are pipelined: as many are in flight as there are free places, and as the server had jobs
 * for. Whoever is asleep has been told that there is no job; a NOOP in any other state says nothing
 * new, since a PRE_SLEEP that finds a job is answered with another NOOP at once. So a server can
 * have from a worker what packets it likes only while the worker is asleep, and that wears off: the
 * ninth time in a row that it was woken at once and for nothing, it naps.
 *
 * @module
 */
import type { Clock } from "../link/mod.ts";
import { Reach } from "./reach.ts";
import type { Room } from "./room.ts";

/** What a grabber has done. */
export interface GrabberOutput {
  /** Sends GRAB_JOB_ALL. */
  grab(): void;
  /** Sends PRE_SLEEP. */
  preSleep(): void;
  /** Told that no grab is in flight, while it is held. */
  held(): void;
}

/** What it is at; see the drawing. */
export type GrabberState = "asking" | "ebbing" | "asleep" | "napping";

/** Times in a row that it lets itself be woken at once and for nothing. */
const MOST_VAIN_WAKES = 8;

/** Milliseconds that it then waits; a sleep that was longer was none for nothing. */
const NAP = 100;

/** Asks for jobs, for as many as there are free places. */
export class Grabber {
  readonly #output: GrabberOutput;
  readonly #room: Room;
  readonly #clock: Clock;
  readonly #reach: Reach;
  #state: GrabberState = "asking";
  /** Grabs that are not answered. Each holds a place in the room. */
  #inFlight = 0;
  #isHeld = true;
  /** Whether grabs are in flight that know nothing of the latest function. */
  #isStale = false;
  #vainWakes = 0;
  #sleptAt = 0;
  #stopNap: (() => void) | undefined;

  /** Held at first: {@linkcode ask} begins. */
  constructor(room: Room, clock: Clock, output: GrabberOutput) {
    this.#room = room;
    this.#clock = clock;
    this.#output = output;
    this.#reach = new Reach(() => room.size);
  }

  /** What it is at. */
  get state(): GrabberState {
    return this.#state;
  }

  /** Grabs that are not answered. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Asks, whatever it was told before: there may be a job now that was none. */
  ask(): void {
    this.#isHeld = false;
    this.#rise();
  }

  /** Another function is offered: what is in flight does not ask for its jobs. {@linkcode ask} follows. */
  widen(): void {
    this.#isStale = this.#inFlight > 0;
  }

  /** A place may have become free. */
  fill(): void {
    if (this.#state !== "asking" || this.#isHeld) return;
    while (this.#reach.allows(this.#inFlight) && this.#room.take()) {
      this.#inFlight++;
      this.#output.grab();
    }
  }

  /** A grab brought a job, whose place is now the job's. */
  job(): void {
    this.#inFlight--;
    this.#vainWakes = 0;
    this.#reach.widen();
    if (this.#state === "ebbing") this.#state = "asking";
    if (this.#isHeld) this.#checkHeld();
    else this.fill();
  }

  /** A grab brought none. */
  noJob(): void {
    this.#inFlight--;
    this.#reach.shrink();
    this.#state = "ebbing";
    this.#room.give();
    if (this.#isHeld) this.#checkHeld();
    else if (this.#inFlight === 0 && this.#state === "ebbing") this.#askedInVain();
  }

  /** The server woke it. */
  noop(): void {
    if (this.#state !== "asleep") return;
    const isAtOnce = this.#clock.now() - this.#sleptAt < NAP;
    this.#vainWakes = isAtOnce ? this.#vainWakes + 1 : 1;
    this.#rise();
  }

  /** Asks no more until {@linkcode ask}; `held()` follows, at once when no grab is in flight. */
  hold(): void {
    this.#isHeld = true;
    this.#endNap();
    this.#checkHeld();
  }

  /** The link is gone: no answer will come. */
  stop(): void {
    this.#isHeld = true;
    this.#endNap();
    for (; this.#inFlight > 0; this.#inFlight--) this.#room.give();
  }

  #rise(): void {
    this.#endNap();
    this.#state = "asking";
    this.fill();
  }

  #askedInVain(): void {
    if (!this.#isStale) return this.#lieDown();
    this.#isStale = false;
    this.#rise();
  }

  #lieDown(): void {
    if (this.#vainWakes <= MOST_VAIN_WAKES) {
      this.#state = "asleep";
      this.#sleptAt = this.#clock.now();
      this.#output.preSleep();
      return;
    }
    this.#state = "napping";
    this.#stopNap = this.#clock.after(NAP, () => {
      // Once more in vain, and it naps again.
      this.#vainWakes = MOST_VAIN_WAKES;
      this.#rise();
    });
  }

  #endNap(): void {
    this.#stopNap?.();
    this.#stopNap = undefined;
  }

  #checkHeld(): void {
    if (this.#inFlight === 0) this.#output.held();
  }
}
