/** What `submit` and `background` say about a job: its name, its lane, its limits. */
import type { BackgroundOptions, Priority, Retry } from "../../mod.ts";
import { got } from "../errors.ts";
import { type Call, last } from "./command.ts";
import { durationOf } from "./duration.ts";
import type { Flag } from "./flags.ts";
import { countOf } from "./numbers.ts";
import { packetBytesOf } from "./sizes.ts";
import { UsageError } from "./usage_error.ts";

/** The flags. */
export const SUBMISSION: readonly Flag[] = [
  {
    name: "unique",
    short: "u",
    value: "TEXT",
    help: "Your name for the job: equal ones under way share one job.",
  },
  { name: "priority", short: "p", value: "LANE", help: "high, normal or low. Default normal." },
  { name: "reducer", value: "FUNCTION", help: "The function that joins the results of its parts." },
  {
    name: "retry",
    value: "HOW",
    help: '"safe": what was not sent goes to the next server. "idempotent": the job may\n' +
      "run twice, and is sent again until it has ended. Default safe.",
  },
  { name: "timeout", short: "t", value: "TIME", help: "How long to wait for the end of a job." },
  { name: "in-flight", value: "N", help: "How many jobs are under way at most. Default 100." },
  {
    name: "max-packet-bytes",
    value: "SIZE",
    help: "The largest workload and result. Default 64M.",
  },
];

const DEFAULT_IN_FLIGHT = 100;

/** The function, the words after it, and what the flags say. */
export interface ToSubmit {
  readonly functionName: string;
  readonly words: readonly string[];
  readonly inFlight: number;
  readonly maxPacketBytes?: number;
  readonly retry?: Retry;
  readonly options: Pick<BackgroundOptions, "unique" | "timeout" | "priority" | "reducer">;
}

/** Reads the words and flags. Throws a {@linkcode UsageError}. */
export function toSubmit({ flags, words, rest = [] }: Call): ToSubmit {
  const [functionName, ...others] = [...words, ...rest];
  if (functionName === undefined) throw new UsageError("Expected a FUNCTION, got none");
  const oneOf = <T extends string>(name: string, values: readonly T[]): T | undefined => {
    const text = last(flags, name);
    if (text === undefined || values.includes(text as T)) return text as T | undefined;
    throw new UsageError(`Expected --${name} to be ${values.join(" or ")}, got ${got(text)}`);
  };
  const options = {
    unique: last(flags, "unique"),
    timeout: durationOf(last(flags, "timeout"), "timeout"),
    priority: oneOf<Priority>("priority", ["high", "normal", "low"]),
    reducer: last(flags, "reducer"),
  };
  return {
    functionName,
    words: others,
    inFlight: countOf(last(flags, "in-flight"), "--in-flight") ?? DEFAULT_IN_FLIGHT,
    maxPacketBytes: packetBytesOf(last(flags, "max-packet-bytes")),
    retry: oneOf<Retry>("retry", ["safe", "idempotent"]),
    options: options as ToSubmit["options"],
  };
}
