/**
 * Handlers that take and give values, where `defineJobs()` says what those are.
 *
 * @module
 */
import type {
  Awaitable,
  Contract,
  FunctionNameOf,
  Given,
  JobDefinition,
  JobDefinitions,
  Taken,
} from "../jobs/mod.ts";
import { unlessAborted } from "../link/mod.ts";
import type { Handler, Job, Result } from "./job.ts";
import { isPromise } from "./runner.ts";

/** A job whose input is known. */
export interface TypedJob<Input> extends Job {
  /** {@linkcode Job.workload}, decoded and validated. */
  readonly input: Input;
}

/** Runs the jobs of a function with a contract: as a {@linkcode Handler}, but the result is its output. */
export type TypedHandler<Definition extends JobDefinition> = (
  job: TypedJob<Taken<Definition["input"]>>,
) => Given<Definition["output"]> | PromiseLike<Given<Definition["output"]>>;

/** What runs the jobs of a function. */
export type HandlerOf<
  Definitions extends JobDefinitions,
  Name extends FunctionNameOf<Definitions>,
> = string extends keyof Definitions ? Handler : TypedHandler<Definitions[Name]>;

/**
 * The same handler, on bytes. An input that does not fit fails the job before the handler is
 * called, and an output that does not fit fails it in place of being sent: both with an exception
 * that says what is wrong. A validator that takes its time is waited for no longer than the job's
 * signal says: it hears of none itself, and would keep the job's place.
 */
export function contracted(
  contract: Contract,
  handler: (job: TypedJob<unknown>) => unknown,
): Handler {
  return (job) => {
    const run = (input: unknown): Result | PromiseLike<Result> => {
      const output = handler(Object.assign(job, { input }));
      return isPromise(output) ? output.then(encode) : encode(output);
    };
    const about = { handle: job.handle };
    const encode = (output: unknown) => bounded(job, contract.encodeOutput(output, about));
    const input = bounded(job, contract.decodeInput(job.workload, about));
    return input instanceof Promise ? input.then(run) : run(input);
  };
}

function bounded<T>(job: Job, value: Awaitable<T>): Awaitable<T> {
  return value instanceof Promise ? unlessAborted(value, job.signal) : value;
}
