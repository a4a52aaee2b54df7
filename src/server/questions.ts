/**
 * Questions about jobs, asked as jobs: what became of one. The server runs them itself, at once.
 *
 * @module
 */
import {
  Command,
  FATE_FUNCTION,
  formatFate,
  type JobFate,
  parseFateQuestion,
} from "../protocol/mod.ts";
import { beforeNul, bytesOf, keyOf } from "./bytes.ts";
import { told } from "./fates.ts";
import type { Job } from "./jobs.ts";
import type { Peer } from "./peers.ts";
import type { State } from "./state.ts";

const FATE_FUNCTION_BYTES = bytesOf(FATE_FUNCTION);

/** Whether the jobs of a function are questions that this server answers. */
export function isQuestion({ fates }: State, functionName: Uint8Array): boolean {
  return fates !== undefined && functionName.length === FATE_FUNCTION_BYTES.length &&
    keyOf(functionName) === FATE_FUNCTION;
}

/** Answers a question, as a worker would: with a result, or a failure where it makes no sense. */
export function answer(state: State, peer: Peer, handle: string, workload: Uint8Array): void {
  const { output } = peer;
  output.packet(Command.JOB_CREATED, [handle]);
  const question = parseFateQuestion(workload);
  if (question === undefined) return output.packet(Command.WORK_FAIL, [handle]);
  const { by, name } = question;
  const fate = by === "handle" ? fateOfHandle(state, name) : fateOfUnique(state, name);
  const [line, data] = formatFate(fate);
  const result = new Uint8Array(line.length + data.length);
  result.set(bytesOf(line));
  result.set(data, line.length);
  output.packet(Command.WORK_COMPLETE, [handle, result]);
}

/** What became of the job of a handle. */
export function fateOfHandle({ jobs, fates, series: list }: State, handle: Uint8Array): JobFate {
  const series = list.find(handle);
  // A series is as the job is that it submitted last; before that it waits.
  const job = series === undefined ? jobs.find(handle) : list.runOf(series);
  if (job !== undefined && !job.isAbandoned) return underWay(job);
  const name = series === undefined ? keyOf(beforeNul(handle)) : list.lastHandleOf(series.progress);
  const fate = fates?.withHandle(name);
  if (fate !== undefined) return told(fate);
  return { state: series === undefined ? "unknown" : "queued" };
}

/** What became of the job of a unique: the one under way, or else the latest that has ended. */
export function fateOfUnique({ jobs, fates, series }: State, unique: Uint8Array): JobFate {
  const job = jobs.withUnique(unique);
  if (job !== undefined && !job.isAbandoned) return underWay(job);
  const fate = fates?.withUnique(unique);
  if (fate !== undefined) return told(fate);
  return { state: series.withUnique(unique) === undefined ? "unknown" : "queued" };
}

function underWay({ worker, numerator, denominator }: Job): JobFate {
  return worker === undefined ? { state: "queued" } : { state: "running", numerator, denominator };
}
