/** Every public call has a table in docs/failures.md, or a reason why it needs none. */
import { assert, assertEquals, test } from "../_harness/mod.ts";
import { chapter, chapterTitles } from "./contract.ts";
import { CALLS, NOT_FOR_USERS } from "./public_calls.ts";

/** Calls without a table of their own, each with the reason. */
const WITHOUT_TABLE: Readonly<Record<string, string>> = {
  ...NOT_FOR_USERS,
  "worker.add": "it asks nothing of a server: it returns or throws at once, for misuse alone",
  "worker.use": "it asks nothing of a server: it returns or throws at once, for misuse alone",
  "taken.text": "it reads what has come with the job",
  "taken.json": "it reads what has come with the job, and throws a JobInvalid where that is none",
  "server.fate": "it looks into memory",
};

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
    "A job server that begins",
    "A job server that ends",
    "A taken job's calls",
    "A workload that comes as a stream",
    "The admin client's calls",
    "The calls that end",
    "The client's calls",
    "The worker's calls",
    "Typed jobs",
    "What is sent again",
  ]);
});
