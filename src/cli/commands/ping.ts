/**
 * `geartrain ping`: how long a server takes to answer.
 *
 * @module
 */
import { Client, GearmanError } from "../../../mod.ts";
import { type Call, type Command, commandOf, last } from "../command.ts";
import { CONNECTION, connectionOf, serverText } from "../connection.ts";
import { durationOf, durationText } from "../duration.ts";
import { errorRow, Exit, exitCodeOf } from "../exits.ts";
import { countOf } from "../numbers.ts";
import { wordsOf } from "../words.ts";

/** The command. */
export const ping: Command = commandOf({
  name: "ping",
  summary: "measure how long the servers take to answer",
  words: "[FLAGS]",
  about: `
Sends an echo to each server over a connection that is open already, and prints the time until it
was back.

Ends with 0 when all have answered, with 20 when one could not be reached, and with 22 when it took
longer than --timeout.`,
  flags: [
    { name: "count", short: "c", value: "N", help: "How many to send to each. Default 1." },
    { name: "interval", short: "i", value: "TIME", help: "The time in between. Default 1s." },
    {
      name: "timeout",
      short: "t",
      value: "TIME",
      help: "How long an answer may take. Default 5s.",
    },
    ...CONNECTION,
  ],
  examples: [
    ["geartrain ping", "one echo"],
    ["geartrain ping -c 10 -i 100ms -s 10.0.0.1,10.0.0.2", "ten to each of two servers"],
  ],
  run,
});

async function run(call: Call): Promise<number> {
  wordsOf(call);
  const { flags, terminal, signal } = call;
  const { servers, dialTimeout } = connectionOf(call);
  const count = countOf(last(flags, "count"), "--count") ?? 1;
  const interval = durationOf(last(flags, "interval"), "interval") ?? 1_000;
  const timeout = durationOf(last(flags, "timeout"), "timeout") ?? 5_000;
  const clients = servers.map((server) => ({
    server: serverText(server),
    client: new Client({ servers: server, dialTimeout }),
  }));
  let code: number = Exit.OK;
  try {
    for (let at = 0; at < count; at++) {
      if (at > 0) await terminal.sleep(interval, signal);
      for (const { server, client } of clients) {
        try {
          // The first would measure the dial.
          if (at === 0) await client.ping({ timeout, signal });
          await say(call, { server, milliseconds: await client.ping({ timeout, signal }) });
        } catch (error) {
          if (!(error instanceof GearmanError)) throw error;
          await say(call, { server, error });
          code = exitCodeOf(error);
        }
      }
    }
  } finally {
    await Promise.all(clients.map(({ client }) => client.close()));
  }
  return code;
}

async function say(
  { terminal, json }: Call,
  { server, milliseconds, error }: {
    readonly server: string;
    readonly milliseconds?: number;
    readonly error?: unknown;
  },
): Promise<void> {
  if (json) {
    const row = error === undefined ? { server, milliseconds } : { server, error: errorRow(error) };
    await terminal.out(`${JSON.stringify(row)}\n`);
  } else if (milliseconds !== undefined) {
    await terminal.out(`${server}: ${durationText(milliseconds)}\n`);
  } else terminal.err(`geartrain: ${server}: ${(error as Error).message}\n`);
}
