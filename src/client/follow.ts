/**
 * Following a job that somebody else submitted, or that was handed over: by asking how it stands.
 *
 * @module
 */
import { checkPeriod, type Clock, whenAborted } from "../link/mod.ts";
import type { JobStatus } from "./questions.ts";

/** Milliseconds between two questions by default. */
const DEFAULT_EVERY = 1_000;

/** What the asking needs. */
export interface Following {
  readonly clock: Clock;
  readonly ask: () => Promise<JobStatus>;
  readonly every?: number;
  readonly signal?: AbortSignal;
}

/** How the job stands, each time that has changed, for as long as its server knows it. */
export function following(options: Following): AsyncGenerator<JobStatus, void, undefined> {
  return statuses(options, checkPeriod(options.every ?? DEFAULT_EVERY, "every"));
}

async function* statuses(
  { ask, clock, signal }: Following,
  every: number,
): AsyncGenerator<JobStatus, void, undefined> {
  let last: JobStatus | undefined;
  for (;;) {
    const status = await ask();
    if (!status.isKnown) return;
    if (last === undefined || !isSame(status, last)) yield status;
    last = status;
    await pause(every, clock, signal);
  }
}

function isSame(a: JobStatus, b: JobStatus): boolean {
  return a.isRunning === b.isRunning && a.numerator === b.numerator &&
    a.denominator === b.denominator && a.clients === b.clients;
}

/** Waits. Rejects with the signal's reason when it aborts. */
function pause(milliseconds: number, clock: Clock, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stopTimer = clock.after(milliseconds, () => {
      forget?.();
      resolve();
    });
    const forget = signal && whenAborted(signal, () => {
      stopTimer();
      reject(signal.reason);
    });
  });
}
