/** Every public call has a table in docs/failures.md, or a reason why it needs none. */
import { assert, assertEquals, test } from "../_harness/mod.ts";
import { Admin } from "../../src/admin/mod.ts";
import { Batch, Client, Task, TaskBatch, TaskFeed } from "../../src/client/mod.ts";
import { JobServer } from "../../src/server/mod.ts";
import { HeldJob } from "../../src/worker/held_job.ts";
import { Worker } from "../../src/worker/mod.ts";
import { chapter, chapterTitles } from "./contract.ts";

/** The classes whose calls users make, by the name that the page calls one of theirs. */
const OWNERS: Readonly<Record<string, readonly Class[]>> = {
  client: [Client],
  task: [Task],
  batch: [TaskBatch, Batch],
  feed: [TaskFeed],
  worker: [Worker],
  taken: [HeldJob],
  admin: [Admin],
  server: [JobServer],
};

/** A class, whatever its constructor takes. */
interface Class {
  readonly name: string;
  readonly prototype: object;
}

const OURS = "it is the session's to call: `TakenJob`, which users see, has no such method";

/** Calls without a table of their own, each with the reason. */
const WITHOUT_TABLE: Readonly<Record<string, string>> = {
  "worker.add": "it asks nothing of a server: it returns or throws at once, for misuse alone",
  "worker.use": "it asks nothing of a server: it returns or throws at once, for misuse alone",
  "feed.follow": "client.submit() calls it; it asks nothing of a server",
  "taken.text": "it reads what has come with the job",
  "taken.json": "it reads what has come with the job, and throws a SyntaxError where that is none",
  "taken.limit": OURS,
  "taken.leave": OURS,
  "taken.abandon": OURS,
  "taken.end": OURS,
  "server.fate": "it looks into memory",
};

/** The public methods of a class and its static ones, as the page names them. */
function callsOf(owner: string, { name, prototype }: Class, itself: object): string[] {
  const methods = (of: object) =>
    Object.entries(Object.getOwnPropertyDescriptors(of))
      .filter(([name, { value }]) => name !== "constructor" && typeof value === "function")
      .map(([name]) => name);
  const calls = methods(prototype).map((method) => `${owner}.${method}`);
  const statics = methods(itself).map((method) => `${name}.${method}`);
  const isRead = Object.hasOwn(prototype, Symbol.asyncIterator);
  return [...calls, ...statics, ...isRead ? [`for await (… of ${owner})`] : []];
}

const CALLS = [
  ...new Set(
    Object.entries(OWNERS).flatMap(([owner, classes]) =>
      classes.flatMap((its) => callsOf(owner, its, its))
    ),
  ),
];

test("every public call has a table in docs/failures.md", () => {
  const listed = chapterTitles().flatMap((title) =>
    chapter(title).sections.flatMap(({ calls }) => calls)
  );
  // What is given to a call stands in its name as well, but for the iterators.
  const tabled = new Set(
    listed.map((call) => call.startsWith("for ") ? call : call.replace(/\(.*$/, "")),
  );
  assert(CALLS.length > 60, `Expected the methods of nine classes, got ${CALLS}`);
  const missing = CALLS.filter((name) => !tabled.has(name) && !(name in WITHOUT_TABLE));
  assertEquals(missing, [], "Public calls without a table");
  const idle = Object.keys(WITHOUT_TABLE).filter((name) =>
    tabled.has(name) || !CALLS.includes(name)
  );
  assertEquals(idle, [], "Exceptions that are none any more");
});

test("every chapter with tables of calls has its tests", () => {
  // Each runs testCells() with its title, which checks that no cell is without a test.
  assertEquals(chapterTitles().sort(), [
    "A taken job's calls",
    "A workload that comes as a stream",
    "The admin client's calls",
    "The calls that end",
    "The client's calls",
    "The job server's calls",
    "The worker's calls",
    "Typed jobs",
    "What is sent again",
  ]);
});
