/**
 * What a typed task's result means. A validator may take its time, or never end: whoever waits for the
 * value waits no longer than the limits of the submission say.
 *
 * @module
 */
import type { Outcome } from "../errors.ts";
import type { Contract } from "../jobs/mod.ts";
import { type Abandonable, type Clock, limitWait, type WaitOptions } from "../link/mod.ts";
import { Deferred } from "./deferred.ts";
import type { Router } from "./router.ts";
import type { Submission } from "./submission.ts";

/** What makes a task's value, and what bounds that. */
export interface Valuing {
  readonly contract: Contract;
  readonly options: WaitOptions;
  readonly clock: Clock;
  /** When the job was submitted, by the clock. */
  readonly since: number;
  readonly router: Pick<Router, "isClosed" | "announce">;
}

/**
 * The value in a task's result. The time limit goes on where the value was asked for before the job
 * had ended, and begins anew where it is asked for later, even of a client that has been closed.
 */
export async function valueOf(
  submission: Submission,
  result: Promise<Uint8Array>,
  { contract, options, clock, since, router }: Valuing,
): Promise<unknown> {
  const isLate = submission.isSettled;
  const { functionName } = submission;
  const bytes = await result;
  let value: unknown;
  try {
    value = contract.decodeOutput(bytes, { handle: submission.handle });
  } catch (invalid) {
    throw submission.noted(invalid);
  }
  if (!(value instanceof Promise)) return value;
  const validation = new Validation(submission, value);
  if (!isLate || !router.isClosed) router.announce(validation);
  const what = `the value of a job of function "${functionName}"`;
  limitWait(validation, options, clock, what, isLate ? clock.now() : since);
  return await validation.promise;
}

/** A value that its validator is at. */
class Validation implements Abandonable {
  readonly #submission: Submission;
  readonly #value = new Deferred<unknown>();
  onSettled: (() => void) | undefined;

  constructor(submission: Submission, value: Promise<unknown>) {
    this.#submission = submission;
    value.then((valid) => {
      this.#value.resolve(valid);
      this.onSettled?.();
    }, (invalid) => this.abandon(invalid, true));
  }

  get promise(): Promise<unknown> {
    return this.#value.promise;
  }

  get outcome(): Outcome {
    return this.#submission.outcome;
  }

  abandon(reason: unknown, isOurs = false): void {
    this.#value.reject(isOurs ? this.#submission.noted(reason) : reason);
    this.onSettled?.();
  }
}
