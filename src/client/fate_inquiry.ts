/**
 * Asking what became of a job, in two steps: whether the server keeps results at all, and then that
 * job's. A server that does not keep any would take the second for a job, and never answer.
 *
 * @module
 */
import { type Outcome, ServerError } from "../errors.ts";
import type { Abandonable } from "../link/mod.ts";
import { Command, FATE_FUNCTION, fateQuestion, type JobFate, parseFate } from "../protocol/mod.ts";
import type { Address } from "../sockets/socket.ts";
import type { JobSpec } from "./job_request.ts";
import type { Origin } from "./origin.ts";
import { OptionQuestion } from "./questions.ts";
import type { Request } from "./request.ts";
import { Submission } from "./submission.ts";
import type { Limits } from "./task_events.ts";

/** Sends a request: to that server, or to any that can be reached. */
export type Send = (request: Request, server: Address | undefined) => void;

const QUESTION: JobSpec = {
  type: Command.SUBMIT_JOB,
  functionName: FATE_FUNCTION,
  extras: [],
  isNamed: false,
  isIdempotent: false,
};

/** One such question. */
export class FateInquiry implements Abandonable {
  onSettled: (() => void) | undefined;
  readonly #option: OptionQuestion;
  readonly #submission: Submission;
  #isAccepted = false;

  /** @param limits What the answer may have. @param origin Who asks. */
  constructor(by: "handle" | "unique", name: string, limits: Limits, origin: Origin) {
    // A unique leads to the server that has the job.
    this.#option = new OptionQuestion(FATE_FUNCTION, by === "unique" ? name : "");
    this.#submission = new Submission(QUESTION, "", origin, limits);
    this.#submission.workload = fateQuestion(by, name);
  }

  get outcome(): Outcome {
    // Nothing is asked of the job before the second step, and nothing is done to it in any.
    return this.#isAccepted ? this.#submission.outcome : this.#option.outcome;
  }

  abandon(reason: unknown): void {
    this.#option.abandon(reason);
    this.#submission.abandon(reason);
  }

  /** Asks, and resolves with the answer. */
  async ask(send: Send, server: Address | undefined): Promise<JobFate> {
    try {
      send(this.#option, server);
      const answered = await this.#option.promise.catch(explain);
      this.#isAccepted = true;
      const answer = this.#submission.completed();
      send(this.#submission, answered);
      return parseFate(await answer);
    } finally {
      this.onSettled?.();
    }
  }
}

/** Says what it means that a server does not know the option. */
function explain(error: unknown): never {
  if (!(error instanceof ServerError) || error.serverCode !== "UNKNOWN_OPTION") throw error;
  const { serverCode, serverText, outcome } = error;
  const hint = "it keeps no results, as gearmand does not; JobServer does, with `results`, and " +
    "geartrain serve with --results-ttl";
  throw new ServerError(serverCode, serverText, { outcome, hint });
}
