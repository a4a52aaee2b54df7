/**
 * `geartrain maxqueue`: limits how many jobs of a function may wait.
 *
 * @module
 */
import { type Call, type Command, commandOf, last } from "../command.ts";
import { CONNECTION } from "../connection.ts";
import { Exit } from "../exits.ts";
import { countOf } from "../numbers.ts";
import { withServers } from "../servers.ts";
import { UsageError } from "../usage_error.ts";
import { checkNoMore } from "../words.ts";

/** The command. */
export const maxqueue: Command = commandOf({
  name: "maxqueue",
  summary: "limit how many jobs of a function may wait",
  words: "FUNCTION [LIMIT] [FLAGS]",
  about: `
More jobs than LIMIT, of each priority, are refused with QUEUE_ERROR. With --high, --normal and
--low each priority has its own; one that is left out has none. Without any of them all limits are
lifted. A server forgets its limits when it ends.

A server takes no limit for a function that it does not know, and does not say so: this command
does, with 23, unless --create makes the function known.`,
  flags: [
    { name: "high", value: "N", help: "How many of high priority may wait." },
    { name: "normal", value: "N", help: "How many of normal priority may wait." },
    { name: "low", value: "N", help: "How many of low priority may wait." },
    { name: "create", help: "Make the function known where it is not." },
    ...CONNECTION,
  ],
  examples: [
    ["geartrain maxqueue resize 1000", "a thousand of each priority"],
    ["geartrain maxqueue resize --low 100", "a hundred of low priority, any number of the others"],
    ["geartrain maxqueue resize", "as many as come"],
  ],
  run,
});

const LANES = ["high", "normal", "low"] as const;

async function run(call: Call): Promise<number> {
  const { flags, words, rest = [], terminal, json, signal } = call;
  const [name, text, ...more] = [...words, ...rest];
  if (name === undefined) throw new UsageError("Expected a FUNCTION, got none");
  checkNoMore(more, "LIMIT");
  const limit = countOf(text, "LIMIT");
  const lanes = LANES.filter((lane) => flags.has(lane));
  if (limit !== undefined && lanes.length > 0) {
    throw new UsageError(`Expected LIMIT or --${lanes[0]}, got both`);
  }
  const limits = Object.fromEntries(
    LANES.map((lane) => [lane, limit ?? countOf(last(flags, lane), `--${lane}`)]),
  );
  return await withServers(call, async (asked) => {
    let code: number = Exit.OK;
    for (const { server, admin } of asked) {
      if (flags.has("create")) await admin.createFunction(name, { signal });
      const rows = await admin.status({ signal });
      const isKnown = rows.some(({ functionName }) => functionName === name);
      if (isKnown) await admin.maxQueue(name, limits, { signal });
      else code = Exit.UNKNOWN;
      if (json) {
        await terminal.out(
          `${JSON.stringify({ server, function: name, limits: isKnown ? limits : null })}\n`,
        );
      } else if (!isKnown) {
        terminal.err(`geartrain: Expected a function that ${server} knows, got "${name}"\n`);
      }
    }
    return code;
  });
}
