/**
 * `geartrain status`: the functions of a server, or how one job stands.
 *
 * @module
 */
import { Client, type JobStatus, type KnownJob } from "../../../mod.ts";
import { got } from "../../errors.ts";
import { type Call, type Command, commandOf, last, reported } from "../command.ts";
import { CONNECTION, connectionOf } from "../connection.ts";
import { durationOf } from "../duration.ts";
import { Exit, NotKnown } from "../exits.ts";
import { firstToKnow, type NamedJob, namedJob } from "../known_job.ts";
import { countsOf, type FunctionCounts, functionsAt } from "../load.ts";
import { PROGRESS, Progress } from "../progress.ts";
import { type Column, type Of, printRows, sorted } from "../rows.ts";
import { askAll } from "../servers.ts";
import { UsageError } from "../usage_error.ts";

/** The command. */
export const status: Command = commandOf({
  name: "status",
  summary: "show functions with their jobs and workers, or how a job stands",
  words: "[FUNCTION ...] [FLAGS]",
  about: `
Shows the functions that the servers know, or those that are named: jobs that wait, by priority,
jobs that run, and workers. With --job or --unique it shows how one job stands, and with --follow
until the server knows it no more, which tells that it has ended and not how.

Ends with 0, or with 23 when a function that is named, or the job, is not known.`,
  flags: [
    { name: "job", value: "HANDLE", help: "The job of that handle." },
    { name: "unique", short: "u", value: "TEXT", help: "The job of that unique." },
    { name: "follow", help: "Follow the job to its end." },
    { name: "every", value: "TIME", help: "How often to ask, with --follow. Default 1s." },
    ...PROGRESS,
    ...CONNECTION,
  ],
  examples: [
    ["geartrain status", "all functions"],
    ["geartrain status resize --json", "one, for programs to read"],
    ["geartrain status --job H:host:17 --follow", "a job, to its end"],
  ],
  run,
});

/** A function on a server. */
type Row = Of & FunctionCounts;

const COLUMNS: readonly Column<Row>[] = [
  ["FUNCTION", (row) => row.function],
  ["QUEUED", (row) => row.queued],
  ["HIGH", (row) => row.high],
  ["NORMAL", (row) => row.normal],
  ["LOW", (row) => row.low],
  ["RUNNING", (row) => row.running],
  ["WORKERS", (row) => row.workers],
];

async function run(call: Call): Promise<number> {
  const { flags, words, rest = [] } = call;
  const names = [...words, ...rest];
  const job = jobOf(call);
  if (job === undefined) return await showFunctions(call, names);
  if (names.length > 0) throw new UsageError(`Expected a job or functions, got both`);
  const connection = connectionOf(call);
  const client = new Client(connection);
  try {
    const { server, answer } = await firstToKnow(
      connection.servers,
      (server) => client.status({ ...job, server }, { signal: call.signal }),
      ({ isKnown }) => isKnown,
    );
    return flags.has("follow")
      ? await follow(call, client, { ...job, server })
      : await show(call, answer);
  } finally {
    await client.close();
  }
}

function jobOf(call: Call): NamedJob | undefined {
  const { flags } = call;
  const job = namedJob(call, last(flags, "job"), "--job");
  if (job !== undefined || !flags.has("follow")) return job;
  throw new UsageError("Expected --job or --unique with --follow");
}

async function showFunctions(call: Call, names: readonly string[]): Promise<number> {
  const { signal } = call;
  const answers = await askAll(call, (admin) => functionsAt(admin, signal));
  const rows = answers.flatMap(({ server, value }) =>
    countsOf(value).map((counts): Row => ({ server, ...counts }))
  );
  const shown = rows.filter((row) => names.length === 0 || names.includes(row.function));
  await printRows(call, sorted(shown, (row) => `${row.function}\0${row.server}`), COLUMNS);
  const unknown = names.filter((name) => !rows.some((row) => row.function === name));
  for (const name of unknown) {
    reported(new NotKnown(`Expected a function that is known, got ${got(name)}`), call);
  }
  return unknown.length === 0 ? Exit.OK : Exit.UNKNOWN;
}

async function show(call: Call, status: JobStatus): Promise<number> {
  const { terminal, json } = call;
  await terminal.out(json ? `${JSON.stringify(status)}\n` : `${statusText(status)}\n`);
  return status.isKnown ? Exit.OK : Exit.UNKNOWN;
}

async function follow(call: Call, client: Client, job: KnownJob): Promise<number> {
  const { terminal, json, flags, signal } = call;
  const progress = new Progress(terminal, flags);
  const every = durationOf(last(flags, "every"), "every");
  let isKnown = false;
  try {
    for await (const status of client.follow(job, { signal, every })) {
      isKnown = true;
      if (json) await terminal.out(`${JSON.stringify(status)}\n`);
      else if (status.denominator > 0) progress.show(status.numerator, status.denominator);
      else progress.show(0, 0, statusText(status));
    }
  } finally {
    progress.clear();
  }
  if (!json) await terminal.out(isKnown ? "ended\n" : "unknown\n");
  return isKnown ? Exit.OK : Exit.UNKNOWN;
}

function statusText({ isKnown, isRunning, numerator, denominator, clients }: JobStatus): string {
  if (!isKnown) return "unknown";
  const parts = [isRunning ? "running" : "waiting"];
  if (denominator > 0) parts.push(`${numerator}/${denominator}`);
  if (clients !== undefined) parts.push(`followed by ${clients}`);
  return parts.join(", ");
}
