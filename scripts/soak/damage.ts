/** `damage`: thousands of stores with a bit flipped or an end cut off, on each runtime. */
import { buildNpm } from "../npm_package.ts";
import { bundleForNode, RUN_FOLDER } from "../suite/bundle.ts";
import { runtimeProgram } from "../suite/plan.ts";
import { commandsFor, lastLineOf } from "./fixtures.ts";
import type { SoakProgram } from "./program.ts";

/** Pieces of damage on each runtime. */
const TRIES = 3_000;

const FIXTURE = "scripts/soak/damage_fixture.ts";

/** What became of damaged stores. */
export const damage: SoakProgram = {
  about: `${TRIES} damaged stores on each runtime; each is read to the last job, or refused`,
  async run({ random, tell }) {
    await buildNpm();
    await bundleForNode([FIXTURE], RUN_FOLDER);
    const seed = Math.floor(random() * 2 ** 32);
    const figures: Record<string, string> = {};
    // The machine's own Node may have no SQLite.
    for (const [name, command] of Object.entries(commandsFor(FIXTURE, runtimeProgram("node")))) {
      const args = [...command, `${seed}`, `${TRIES}`];
      const verdicts = JSON.parse(await lastLineOf(args, (line) => tell(`${name}: ${line}`)));
      figures[name] = Object.entries(verdicts).map(([what, count]) => `${count} ${what}`).join(
        ", ",
      );
    }
    return figures;
  },
};
