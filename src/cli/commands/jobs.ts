/**
 * `geartrain jobs`: the jobs that a server has.
 *
 * @module
 */
import { type Call, type Command, commandOf } from "../command.ts";
import { CONNECTION } from "../connection.ts";
import { Exit } from "../exits.ts";
import { type Column, type Of, printRows } from "../rows.ts";
import { askAll } from "../servers.ts";
import { wordsOf } from "../words.ts";

/** The command. */
export const jobs: Command = commandOf({
  name: "jobs",
  summary: "show the jobs that wait or run",
  words: "[FLAGS]",
  about: `
Shows the handle of every job that the servers have, how often it was lost by a worker and put back
(RETRIES), whether it is a background job (KIND), and whether it is ignored (STATE): such a job was
cancelled, or its client has left, and the server drops it when a worker would come to it. Of what
kind it was, servers do not tell. With --unique it shows uniques instead: the text protocol has no
list with both.`,
  flags: [
    { name: "unique", short: "u", help: "Show uniques in the place of handles." },
    ...CONNECTION,
  ],
  examples: [
    ["geartrain jobs", "all jobs"],
    ["geartrain jobs --json | wc -l", "how many there are"],
  ],
  run,
});

interface Row extends Of {
  readonly handle: string;
  readonly retries: number;
  /** Null: it is ignored, and its server does not tell. */
  readonly background: boolean | null;
  readonly ignored: boolean;
}

const KINDS = new Map([[true, "background"], [false, "foreground"], [null, "-"]]);

const COLUMNS: readonly Column<Row>[] = [
  ["HANDLE", (row) => row.handle],
  ["RETRIES", (row) => row.retries],
  ["KIND", ({ background }) => KINDS.get(background)!],
  ["STATE", (row) => row.ignored ? "ignored" : "wanted"],
];

async function run(call: Call): Promise<number> {
  wordsOf(call);
  const { flags, signal } = call;
  if (flags.has("unique")) {
    const answers = await askAll(call, (admin) => admin.showUniqueJobs({ signal }));
    const rows = answers.flatMap(({ server, value }) =>
      value.map((unique) => ({ server, unique }))
    );
    await printRows(call, rows, [["UNIQUE", ({ unique }) => unique]]);
    return Exit.OK;
  }
  const answers = await askAll(call, (admin) => admin.showJobs({ signal }));
  const rows = answers.flatMap(({ server, value }) =>
    value.map(({ handle, retries, ignored, queued }): Row => ({
      server,
      handle,
      retries,
      background: ignored ? null : queued,
      ignored,
    }))
  );
  await printRows(call, rows, COLUMNS);
  return Exit.OK;
}
