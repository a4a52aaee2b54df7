/**
 * `geartrain cancel`: takes jobs that wait off a server.
 *
 * @module
 */
import { ServerError } from "../../../mod.ts";
import { type Call, type Command, commandOf } from "../command.ts";
import { CONNECTION } from "../connection.ts";
import { Exit } from "../exits.ts";
import { type Asked, withServers } from "../servers.ts";
import { UsageError } from "../usage_error.ts";

/** The command. */
export const cancel: Command = commandOf({
  name: "cancel",
  summary: "cancel jobs that wait",
  words: "HANDLE ... [FLAGS]",
  about: `
A job that waits will not run; one that runs is not stopped. Whoever follows either is told that it
failed. Of several servers, the one that knows the handle is told. Until a worker would come to it,
a cancelled job is still counted as waiting, and "geartrain jobs" shows it as ignored.

Ends with 0 when all were cancelled, and with 23 when no server knows one of them.`,
  flags: CONNECTION,
  examples: [["geartrain cancel H:host:17 H:host:18", "two jobs"]],
  run,
});

async function run(call: Call): Promise<number> {
  const { words, rest = [], terminal, json, signal } = call;
  const handles = [...words, ...rest];
  if (handles.length === 0) throw new UsageError("Expected a HANDLE, got none");
  return await withServers(call, async (asked) => {
    let code: number = Exit.OK;
    for (const handle of handles) {
      const server = await cancelAt(asked, handle, signal);
      if (server === undefined) code = Exit.UNKNOWN;
      if (json) {
        await terminal.out(
          `${JSON.stringify({ handle, cancelled: server !== undefined, server })}\n`,
        );
      } else if (server === undefined) {
        terminal.err(`geartrain: Expected a job that is known, got "${handle}"\n`);
      } else await terminal.out(`${handle} cancelled\n`);
    }
    return code;
  });
}

/** The server that knew the job. */
async function cancelAt(
  asked: readonly Asked[],
  handle: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const { server, admin } of asked) {
    try {
      await admin.cancelJob(handle, { signal });
      return server;
    } catch (error) {
      if (!(error instanceof ServerError) || error.serverCode !== "UNKNOWN_JOB") throw error;
    }
  }
  return undefined;
}
