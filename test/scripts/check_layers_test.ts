/** The layer check passes on a house in order, and names each way to break it. */
import { assertEquals, test } from "../_harness/mod.ts";
import { breaches } from "../../scripts/check_layers.ts";

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
    `import type { Socket } from "../sockets/socket.ts"; const Deno = "Deno.x";`,
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
  [
    "an engine that reaches for a link",
    { "src/server/jobs.ts": `import { Link } from "../link/mod.ts";` },
    "src/server/jobs.ts imports src/link/mod.ts: what the engine uses does no I/O",
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
