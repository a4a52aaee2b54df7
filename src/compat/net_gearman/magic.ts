/**
 * Jobs as methods: PHP's `__call()`, and the types of what it takes in.
 *
 * @module
 */
import type { JobType } from "./task.ts";

/** The types that are handed over: the call resolves with the handle. */
export type BackgroundType = 2 | 4 | 6;

/** The types that are waited for: the call resolves with the result. */
export type ForegroundType = Exclude<JobType, BackgroundType>;

/** A job as a method. */
export interface MagicCall<Argument, Result> {
  /** Hands the job over, and resolves with its handle. */
  (argument?: Argument, type?: BackgroundType): Promise<string>;
  /** Runs the job, and resolves with its result. */
  (argument: Argument, type: ForegroundType): Promise<Result>;
}

/** Any function, with any argument and result. */
export interface AnyFunctions {
  // deno-lint-ignore no-explicit-any -- JSON, whose shape the caller knows
  readonly [functionName: string]: (argument: any) => any;
}

/** A result as it is received: what is no object and no list is wrapped on its way. */
export type Wrapped<Result> = Result extends object ? Result
  : { readonly result: Result extends void ? null : Result };

/**
 * The functions of a client as its methods: each as a function type, from argument to result, such
 * as the `run` of a job class.
 */
export type MagicCalls<Functions extends object> = {
  readonly [Name in keyof Functions]: Functions[Name] extends
    (argument: infer Argument) => infer Result ? MagicCall<Argument, Wrapped<Awaited<Result>>>
    : never;
};

/** What the language itself looks for on any object: these are no functions of jobs. */
const NOT_JOBS: ReadonlySet<string> = new Set(["then", "toJSON"]);

/**
 * Lets `call` answer every method that the objects of a class do not have. The end of their
 * prototype chain is a proxy: what they have is found before it, and costs nothing more.
 */
export function answerUnknownMethods<T extends object>(
  prototype: T,
  call: (receiver: T, name: string, args: unknown[]) => unknown,
): void {
  Object.setPrototypeOf(
    prototype,
    new Proxy(Object.prototype, {
      get(target, name, receiver) {
        if (typeof name === "symbol" || name in target || NOT_JOBS.has(name)) {
          return Reflect.get(target, name, receiver);
        }
        return (...args: unknown[]) => call(receiver, name, args);
      },
    }),
  );
}
