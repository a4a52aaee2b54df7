/**
 * `geartrain submit`: submits foreground jobs, and writes their results to standard output.
 *
 * @module
 */
import { Client, type Task, TaskFeed, type Workload } from "../../../mod.ts";
import { joined } from "../../joined.ts";
import { bytesAsJson } from "../bytes_as_json.ts";
import { type Call, type Command, commandOf } from "../command.ts";
import { CONNECTION, connectionOf } from "../connection.ts";
import { errorRow, Exit, exitCodeOf, Interrupted, textOf } from "../exits.ts";
import { inOrder } from "../in_order.ts";
import { PROGRESS, Progress } from "../progress.ts";
import { ResultOutput } from "../result_output.ts";
import { DEFAULT_PACKET_BYTES } from "../sizes.ts";
import { SUBMISSION, type ToSubmit, toSubmit } from "../submission_flags.ts";
import { safe } from "../table.ts";
import { ABOUT_WORKLOADS, WORKLOADS, workloadsOf } from "../workloads.ts";

/** The command. */
export const submit: Command = commandOf({
  name: "submit",
  summary: "submit jobs, and wait for their results",
  words: "FUNCTION [WORKLOAD ...] [FLAGS]",
  about: `
Submits foreground jobs. The result goes to standard output, bit by bit as the job sends it, and
at a terminal on lines of its own; results of several jobs come in the order of the workloads, each
on a line. Progress and warnings go to standard error. A job of a function that no worker offers waits: see --timeout.

${ABOUT_WORKLOADS}

Ends with 0 when all jobs are complete, else with the code of the first that is not: 10 it failed,
11 it failed with an exception, 12 its server was lost, 20 no server could be reached, 21 the server
said no, 22 its time was up. An interrupted command follows no more: the job runs on.`,
  flags: [...WORKLOADS, ...SUBMISSION, ...PROGRESS, ...CONNECTION],
  examples: [
    ["geartrain submit reverse 'Hello!'", "one job"],
    ["geartrain submit resize --file cat.jpg > small.jpg", "a file, there and back"],
    ["find . -name '*.log' -print0 | geartrain submit -0 index", "a job for each file name"],
    ["geartrain submit reverse --lines --json < words.txt", "for programs to read"],
  ],
  run,
});

/** One job of several. */
interface Submitted {
  readonly index: number;
  readonly task: Task;
  readonly feed: TaskFeed;
}

async function run(call: Call): Promise<number> {
  const wanted = toSubmit(call);
  const workloads = workloadsOf(call, wanted.words);
  const client = new Client({ ...connectionOf(call), ...limitsOf(wanted) });
  const progress = new Progress(call.terminal, call.flags);
  let code: number = Exit.OK;
  let ended = 0;
  const begin = (workload: Workload, index: number): Submitted => {
    const feed = new TaskFeed();
    const options = { ...wanted.options, feed, signal: call.signal };
    const task = client.submit(wanted.functionName, workload, options as { feed: TaskFeed });
    return { index, task, feed };
  };
  const writer = { call, progress, ...workloads };
  try {
    for await (const job of inOrder(workloads.each, wanted.inFlight, begin)) {
      if (workloads.isMany) progress.show(ended++, workloads.total ?? 0, " jobs");
      const failure = await (call.json ? tell(writer, job) : write(writer, job));
      if (failure instanceof Interrupted) throw failure;
      if (failure !== undefined && code === Exit.OK) code = exitCodeOf(failure);
    }
  } finally {
    progress.clear();
    await client.close();
  }
  return code;
}

function limitsOf({ maxPacketBytes, retry }: ToSubmit): object {
  // What may come in one packet must fit.
  return {
    retry,
    maxPacketBytes,
    taskBytes: maxPacketBytes && Math.max(maxPacketBytes, DEFAULT_PACKET_BYTES),
  };
}

/** What a job is written with. */
interface Writer {
  readonly call: Call;
  readonly progress: Progress;
  readonly isMany: boolean;
  readonly separator: string;
}

/** Writes what a job sends, as it comes. Returns why it failed. */
async function write(writer: Writer, job: Submitted): Promise<unknown> {
  const { call: { terminal }, progress, isMany, separator } = writer;
  const output = new ResultOutput(terminal);
  const failure = await follow(writer, job, async (piece) => {
    if (piece.length > 0) progress.clear();
    await output.write(piece);
  });
  if (failure === undefined && isMany) await terminal.out(separator);
  else await output.end();
  if (failure !== undefined && !(failure instanceof Interrupted)) {
    const which = isMany ? `job ${job.index + 1}: ` : "";
    progress.clear();
    terminal.err(`geartrain: ${which}${textOf(failure)}\n`);
  }
  return failure;
}

/** Writes a line of JSON for a job. Returns why it failed. */
async function tell(writer: Writer, job: Submitted): Promise<unknown> {
  const { call: { terminal }, progress } = writer;
  const { index, task } = job;
  const pieces: Uint8Array[] = [];
  const failure = await follow(writer, job, (piece) => void pieces.push(piece));
  if (failure instanceof Interrupted) return failure;
  const about = { job: index, function: task.functionName, handle: task.handle };
  const row = failure === undefined
    ? { ...about, state: "complete", ...bytesAsJson("result", joined(pieces)) }
    : { ...about, state: "failed", error: errorRow(failure) };
  progress.clear();
  await terminal.out(`${JSON.stringify(row)}\n`);
  return failure;
}

/** Reads a job to its end, and returns why it failed. */
async function follow(
  { progress, isMany }: Writer,
  { feed }: Submitted,
  take: (piece: Uint8Array) => void | Promise<void>,
): Promise<unknown> {
  for await (const entry of feed) {
    switch (entry.type) {
      case "data":
      case "complete":
        await take(entry.data);
        break;
      case "warning":
        progress.note(`geartrain: warning: ${safe(new TextDecoder().decode(entry.data))}`);
        break;
      case "status":
        if (!isMany) progress.show(entry.numerator, entry.denominator);
        break;
      case "failed":
        return entry.error ?? new Error("Expected a reason, got none");
    }
  }
  return undefined;
}
