/** How busy servers are: what `geartrain top` knows of the functions, and how that changes. */
import type { FunctionRow, PriorityRow } from "../../mod.ts";

/** A function, on all servers together. */
export interface FunctionLoad {
  readonly function: string;
  readonly queued: number;
  readonly high: number;
  readonly normal: number;
  readonly low: number;
  readonly running: number;
  readonly workers: number;
  /** Jobs by which the queue has grown in a second; less than 0: it shrinks. Undefined at first. */
  readonly rate?: number;
}

/** What one server said. */
export interface ServerLoad {
  readonly server: string;
  readonly functions: readonly FunctionRow[];
  readonly priorities: readonly PriorityRow[];
}

/** A moment. */
export interface Load {
  /** Milliseconds since some fixed moment. */
  readonly at: number;
  readonly functions: readonly FunctionLoad[];
  /** Of each server: its name, and why it did not answer. */
  readonly servers: readonly { readonly server: string; readonly trouble?: string }[];
}

/** The functions of all servers, and how they have changed since `before`. */
export function loadOf(
  at: number,
  answers: readonly (ServerLoad | { readonly server: string; readonly trouble: string })[],
  before?: Load,
): Load {
  const functions = new Map<string, Omit<FunctionLoad, "rate">>();
  for (const answer of answers) {
    if ("trouble" in answer) continue;
    for (const { functionName, total, running, workers } of answer.functions) {
      const lanes = answer.priorities.find((row) => row.functionName === functionName);
      const sum = functions.get(functionName);
      functions.set(functionName, {
        function: functionName,
        // The two questions are not asked at once: a job may have begun in between.
        queued: (sum?.queued ?? 0) + Math.max(0, total - running),
        high: (sum?.high ?? 0) + (lanes?.high ?? 0),
        normal: (sum?.normal ?? 0) + (lanes?.normal ?? 0),
        low: (sum?.low ?? 0) + (lanes?.low ?? 0),
        running: (sum?.running ?? 0) + running,
        workers: (sum?.workers ?? 0) + workers,
      });
    }
  }
  return {
    at,
    servers: answers.map((answer) => {
      const { server } = answer;
      return "trouble" in answer ? { server, trouble: answer.trouble } : { server };
    }),
    functions: [...functions.values()].map((row) => withRate(row, at, before)),
  };
}

function withRate(row: Omit<FunctionLoad, "rate">, at: number, before?: Load): FunctionLoad {
  if (before === undefined || at <= before.at) return row;
  const last = before.functions.find((other) => other.function === row.function);
  const grown = row.queued - (last?.queued ?? 0);
  return { ...row, rate: grown * 1_000 / (at - before.at) };
}

/** What functions can be sorted by. */
export type SortKey = "function" | "queued" | "running" | "workers" | "rate";

/** The functions in an order: text from a on, numbers from the largest on, unless turned around. */
export function sortedBy(
  functions: readonly FunctionLoad[],
  key: SortKey,
  isReversed: boolean,
): FunctionLoad[] {
  const byName = (a: FunctionLoad, b: FunctionLoad) =>
    a.function < b.function ? -1 : a.function > b.function ? 1 : 0;
  const sign = isReversed ? -1 : 1;
  return [...functions].sort((a, b) => {
    if (key === "function") return sign * byName(a, b);
    return sign * ((b[key] ?? 0) - (a[key] ?? 0)) || byName(a, b);
  });
}
