/**
 * What is known of one function: how its input and its output travel, and what they must be.
 *
 * @module
 */
import {
  invalid,
  type InvalidSide,
  type JobErrorOptions,
  JobInvalid,
  type JobIssue,
} from "../errors.ts";
import { wrongType } from "../misuse.ts";
import type { Codec } from "./codec.ts";
import type { StandardIssue, StandardResult, StandardSchema } from "./standard_schema.ts";

/** What is there at once or, where a validator takes its time, later. */
export type Awaitable<T> = T | Promise<T>;

/** A codec, and the validator over it, if there is one. */
export interface Travel {
  readonly codec: Codec<unknown>;
  readonly schema?: StandardSchema;
}

/** Which job a refusal is about, and what became of it. */
export type About = Omit<JobErrorOptions, "functionName" | "cause">;

/**
 * One function's half of a contract between clients and workers. Every method throws, or rejects
 * with, a {@linkcode JobInvalid} for what does not fit; it waits only where a validator does.
 */
export class Contract {
  readonly functionName: string;
  readonly #input: Travel;
  readonly #output: Travel;

  constructor(functionName: string, input: Travel, output: Travel) {
    this.functionName = functionName;
    this.#input = input;
    this.#output = output;
  }

  /** The client's: a workload from an input. */
  encodeInput(value: unknown, about?: About): Awaitable<string | Uint8Array> {
    return this.#encode("input", this.#input, value, about);
  }

  /** The worker's: the input in a workload. */
  decodeInput(bytes: Uint8Array, about?: About): Awaitable<unknown> {
    return this.#decode("input", this.#input, bytes, about);
  }

  /** The worker's: a result from an output. */
  encodeOutput(value: unknown, about?: About): Awaitable<string | Uint8Array> {
    return this.#encode("output", this.#output, value, about);
  }

  /** The client's: the output in a result. */
  decodeOutput(bytes: Uint8Array, about?: About): Awaitable<unknown> {
    return this.#decode("output", this.#output, bytes, about);
  }

  #encode(
    side: InvalidSide,
    { codec, schema }: Travel,
    value: unknown,
    about?: About,
  ): Awaitable<string | Uint8Array> {
    const encode = () => this.#attempt(side, about, () => codec.encode(value));
    if (schema === undefined) return encode();
    // Asked whether it fits, and no more: the other end makes of it what the validator makes of it.
    return this.#validate(side, schema, value, about, encode);
  }

  #decode(
    side: InvalidSide,
    { codec, schema }: Travel,
    bytes: Uint8Array,
    about?: About,
  ): Awaitable<unknown> {
    const value = this.#attempt(side, about, () => codec.decode(bytes));
    if (schema === undefined) return value;
    return this.#validate(side, schema, value, about, (taken) => taken);
  }

  #validate<T>(
    side: InvalidSide,
    schema: StandardSchema,
    value: unknown,
    about: About | undefined,
    then: (taken: unknown) => T,
  ): Awaitable<T> {
    const judge = (result: StandardResult<unknown>) => {
      const issues = this.#attempt(side, about, () => issuesIn(result));
      if (issues !== undefined) throw new JobInvalid(side, issues, this.#about(about));
      return then((result as { readonly value: unknown }).value);
    };
    const failed = (cause: unknown): never => {
      throw invalid(side, cause, this.#about(about));
    };
    const result = this.#attempt(side, about, () => schema["~standard"].validate(value));
    const isLater = this.#attempt(side, about, () => isThenable(result));
    if (!isLater) return judge(result as StandardResult<unknown>);
    return Promise.resolve(result).catch(failed).then(judge);
  }

  /** Does what a codec or a validator of the user's may fail at. */
  #attempt<T>(side: InvalidSide, about: About | undefined, act: () => T): T {
    try {
      return act();
    } catch (cause) {
      throw invalid(side, cause, this.#about(about));
    }
  }

  #about(about?: About): JobErrorOptions {
    return { ...about, functionName: this.functionName };
  }
}

/** What a validator found wrong; undefined: nothing. Throws a `TypeError` for what is no answer of one. */
function issuesIn(result: StandardResult<unknown>): JobIssue[] | undefined {
  if (typeof result !== "object" || result === null) throw noAnswer(result);
  const { issues } = result;
  if (issues === undefined) return undefined;
  // One that is an array of a class of its own is an array, too.
  if (!Array.isArray(issues)) throw noAnswer(issues);
  return Array.from(issues, (issue) => {
    if (typeof issue === "object" && issue !== null) return issueOf(issue);
    throw noAnswer(issue);
  });
}

function noAnswer(what: unknown): TypeError {
  return wrongType("{ value } or { issues: [{ message }] } of the validator", what);
}

/** Whether it is there later: a promise of any make. */
function isThenable(result: unknown): boolean {
  if (result instanceof Promise) return true;
  return typeof result === "object" && result !== null && "then" in result &&
    typeof result.then === "function";
}

function issueOf({ message, path = [] }: StandardIssue): JobIssue {
  // Into an array of ours: that of arktype is of a class of its own.
  return { message, path: Array.from(path, (part) => typeof part === "object" ? part.key : part) };
}
