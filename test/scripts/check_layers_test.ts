/** The layer check passes on a house in order, and names each way to break it. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { assertEquals, assertStringIncludes, test } from "../_harness/mod.ts";
import { breaches, missingRooms } from "../../scripts/layers.ts";

export const notOnWorkerd = "the script reads files";

const ENTRIES = ["mod.ts", "src/node.ts"];

/** A small house in order. */
const HOUSE: Readonly<Record<string, string>> = {
  "mod.ts": `export * from "./src/client/mod.ts"; import { dial } from "./src/sockets/detect.ts";`,
  "src/node.ts": `import { dial } from "./sockets/node.ts";`,
  "src/errors.ts": `export class GearmanError extends Error {}`,
  "src/protocol/mod.ts": `export const HEADER_BYTES = 12;`,
  "src/protocol/limits.ts": ``,
  "src/codec/mod.ts": `import { HEADER_BYTES } from "../protocol/mod.ts";`,
  "src/sockets/socket.ts": `import type { GearmanError } from "../errors.ts";`,
  "src/sockets/node.ts": `import net from "node:net";\nprocess.exit();`,
  "src/sockets/deno.ts": `Deno.connect();`,
  "src/sockets/detect.ts": `export const dial = () => import("./node.ts");`,
  "src/link/mod.ts": `import {\n  type Packet,\n} from "../codec/mod.ts";`,
  "src/client/mod.ts":
    `// process.exit() in a comment is none\nexport { Client } from "./client.ts";`,
  "src/client/client.ts":
    `import type { Socket } from "../sockets/socket.ts"; const name = "Deno.x"; job.process({ process: 1 });`,
  "src/compat/net_gearman/connection.ts": `import { Link } from "../../link/mod.ts";`,
  "src/server/mod.ts": `export * from "./server.ts";`,
  "src/server/server.ts": `import { Link } from "../link/mod.ts"; import "./engine.ts";`,
  "src/server/engine.ts": `import { x } from "./jobs.ts";`,
  "src/server/jobs.ts": `import { HEADER_BYTES } from "../protocol/mod.ts";`,
};

/** The breaches of the house with some files put in its place. */
function breachesWith(changes: Readonly<Record<string, string>>): string[] {
  return breaches(new Map(Object.entries({ ...HOUSE, ...changes })), ENTRIES);
}

test("breaches() finds none in a house in order", () => {
  assertEquals(breachesWith({}), []);
});

