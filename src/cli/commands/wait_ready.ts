/**
 * `geartrain wait-ready`: waits until the servers answer, and until somebody offers what is needed.
 *
 * @module
 */
import { Admin, GearmanError, JobTimeout, ServerError } from "../../../mod.ts";
import { type Call, type Command, commandOf, last } from "../command.ts";
import { CONNECTION, connectionOf, serverText } from "../connection.ts";
import { durationOf } from "../duration.ts";
import { Exit } from "../exits.ts";
import { wordsOf } from "../words.ts";

/** The command. */
export const waitReady: Command = commandOf({
  name: "wait-ready",
  summary: "wait until the servers answer",
  words: "[FLAGS]",
  about: `
Waits until each server answers, and with --function until a worker of one of them offers it: for
scripts, containers and tests that start a server and must not be early.

Ends with 0 when all is ready, with 22 when it is not within --timeout, and with 21 when a
server does not tell.`,
  flags: [
    {
      name: "function",
      value: "NAME",
      isList: true,
      help: "A function that must have a worker; several times for several.",
    },
    { name: "timeout", short: "t", value: "TIME", help: "How long to wait. Default 30s." },
    { name: "interval", short: "i", value: "TIME", help: "The time between tries. Default 100ms." },
    ...CONNECTION,
  ],
  examples: [
    ["geartrain wait-ready --timeout 10s && npm test", "a server"],
    ["geartrain wait-ready --function resize --function mail", "a server, and workers"],
  ],
  run,
});

async function run(call: Call): Promise<number> {
  wordsOf(call);
  const { flags, terminal, signal } = call;
  const timeout = durationOf(last(flags, "timeout"), "timeout") ?? 30_000;
  const interval = durationOf(last(flags, "interval"), "interval") ?? 100;
  const start = terminal.now();
  const wanted = new Set(flags.get("function") ?? []);
  let missing: string | undefined;
  for (;;) {
    const left = Math.max(1, timeout - (terminal.now() - start));
    missing = await missingOf(call, wanted, left, missing);
    if (missing === undefined) break;
    if (terminal.now() - start + interval > timeout) throw new JobTimeout(missing, timeout);
    await terminal.sleep(interval, signal);
  }
  const waited = Math.round(terminal.now() - start);
  if (call.json) await terminal.out(`${JSON.stringify({ ready: true, waited })}\n`);
  return Exit.OK;
}

/** What is not there yet; of a server that had too little time left for its answer, what was not there before. */
async function missingOf(
  call: Call,
  wanted: ReadonlySet<string>,
  timeout: number,
  before: string | undefined,
): Promise<string | undefined> {
  const { servers, dialTimeout = 10_000 } = connectionOf(call);
  const found = new Set<string>();
  for (const server of servers) {
    // A new one each time: what it last knew of the server does not count.
    const admin = new Admin({ server, dialTimeout: Math.min(dialTimeout, timeout) });
    try {
      const options = { timeout, signal: call.signal };
      // Whoever is let in may ask for the version; the rest is for administrators.
      if (wanted.size === 0) await admin.version(options);
      else {for (const { functionName, workers } of await admin.status(options)) {
          if (workers > 0) found.add(functionName);
        }}
    } catch (error) {
      // A no is an answer, and the next one will be no other.
      if (!(error instanceof GearmanError) || error instanceof ServerError) throw error;
      if (before !== undefined && error instanceof JobTimeout) return before;
      return `an answer of ${serverText(server)} (${error.message})`;
    } finally {
      await admin.close();
    }
  }
  const absent = [...wanted].filter((name) => !found.has(name));
  return absent.length === 0 ? undefined : `a worker for ${absent.join(", ")}`;
}
