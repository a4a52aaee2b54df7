/**
 * `geartrain fate`: how a background job ended, where its server keeps that.
 *
 * @module
 */
import { Client, type JobFate } from "../../../mod.ts";
import { bytesAsJson } from "../bytes_as_json.ts";
import { type Call, type Command, commandOf } from "../command.ts";
import { CONNECTION, connectionOf, serverText } from "../connection.ts";
import { Exit } from "../exits.ts";
import { firstToKnow, namedJob } from "../known_job.ts";
import { ResultOutput } from "../result_output.ts";
import { safe } from "../table.ts";
import { UsageError } from "../usage_error.ts";
import { checkNoMore } from "../words.ts";

/** The command. */
export const fate: Command = commandOf({
  name: "fate",
  summary: "tell how a background job ended, and print its result",
  words: "[HANDLE] [FLAGS]",
  about: `
Asks the servers what became of a job, by its handle or, with --unique, by its unique. The result
goes to standard output; of a job that is not complete, a line to standard error tells how it stands.
It is for servers that keep that for a time, as "geartrain serve --results-ttl" does; gearmand forgets a
job when it ends.

Ends with 0 when the job is complete, 10 it failed, 11 it failed with an exception, 24 it has not
ended, 23 no server knows it, or not any more, 21 the server keeps no results.`,
  flags: [
    { name: "unique", short: "u", value: "TEXT", help: "The job of that unique." },
    ...CONNECTION,
  ],
  examples: [
    ["geartrain fate H:host:17 > small.jpg", "the result"],
    ["geartrain fate --unique report-2026 --json", "for programs to read"],
    [
      "geartrain status --job H:host:17 --follow && geartrain fate H:host:17",
      "once it has ended",
    ],
  ],
  run,
});

const CODES: Readonly<Record<JobFate["state"], number>> = {
  complete: Exit.OK,
  failed: Exit.FAILED,
  exception: Exit.EXCEPTION,
  running: Exit.UNENDED,
  queued: Exit.UNENDED,
  unknown: Exit.UNKNOWN,
};

async function run(call: Call): Promise<number> {
  const { words, rest = [], signal, terminal, json } = call;
  const [handle, ...more] = [...words, ...rest];
  checkNoMore(more, "HANDLE");
  const job = namedJob(call, handle, "HANDLE");
  if (job === undefined) throw new UsageError("Expected HANDLE or --unique, got none");
  const connection = connectionOf(call);
  const client = new Client(connection);
  try {
    const { server, answer } = await firstToKnow(
      connection.servers,
      (server) => client.fate({ ...job, server }, { signal }),
      ({ state }) => state !== "unknown",
    );
    if (json) {
      const row = { ...job, server: serverText(server), ...asJson(answer) };
      await terminal.out(`${JSON.stringify(row)}\n`);
    } else await tell(call, Object.values(job)[0], answer);
    return CODES[answer.state];
  } finally {
    await client.close();
  }
}

/** Prints the result, or says why there is none. */
async function tell({ terminal }: Call, name: string, fate: JobFate): Promise<void> {
  if (fate.state === "complete" && fate.result !== undefined) {
    const output = new ResultOutput(terminal);
    await output.write(fate.result);
    return await output.end();
  }
  terminal.err(`geartrain: Job "${safe(name)}" ${safe(textOf(fate))}\n`);
}

function textOf(fate: JobFate): string {
  switch (fate.state) {
    case "complete":
      return `was complete at ${dateOf(fate)}; its result was too large to be kept`;
    case "failed":
      return `failed at ${dateOf(fate)}`;
    case "exception": {
      const why = fate.data === undefined
        ? "too large to be kept"
        : new TextDecoder().decode(fate.data);
      return `failed at ${dateOf(fate)} with an exception: ${why}`;
    }
    case "running": {
      const { numerator, denominator } = fate;
      return `is running${denominator > 0 ? `, ${numerator}/${denominator}` : ""}`;
    }
    case "queued":
      return "is waiting";
    case "unknown":
      return "is not known, or not any more";
  }
}

function dateOf({ endedAt }: { readonly endedAt: number }): string {
  return new Date(endedAt).toISOString();
}

function asJson(fate: JobFate): object {
  if (!("endedAt" in fate)) return fate;
  const row = { state: fate.state, endedAt: dateOf(fate) };
  switch (fate.state) {
    case "complete":
      return { ...row, ...fate.result && bytesAsJson("result", fate.result) };
    case "exception":
      return { ...row, ...fate.data && bytesAsJson("data", fate.data) };
    case "failed":
      return row;
  }
}
