/** What fake servers say to workers, and what tests wait for. */
import type { Clock } from "../../../src/link/mod.ts";
import type { FakePeer } from "../../_harness/fake_server.ts";
import { handClock } from "../../_harness/hand_clock.ts";

/** Takes what a worker says first, if it offers one function. */
export async function welcome(peer: FakePeer): Promise<void> {
  await peer.expect("SET_CLIENT_ID");
  await peer.expect("CAN_DO");
}

/** Says that there is no job, and takes the PRE_SLEEP that follows. */
export async function putToSleep(peer: FakePeer): Promise<void> {
  await peer.expect("GRAB_JOB_ALL");
  await peer.send("NO_JOB");
  await peer.expect("PRE_SLEEP");
}

/** Hands out a job to the next who asks. */
export async function assign(
  peer: FakePeer,
  handle: string,
  name: string,
  workload = "",
): Promise<void> {
  await peer.expect("GRAB_JOB_ALL");
  await peer.send("JOB_ASSIGN_UNIQ", handle, name, "u", workload);
}

/** Wakes a sleeper for a job. */
export async function wakeFor(
  peer: FakePeer,
  handle: string,
  name: string,
  workload = "",
): Promise<void> {
  await peer.send("NOOP");
  await assign(peer, handle, name, workload);
}

/** Milliseconds between two questions to a monitor. */
export const QUARTER = 250;

/** A clock by which it is time, once, to ask the monitor, and that stands still otherwise. */
export function impatientClock(): Clock {
  const clock = handClock();
  let isPatient = false;
  return {
    now: () => clock.now(),
    after(milliseconds, then) {
      const stopTimer = clock.after(milliseconds, then);
      if (milliseconds === QUARTER && !isPatient) queueMicrotask(() => clock.turn(QUARTER));
      isPatient ||= milliseconds === QUARTER;
      return stopTimer;
    },
  };
}

/** Something that happens again and again. */
export class Happening {
  #count = 0;
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  /** It happens. */
  readonly now = (): void => {
    this.#count++;
    for (const { count, resolve } of this.#waiting) if (count <= this.#count) resolve();
  };

  /** Resolves once it has happened so many times. */
  async times(count: number): Promise<void> {
    if (count <= this.#count) return;
    await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
  }
}

/** Callbacks that throw. */
export const THROWERS = {
  "at once"() {
    throw new RangeError("mine");
  },
  async later() {
    await undefined;
    throw new RangeError("mine");
  },
};
