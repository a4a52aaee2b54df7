/**
 * How a client asks what became of a job: a foreground job of the function
 * {@linkcode FATE_FUNCTION}, which a server that keeps results runs itself. The workload asks, the
 * result answers; so any Gearman client can ask.
 *
 *     workload   handle H:host:7        or        unique my-name
 *     result     one line, then bytes: complete 1764295200123\n and the job's result
 *
 * Whether a server answers is asked with an OPTION_REQ for the same name: another server would
 * take the question for a job, and keep it for a worker that never comes.
 *
 * @module
 */
import { got, ProtocolError } from "../errors.ts";

/** The function whose jobs are questions, and the option that says whether they are answered. */
export const FATE_FUNCTION = "geartrain:fate";

/** What became of a job, as far as the server knows. */
export type JobFate =
  /** It ended with a result; undefined: one too large to be kept. */
  | { readonly state: "complete"; readonly endedAt: number; readonly result?: Uint8Array }
  /** It failed: its worker said so, or none finished it, or it was cancelled. */
  | { readonly state: "failed"; readonly endedAt: number }
  /** It ended with an exception; `data` is what the worker sent, undefined where it was too large to be kept. */
  | { readonly state: "exception"; readonly endedAt: number; readonly data?: Uint8Array }
  /** A worker has it; the numbers are the progress last told. */
  | { readonly state: "running"; readonly numerator: number; readonly denominator: number }
  /** It waits for a worker, or for its time. */
  | { readonly state: "queued" }
  /** The server does not know it: it never did, or it has forgotten. */
  | { readonly state: "unknown" };

/** The workload that asks for a job's fate. */
export function fateQuestion(by: "handle" | "unique", name: string): string {
  return `${by} ${name}`;
}

const NEWLINE = 0x0a;

/** The first word of a question, and the bytes of the rest. Undefined: it is none. */
export function parseFateQuestion(
  workload: Uint8Array,
): { readonly by: "handle" | "unique"; readonly name: Uint8Array } | undefined {
  const [verb] = /^(handle|unique) /.exec(String.fromCharCode(...workload.subarray(0, 7))) ?? [];
  if (verb === undefined) return undefined;
  return { by: verb.trimEnd() as "handle" | "unique", name: workload.subarray(verb.length) };
}

/** The pieces of an answer: its line, and the bytes that follow. */
export function formatFate(fate: JobFate): readonly [line: string, data: Uint8Array] {
  switch (fate.state) {
    case "complete":
      return formatEnd(fate.state, fate.endedAt, fate.result);
    case "exception":
      return formatEnd(fate.state, fate.endedAt, fate.data);
    case "failed":
      return [`failed ${fate.endedAt}\n`, NOTHING];
    case "running":
      return [`running ${fate.numerator} ${fate.denominator}\n`, NOTHING];
    default:
      return [`${fate.state}\n`, NOTHING];
  }
}

const NOTHING: Uint8Array = new Uint8Array(0);

function formatEnd(
  state: string,
  endedAt: number,
  data: Uint8Array | undefined,
): readonly [line: string, data: Uint8Array] {
  return data === undefined
    ? [`${state} ${endedAt} not kept\n`, NOTHING]
    : [`${state} ${endedAt}\n`, data];
}

/** Reads an answer. Throws a {@linkcode ProtocolError} where it is none. */
export function parseFate(answer: Uint8Array): JobFate {
  const end = answer.indexOf(NEWLINE);
  const line = String.fromCharCode(...answer.subarray(0, Math.max(Math.min(end, 80), 0)));
  const rest = answer.subarray(end + 1);
  const [state, first, second] = line.split(" ");
  const endedAt = Number(first);
  const isKept = second === undefined;
  switch (state) {
    case "complete":
      return isKept ? { state, endedAt, result: rest } : { state, endedAt };
    case "exception":
      return isKept ? { state, endedAt, data: rest } : { state, endedAt };
    case "failed":
      return { state, endedAt };
    case "running":
      return { state, numerator: Number(first), denominator: Number(second) };
    case "queued":
    case "unknown":
      return { state };
    default:
      throw new ProtocolError("UNEXPECTED", `Expected the fate of a job, got ${got(line)}`);
  }
}
