/** The public calls, as the classes have them: nobody keeps a list of them. */
import { Admin } from "../../src/admin/mod.ts";
import { Batch, Client, Task, TaskBatch, TaskFeed } from "../../src/client/mod.ts";
import { JobServer } from "../../src/server/mod.ts";
import { HeldJob } from "../../src/worker/held_job.ts";
import { Worker } from "../../src/worker/mod.ts";

/** The classes whose calls users make, by the name that docs/failures.md calls one of theirs. */
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

/** All of them: `owner.method`, `Class.method` for a static one, and the iterators. */
export const CALLS: readonly string[] = [
  ...new Set(
    Object.entries(OWNERS).flatMap(([owner, classes]) =>
      classes.flatMap((its) => callsOf(owner, its, its))
    ),
  ),
];

const OURS = "it is the session's to call: `TakenJob`, which users see, has no such method";

/** Those that users do not make, each with the reason. */
export const NOT_FOR_USERS: Readonly<Record<string, string>> = {
  "task.toString": "it says what the task is, and asks nothing",
  "feed.follow": "client.submit() calls it; it asks nothing of a server",
  "taken.limit": OURS,
  "taken.leave": OURS,
  "taken.abandon": OURS,
  "taken.end": OURS,
};
