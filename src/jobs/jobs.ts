/**
 * The functions that clients and workers agree on: what goes in, what comes out.
 *
 * @module
 */
import { wrongType } from "../misuse.ts";
import { type Checked, type Codec, codec } from "./codec.ts";
import { Contract, type Travel } from "./contract.ts";
import { isSchema, type StandardSchema } from "./standard_schema.ts";

/**
 * How an input or an output travels: a codec; a codec under a validator; or a validator alone,
 * whose values travel as JSON.
 */
// deno-lint-ignore no-explicit-any -- whatever types they have
export type Side = Codec<any> | Checked<any, any> | StandardSchema<any, any>;

/** What is agreed on about one function. */
export interface JobDefinition {
  /** The job's input, in place of a workload of bytes. */
  readonly input: Side;
  /** The job's output, in place of a result of bytes. */
  readonly output: Side;
}

/** What is agreed on, by function name. */
export type JobDefinitions = Readonly<Record<string, JobDefinition>>;

/** What is agreed on where nothing is: any function name, any bytes. */
export type AnyJobs = JobDefinitions;

/** The functions' names. */
export type FunctionNameOf<Definitions extends JobDefinitions> = keyof Definitions & string;

/** What the end that sends it gives. */
export type Given<S extends Side> = S extends StandardSchema<infer Value, infer _> ? Value
  : S extends Checked<infer Value, infer _> ? Value
  : S extends Codec<infer Value> ? Value
  : never;

/** What the end that takes it gets. */
export type Taken<S extends Side> = S extends StandardSchema<infer _, infer Value> ? Value
  : S extends Checked<infer _, infer Value> ? Value
  : S extends Codec<infer Value> ? Value
  : never;

/**
 * Functions and their types, for `new Client({ jobs })` and `new Worker({ jobs })`. Made by {@linkcode defineJobs}.
 *
 * @example
 * ```ts
 * import { Client, codec, defineJobs, type Jobs } from "geartrain";
 *
 * const jobs = defineJobs({ count: { input: codec.text(), output: codec.json<number>() } });
 *
 * export function clientOf<D extends typeof jobs.definitions>(of: Jobs<D>): Client<D> {
 *   return new Client({ servers: "127.0.0.1", jobs: of });
 * }
 * ```
 */
export class Jobs<Definitions extends JobDefinitions = AnyJobs> {
  /** Only for the types. */
  declare readonly definitions: Definitions;
  readonly #contracts = new Map<string, Contract>();

  /** Throws a `TypeError` for a side that is neither a codec nor a validator. */
  constructor(definitions: Definitions) {
    if (typeof definitions !== "object" || definitions === null) {
      throw wrongType("{ name: { input, output } }", definitions);
    }
    for (const [functionName, definition] of Object.entries(definitions)) {
      const { input, output } = Object(definition) as JobDefinition;
      const contract = new Contract(
        functionName,
        travelOf(input, `input of function "${functionName}"`),
        travelOf(output, `output of function "${functionName}"`),
      );
      this.#contracts.set(functionName, contract);
    }
  }

  /** The functions' names, in the order of their definition. */
  get names(): FunctionNameOf<Definitions>[] {
    return [...this.#contracts.keys()] as FunctionNameOf<Definitions>[];
  }

  /** What is agreed on about a function. Throws a `TypeError` for one that is not defined. */
  contractOf(functionName: string): Contract {
    const contract = this.#contracts.get(functionName);
    if (contract !== undefined) return contract;
    const names = this.names.map((name) => `"${name}"`).join(", ");
    throw wrongType(`one of the functions ${names}`, functionName);
  }
}

/**
 * Says what functions take and give, once for clients and workers: names, inputs and outputs are
 * then checked by the compiler, and by validators where there are any.
 *
 * A side is a codec (`codec.bytes()`, `codec.text()`, `codec.json<T>()`, one of your own), a codec
 * under a validator (`codec.text(schema)`), or a validator alone, whose values travel as JSON. Any
 * validator of the Standard Schema kind will do; it is asked at both ends. What does not fit is a
 * {@linkcode JobInvalid}: for the client, `INVALID_INPUT` and not sent, or `INVALID_OUTPUT`; for
 * the worker's job, an exception with its name and message.
 *
 * Throws a `TypeError` for a side that is none of these.
 *
 * @example
 * ```ts
 * import { Client, codec, defineJobs, JobServer, Worker } from "geartrain";
 *
 * const jobs = defineJobs({
 *   reverse: { input: codec.text(), output: codec.text() },
 *   sum: { input: codec.json<number[]>(), output: codec.json<number>() },
 * });
 *
 * await using server = await JobServer.listen();
 * await using worker = new Worker({ servers: server.address, jobs });
 * worker.add("reverse", ({ input }) => input.split("").reverse().join(""));
 * worker.add("sum", ({ input }) => input.reduce((sum, term) => sum + term, 0));
 * worker.start();
 *
 * await using client = new Client({ servers: server.address, jobs });
 * const reversed: string = await client.submit("reverse", "Hello!").value();
 * console.log(reversed); // !olleH
 * ```
 */
export function defineJobs<const Definitions extends JobDefinitions>(
  definitions: Definitions,
): Jobs<Definitions> {
  return new Jobs(definitions);
}

/** Throws a `TypeError` for jobs that {@linkcode defineJobs} has not made. */
export function checkJobs<Definitions extends JobDefinitions>(
  jobs: Jobs<Definitions> | undefined,
): Jobs<Definitions> | undefined {
  // By what it can do: it may be of another copy of the library.
  if (jobs === undefined || typeof Object(jobs).contractOf === "function") return jobs;
  throw wrongType("jobs as defineJobs() makes them", jobs);
}

function travelOf(side: Side, what: string): Travel {
  if (isSchema(side)) return codec.json(side);
  if (isCodec(side)) return { codec: side };
  if (typeof side === "object" && side !== null && "codec" in side) {
    if (isCodec(side.codec) && isSchema(side.schema)) return side;
  }
  throw wrongType(`a codec or a validator as ${what}`, side);
}

function isCodec(side: unknown): side is Codec<unknown> {
  if (typeof side !== "object" || side === null) return false;
  const { encode, decode } = side as Partial<Codec<unknown>>;
  return typeof encode === "function" && typeof decode === "function";
}
