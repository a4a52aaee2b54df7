/**
 * `geartrain background`: hands jobs over, and prints where they are.
 *
 * @module
 */
import { type BackgroundOptions, Client, type JobReceipt, type Workload } from "../../../mod.ts";
import { got } from "../../errors.ts";
import { type Call, type Command, commandOf, last } from "../command.ts";
import { CONNECTION, connectionOf, serverText } from "../connection.ts";
import { durationOf } from "../duration.ts";
import { errorRow, Exit, exitCodeOf, Interrupted, textOf } from "../exits.ts";
import { inOrder } from "../in_order.ts";
import { SUBMISSION, toSubmit } from "../submission_flags.ts";
import { misuseIn, UsageError } from "../usage_error.ts";
import { ABOUT_WORKLOADS, WORKLOADS, workloadsOf } from "../workloads.ts";

/** The command. */
export const background: Command = commandOf({
  name: "background",
  summary: "hand jobs over, and print their handles",
  words: "FUNCTION [WORKLOAD ...] [FLAGS]",
  about: `
Submits background jobs: nobody waits for their end. For each that a server has taken it prints a
line with the server, the handle and the unique, for "geartrain status --job".

${ABOUT_WORKLOADS}

gearmand before 2.0 wakes no worker for a delayed job: that one must ask by itself, as Geartrain's
workers do.

Ends with 0 when all jobs were taken, else with the code of the first that was not: 20 no server
could be reached, 21 the server said no, 22 the time was up.`,
  flags: [
    ...WORKLOADS,
    ...SUBMISSION,
    { name: "delay", value: "TIME", help: "Not before so much time has passed." },
    { name: "at", value: "DATE", help: "Not before this date, for instance 2027-01-01T06:00Z." },
    {
      name: "schedule",
      value: "CRON",
      help: 'Again and again, for instance "0 6 * * mon-fri". Geartrain\'s server only.',
    },
    ...CONNECTION,
  ],
  examples: [
    ["geartrain background mail letter-17", "one job"],
    ["geartrain background report 2026 --delay 10m --unique report-2026", "later, and once"],
    ["geartrain background index --lines < urls.txt", "many"],
  ],
  run,
});

/** A job that was handed over, or not. */
interface Deposited {
  readonly index: number;
  readonly outcome: Promise<JobReceipt | { readonly error: unknown }>;
}

async function run(call: Call): Promise<number> {
  const { terminal, json, signal } = call;
  const wanted = toSubmit(call);
  const { functionName, maxPacketBytes, retry } = wanted;
  // Which of them go together is the client's affair.
  const options = { ...wanted.options, ...timeOf(call), signal } as BackgroundOptions;
  const { each, isMany } = workloadsOf(call, wanted.words);
  const client = new Client({ ...connectionOf(call), maxPacketBytes, retry });
  const begin = (workload: Workload, index: number): Deposited => ({
    index,
    outcome: client.background(functionName, workload, options).catch((error) => ({ error })),
  });
  let code: number = Exit.OK;
  try {
    for await (const { index, outcome } of inOrder(each, wanted.inFlight, begin)) {
      const receipt = await outcome;
      const about = { job: index, function: functionName };
      if (!("error" in receipt)) {
        const server = serverText(receipt.server);
        const { handle, unique } = receipt;
        const line = json
          ? JSON.stringify({ ...about, server, handle, unique })
          : [server, handle, unique].join("\t");
        await terminal.out(`${line}\n`);
        continue;
      }
      const { error } = receipt;
      if (error instanceof Interrupted || misuseIn(error) !== undefined) throw error;
      if (code === Exit.OK) code = exitCodeOf(error);
      if (json) await terminal.out(`${JSON.stringify({ ...about, error: errorRow(error) })}\n`);
      else terminal.err(`geartrain: ${isMany ? `job ${index + 1}: ` : ""}${textOf(error)}\n`);
    }
  } finally {
    await client.close();
  }
  return code;
}

/** When the jobs may run. */
function timeOf({ flags }: Call): { delay?: number; at?: Date; schedule?: string } {
  const delay = durationOf(last(flags, "delay"), "delay");
  const schedule = last(flags, "schedule");
  const text = last(flags, "at");
  const given = ["at", "delay", "schedule"].filter((name) => flags.has(name));
  if (given.length > 1) {
    throw new UsageError(`Expected --${given[0]} or --${given[1]}, got both`);
  }
  if (schedule !== undefined) return { schedule };
  if (text === undefined) return delay === undefined ? {} : { delay };
  const at = new Date(text);
  if (!Number.isNaN(at.getTime())) return { at };
  throw new UsageError(`Expected --at to be a date such as 2027-01-01T06:00Z, got ${got(text)}`);
}
