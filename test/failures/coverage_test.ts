/** Every public call has a table in docs/failures.md, or a reason why it needs none. */
import { assert, assertEquals, test } from "../_harness/mod.ts";
import { Admin } from "../../src/admin/mod.ts";
import { Client } from "../../src/client/mod.ts";
import { Worker } from "../../src/worker/mod.ts";
import { chapter } from "./contract.ts";

const CHAPTERS = [
  "The client's calls",
  "The worker's calls",
  "The calls that end",
  "The admin client's calls",
];

/** Calls without a table of their own, each with the reason. */
const WITHOUT_TABLE: Readonly<Record<string, string>> = {
  "worker.add": "it asks nothing of a server: it returns or throws at once, for misuse alone",
  "worker.use": "it asks nothing of a server: it returns or throws at once, for misuse alone",
};

test("every public method of Client, Worker and Admin has a table in docs/failures.md", () => {
  const listed = CHAPTERS.flatMap((title) => chapter(title).sections.flatMap(({ calls }) => calls));
  const tabled = new Set(listed.map((call) => call.replace(/\(.*$/, "")));
  const owners = { client: Client, worker: Worker, admin: Admin };
  const methods = Object.entries(owners).flatMap(([owner, { prototype }]) =>
    Object.entries(Object.getOwnPropertyDescriptors(prototype))
      .filter(([name, { value }]) => name !== "constructor" && typeof value === "function")
      .map(([name]) => `${owner}.${name}`)
  );
  assert(methods.length > 20, `Expected the methods of three classes, got ${methods}`);
  const missing = methods.filter((name) => !tabled.has(name) && !(name in WITHOUT_TABLE));
  assertEquals(missing, [], "Public calls without a table");
  const idle = Object.keys(WITHOUT_TABLE).filter((name) =>
    tabled.has(name) || !methods.includes(name)
  );
  assertEquals(idle, [], "Exceptions that are none any more");
});
