/** How busy servers are: what is known of the functions, and how that changes. */
import type { Admin, FunctionRow, PriorityRow } from "../../mod.ts";

/** The jobs and workers of a function. */
export interface FunctionCounts {
  readonly function: string;
  readonly queued: number;
  readonly high: number;
  readonly normal: number;
  readonly low: number;
  readonly running: number;
  readonly workers: number;
}

/** A function, on all servers together. */
export interface FunctionLoad extends FunctionCounts {
  /** Jobs by which the queue has grown in a second; less than 0: it shrinks. Undefined at first. */
  readonly rate?: number;
}

/** What one server said of its functions, asked twice. */
export interface Said {
  readonly functions: readonly FunctionRow[];
  readonly priorities: readonly PriorityRow[];
}

/** The same, and which server. */
export interface ServerLoad extends Said {
  readonly server: string;
}

/** A moment. */
export interface Load {
  /** Milliseconds since some fixed moment. */
  readonly at: number;
  readonly functions: readonly FunctionLoad[];
  /** Of each server: its name, and why it did not answer. */
  readonly servers: readonly { readonly server: string; readonly trouble?: string }[];
}

/** Asks a server for its functions. */
export async function functionsAt(admin: Admin, signal?: AbortSignal): Promise<Said> {
  const [functions, priorities] = await Promise.all([
    admin.status({ signal }),
    admin.priorityStatus({ signal }),
  ]);
  return { functions, priorities };
}

/** The functions of one server. */
export function countsOf({ functions, priorities }: Said): FunctionCounts[] {
  return functions.map(({ functionName, total, running, workers }) => {
    const lanes = priorities.find((row) => row.functionName === functionName);
    const { high = 0, normal = 0, low = 0 } = lanes ?? {};
    // The two questions are not asked at once: a job may have begun in between.
    const queued = Math.max(0, total - running);
    return { function: functionName, queued, high, normal, low, running, workers };
  });
}

/** The functions of all servers, and how they have changed since `before`. */
export function loadOf(
  at: number,
  answers: readonly (ServerLoad | { readonly server: string; readonly trouble: string })[],
  before?: Load,
): Load {
  const functions = new Map<string, FunctionCounts>();
  for (const answer of answers) {
    if ("trouble" in answer) continue;
    for (const counts of countsOf(answer)) {
      const others = functions.get(counts.function);
      functions.set(counts.function, others === undefined ? counts : sumOf(others, counts));
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

function sumOf(some: FunctionCounts, more: FunctionCounts): FunctionCounts {
  return {
    function: some.function,
    queued: some.queued + more.queued,
    high: some.high + more.high,
    normal: some.normal + more.normal,
    low: some.low + more.low,
    running: some.running + more.running,
    workers: some.workers + more.workers,
  };
}

function withRate(row: FunctionCounts, at: number, before?: Load): FunctionLoad {
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