const BROKEN: readonly [what: string, changes: Record<string, string>, breach: string][] = [
  [
    "a room that uses one above it",
    { "src/sockets/socket.ts": `import type { Packet } from "../codec/mod.ts";` },
    "src/sockets/socket.ts imports src/codec/mod.ts: sockets may not use codec",
  ],
  [
    "client and worker that know one another",
    { "src/worker/mod.ts": `export { Task } from "../client/mod.ts";` },
    "src/worker/mod.ts imports src/client/mod.ts: worker may not use client",
  ],
  [
    "a dynamic import",
    { "src/client/client.ts": `await import("../server/mod.ts");` },
    "src/client/client.ts imports src/server/mod.ts: client may not use server",
  ],
  [
    "a way into a room past its mod.ts",
    { "src/codec/mod.ts": `import "../protocol/limits.ts";` },
    "src/codec/mod.ts imports src/protocol/limits.ts: from outside, protocol is src/protocol/mod.ts",
  ],
  [
    "an adapter that a room chooses",
    { "src/client/client.ts": `import { dial } from "../sockets/node.ts";` },
    "src/client/client.ts imports src/sockets/node.ts: from outside, sockets is src/sockets/socket.ts",
  ],
  [
    "an adapter that uses another",
    { "src/sockets/deno.ts": `import { dial } from "./node.ts";` },
    "src/sockets/deno.ts imports src/sockets/node.ts: an adapter knows no other",
  ],
  [
    "an import of a runtime",
    { "src/link/mod.ts": `import { Socket } from "node:net";` },
    `src/link/mod.ts imports "node:net", which only sockets/ and cli/ may`,
  ],
  [
    "a package",
    { "src/link/mod.ts": `import { pino } from "pino";` },
    `src/link/mod.ts imports "pino", which only sockets/ and cli/ may`,
  ],
  [
    "a global of a runtime",
    { "src/link/mod.ts": `const bytes = Buffer.from("x");` },
    "src/link/mod.ts names Buffer, which only sockets/ and cli/ may",
  ],
  ...[
    "const { env } = Deno;",
    "if (typeof process === 'object') {}",
    "setImmediate(() => {});",
    "const at = `${__dirname}/x`;",
    "const start = '/*'; const x = Bun; const end = '*/';",
    "const a = /[/*]/; process.exit(); const b = /[*/]/;",
    "const half = 1 / 2; Deno.exit(); const other = 1 / 2;",
  ].map((code): [string, Record<string, string>, string] => [
    `the global in ${code}`,
    { "src/link/mod.ts": code },
    `src/link/mod.ts names ${
      /Deno|process|setImmediate|__dirname|Bun/.exec(code)![0]
    }, which only sockets/ and cli/ may`,
  ]),
  [
    "a global of a runtime, by way of globalThis",
    { "src/link/mod.ts": `const x = globalThis.Deno;` },
    "src/link/mod.ts names Deno, which only sockets/ and cli/ may",
  ],
  [
    "a global whose name is computed",
    { "src/link/mod.ts": `const x = globalThis["De" + "no"];` },
    "src/link/mod.ts computes the name of a global",
  ],
  [
    "a global that hides behind another name for globalThis",
    { "src/link/mod.ts": `const all = globalThis;` },
    "src/link/mod.ts computes the name of a global",
  ],
  [
    "an import by a template",
    { "src/link/mod.ts": "await import(`../client/mod.ts`);" },
    "src/link/mod.ts imports src/client/mod.ts: link may not use client",
  ],
  [
    "an import of what is computed",
    { "src/link/mod.ts": "await import(`../${room}/mod.ts`);" },
    "src/link/mod.ts imports what it computes",
  ],
  [
    "an import of a variable",
    { "src/link/mod.ts": "await import(name);" },
    "src/link/mod.ts imports what it computes",
  ],
  [
    "an import between texts that look like a comment",
    { "src/link/mod.ts": `const a = "/*"; import "../client/mod.ts"; const b = "*/";` },
    "src/link/mod.ts imports src/client/mod.ts: link may not use client",
  ],
  [
    "what chooses an adapter, and uses another room",
    { "src/sockets/detect.ts": `import "../protocol/mod.ts";` },
    "src/sockets/detect.ts imports src/protocol/mod.ts: sockets may not use protocol",
  ],
  [
    "an engine that reaches for a link",
    { "src/server/jobs.ts": `import { Link } from "../link/mod.ts";` },
    "src/server/jobs.ts imports src/link/mod.ts: what the engine uses does no I/O",
  ],
  [
    "a face that goes past the public ones",
    { "src/compat/net_gearman/worker.ts": `import { Link } from "../../link/mod.ts";` },
    "src/compat/net_gearman/worker.ts imports src/link/mod.ts: compat may not use link",
  ],
  [
    "a room that nobody knows",
    { "src/utils/text.ts": `import "../protocol/mod.ts";` },
    "src/utils/text.ts is in no room that the table knows",
  ],
];

for (const [what, changes, breach] of BROKEN) {
  test(`breaches() names ${what}`, () => {
    assertEquals(breachesWith(changes), [breach]);
  });
}

test("breaches() names a circle of rooms", () => {
  const changes = { "src/protocol/mod.ts": `import "../codec/mod.ts";` };
  assertEquals(
    breachesWith(changes).at(-1),
    "Rooms import one another in a circle: codec -> protocol -> codec",
  );
});

test("missingRooms() tells of a house whose files were not read", () => {
  const files = new Map(
    Object.entries({ ...HOUSE, "src/worker/mod.ts": "", "src/admin/mod.ts": "" }),
  );
  assertEquals(missingRooms(files, ENTRIES), []);
  assertEquals(missingRooms(new Map([["mod.ts", ""]]), ENTRIES).length, 9);
});

test(
  "check_layers.ts passes on this repository, and fails on a copy with one breach",
  { on: ["node"] },
  (t) => {
    const check = (root: string) =>
      spawnSync(process.execPath, ["scripts/run.mjs", "scripts/check_layers.ts", root], {
        encoding: "utf8",
      });
    const here = check(".");
    assertEquals([here.status, here.stderr], [0, ""]);
    const copy = mkdtempSync(join(tmpdir(), "geartrain-layers-"));
    t.use({ close: () => rmSync(copy, { recursive: true }) });
    for (const path of ["mod.ts", "src"]) cpSync(path, join(copy, path), { recursive: true });
    const file = join(copy, "src/protocol/limits.ts");
    writeFileSync(file, `${readFileSync(file, "utf8")}\nimport "../client/mod.ts";\n`);
    const there = check(copy);
    assertEquals(there.status, 1);
    assertStringIncludes(
      there.stderr,
      "src/protocol/limits.ts imports src/client/mod.ts: protocol may not use client",
    );
  },
);
