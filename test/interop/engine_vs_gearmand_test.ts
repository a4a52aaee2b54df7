/**
 * The same bytes sent to gearmand and to our server, and every answer compared byte for byte. Where
 * we differ on purpose, the script names its row of `docs/server-differences.md`, and fails when the
 * difference is gone.
 */
import fc from "fast-check";
import { JobServer } from "../../src/server/mod.ts";
import { dial, listen } from "../../src/sockets/detect.ts";
import {
  assertEquals,
  assertNotEquals,
  missing,
  startGearmand,
  test,
  type TestContext,
  type TestOptions,
} from "../_harness/mod.ts";
import { play, type Transcript } from "./engine_play.ts";
import { type Script, SCRIPTS } from "./engine_scripts.ts";
import { randomScript } from "./random_script.ts";

const OPTIONS: TestOptions = { skip: missing("gearmand"), on: ["deno", "bun", "node"] };

/** Random scripts in a run: each takes about a tenth of a second. */
const RANDOM_SCRIPTS = 20;

async function playBoth(
  t: TestContext,
  { steps, flags = [], options }: Pick<Script, "steps" | "flags" | "options">,
): Promise<{ theirs: Transcript; ours: Transcript }> {
  await using gearmand = await startGearmand({ args: ["--job-handle-prefix=H:x", ...flags] });
  const theirs = await play(t, dial, gearmand.address, steps);
  const server = await JobServer.listen({
    listen,
    handlePrefix: "H:x",
    logLevel: "INFO",
    ...options,
  });
  try {
    return { theirs, ours: await play(t, dial, server.address, steps) };
  } finally {
    await server.close();
  }
}

for (const script of SCRIPTS) {
  const { name, differs } = script;
  const title = differs === undefined ? `answers as gearmand does: ${name}` : `differs: ${name}`;
  test(`JobServer ${title}`, OPTIONS, async (t) => {
    const { ours, theirs } = await playBoth(t, script);
    if (differs === undefined) assertEquals(ours, theirs);
    else assertNotEquals(ours, theirs, `Expected difference ${differs}, got none`);
  });
}

test("JobServer answers as gearmand does: whatever comes, in whatever order", {
  ...OPTIONS,
  timeout: 300_000,
}, async (t) => {
  const property = fc.asyncProperty(randomScript, async (steps) => {
    const { ours, theirs } = await playBoth(t, { steps });
    assertEquals(ours, theirs);
  });
  await fc.assert(property, { seed: 4730, numRuns: RANDOM_SCRIPTS });
});
