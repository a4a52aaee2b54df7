/**
 * `geartrain workers`: who is connected, and what they offer.
 *
 * @module
 */
import type { WorkerRow } from "../../../mod.ts";
import { type Call, type Command, commandOf } from "../command.ts";
import { CONNECTION } from "../connection.ts";
import { Exit } from "../exits.ts";
import { type Column, type Of, printRows } from "../rows.ts";
import { askAll } from "../servers.ts";
import { checkNoMore } from "../words.ts";

/** The command. */
export const workers: Command = commandOf({
  name: "workers",
  summary: "show the workers that are connected, and what they offer",
  words: "[FUNCTION ...] [FLAGS]",
  about: `
Shows the connections that offer functions, or one of those that are named. With --all it shows the
others, too: clients, workers that have offered nothing yet, and this command itself.`,
  flags: [
    { name: "all", short: "a", help: "Show connections that offer nothing, too." },
    ...CONNECTION,
  ],
  examples: [
    ["geartrain workers", "all workers"],
    ["geartrain workers resize", "those that offer a function"],
  ],
  run,
});

interface Row extends Of {
  readonly fd: number;
  readonly ip: string;
  readonly id: string;
  readonly functions: readonly string[];
}

const COLUMNS: readonly Column<Row>[] = [
  ["FD", (row) => row.fd],
  ["IP", (row) => row.ip],
  ["ID", (row) => row.id],
  ["FUNCTIONS", (row) => row.functions.join(" ")],
];

async function run(call: Call): Promise<number> {
  const { flags, words, rest = [], signal } = call;
  const names = [...words, ...rest];
  if (flags.has("all")) checkNoMore(names, "--all");
  const answers = await askAll(call, (admin) => admin.workers({ signal }));
  const isWanted = ({ fd, functionNames }: WorkerRow): boolean => {
    // It has ended, and gearmand has not forgotten it yet.
    if (fd < 0) return false;
    if (flags.has("all")) return true;
    if (names.length === 0) return functionNames.length > 0;
    return names.some((name) => functionNames.includes(name));
  };
  const rows = answers.flatMap(({ server, value }) =>
    value.filter(isWanted).map(({ fd, ip, clientId, functionNames }): Row => ({
      server,
      fd,
      ip,
      id: clientId,
      functions: functionNames,
    }))
  );
  await printRows(call, rows, COLUMNS);
  return Exit.OK;
}
