/** Waiting, with an end to it. */
import type { Clock } from "../link/mod.ts";

/** Whether something that never rejects is done within so many milliseconds. */
export function isDone(
  work: Promise<unknown>,
  clock: Clock,
  milliseconds: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const stopTimer = clock.after(milliseconds, () => resolve(false));
    void work.then(() => {
      stopTimer();
      resolve(true);
    });
  });
}
