/**
 * The tables of options and members: a page names all that its types and classes have, and no option
 * that they do not have.
 *
 * @module
 */
import { command } from "../suite/command.ts";
import { runtimeProgram } from "../suite/plan.ts";
import type { Document } from "./blocks.ts";

/** What each page tells of: the names of types and classes, by the file that declares them. */
const PAGES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "docs/admin.md": {
    "src/admin/admin.ts": ["Admin", "AdminOptions", "QueueLimits", "ShutdownOptions"],
    "src/link/connect.ts": ["ConnectOptions"],
    "src/link/waiting.ts": ["WaitOptions"],
    "src/protocol/text.ts": ["FunctionRow", "JobRow", "PriorityRow", "WorkerRow"],
  },
  "docs/client.md": {
    "src/client/batch.ts": ["Batch", "TaskBatch"],
    "src/client/client.ts": ["Client"],
    "src/client/deposit.ts": ["JobReceipt"],
    "src/client/options.ts": [
      "ClientOptions",
      "Delayed",
      "FollowOptions",
      "Prioritized",
      "Reduced",
      "Repeated",
      "SizedStream",
      "SubmissionOptions",
      "TaskOptions",
    ],
    "src/client/questions.ts": ["JobStatus"],
    "src/client/task.ts": ["Task"],
    "src/link/connect.ts": ["ConnectOptions"],
    "src/link/waiting.ts": ["WaitOptions"],
    "src/sockets/socket.ts": ["DialTls", "TcpAddress", "UnixAddress"],
  },
  "docs/server.md": {
    "src/server/fates.ts": ["ResultsOptions"],
    "src/server/options.ts": ["CloseServerOptions", "DrainServerOptions", "JobServerOptions"],
    "src/server/server.ts": ["JobServer"],
    "src/server/sqlite_store.ts": ["SqliteStoreOptions"],
    "src/sockets/socket.ts": ["ListenTls"],
  },
  "docs/worker.md": {
    "src/link/connect.ts": ["ConnectOptions"],
    "src/worker/ability.ts": ["AddOptions"],
    "src/worker/contracted.ts": ["TypedJob"],
    "src/worker/job.ts": ["Job", "TakenJob"],
    "src/worker/takers.ts": ["TakeOptions"],
    "src/worker/worker.ts": ["DrainOptions", "Worker", "WorkerOptions"],
  },
};

/** The tables of options and members, and the rows of each. */
const TABLE = /^\| (?:option|of a \w+) +\|.*\n((?:\|.*\n)+)/gm;

/** Returns what a page does not name, and what its tables name that is not there. */
export async function memberTroubles(documents: readonly Document[]): Promise<string[]> {
  const declared = await declarations();
  return documents.flatMap(({ file, text }) => {
    const members = Object.entries(PAGES[file] ?? {}).flatMap(([source, names]) =>
      names.flatMap((name) => {
        const found = declared.get(`${source} ${name}`);
        if (found === undefined) throw new Error(`Expected ${name} in ${source}, found none`);
        return found;
      })
    );
    return members.length === 0 ? [] : pageTroubles(file, text, members);
  });
}

/** The same for one page, and the members of which it is to tell. */
export function pageTroubles(file: string, text: string, members: readonly string[]): string[] {
  const told = new Set(
    [...text.matchAll(/`[^`\n]+`/g)].flatMap(([code]) => code.match(/\w+/g) ?? []),
  );
  const untold = [...new Set(members)].filter((name) => !told.has(name));
  const inTables = [...text.matchAll(TABLE)].flatMap(([, rows]) =>
    [...rows.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, cell]) =>
      [...cell.matchAll(/`(\w+)(?:\(.*?\))?`/g)].map(([, name]) => name)
    )
  );
  return [
    ...untold.map((name) => `${file}: Expected a word on \`${name}\`, found none`),
    ...inTables.filter((name) => !members.includes(name))
      .map((name) => `${file}: Expected an option or a member that there is, got \`${name}\``),
  ];
}

interface Exports {
  readonly nodes: Readonly<
    Record<string, {
      readonly symbols: readonly { readonly name: string; readonly declarations: unknown }[];
    }>
  >;
}

/** The members of what is exported of the sources, by source and name. */
async function declarations(): Promise<ReadonlyMap<string, readonly string[]>> {
  const sources = [...new Set(Object.values(PAGES).flatMap((told) => Object.keys(told)))];
  const { stdout } = await command(runtimeProgram("deno"), ["doc", "--json", ...sources]);
  const { nodes } = JSON.parse(stdout) as Exports;
  return new Map(
    Object.entries(nodes).flatMap(([url, { symbols }]) => {
      const source = sources.find((source) => url.endsWith(`/${source}`));
      return symbols.map((
        { name, declarations },
      ) => [`${source} ${name}`, membersIn(declarations)]);
    }),
  );
}

/** The names of all members in what `deno doc` says of a type, which nests. */
function membersIn(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(membersIn);
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === "extends") return pickedIn(value);
    // What a member takes and gives is no member.
    if (key === "properties" || key === "methods") {
      return (value as { name: string }[]).map(({ name }) => name).filter((name) =>
        /^\w/.test(name)
      );
    }
    return key === "typeParams" || key === "constructors" ? [] : membersIn(value);
  });
}

/** The names that an interface picks of another. */
function pickedIn(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  const { kind, value } = node as { kind?: string; value?: { string?: string } };
  if (kind === "literal" && value?.string !== undefined) return [value.string];
  return Object.values(node).flatMap(pickedIn);
}
