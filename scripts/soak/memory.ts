/** `memory`: a million jobs of every ending through one client and one worker, on each runtime. */
import process from "node:process";
import { buildNpm } from "../npm_package.ts";
import { bundleForNode, RUN_FOLDER } from "../suite/bundle.ts";
import { commandsFor, lastLineOf } from "./fixtures.ts";
import { Gearmand } from "./gearmands.ts";
import type { Memory, MemoryResult } from "./memory_play.ts";
import type { SoakProgram } from "./program.ts";

const JOBS = 1_000_000;
const FIRST = 100_000;

/** How much more than after the first jobs there may be at the end. */
const MOST_GROWTH = 1.1;

const FIXTURE = "scripts/soak/memory_fixture.ts";

/** Heap and resident memory on each runtime, early and late. */
export const memory: SoakProgram = {
  about: "a million jobs of every ending on each runtime; memory does not grow",
  async run({ tell }) {
    await buildNpm();
    await bundleForNode([FIXTURE], RUN_FOLDER);
    const figures: Record<string, string> = {};
    const grown: string[] = [];
    for (const [name, command] of Object.entries(commandsFor(FIXTURE, process.execPath))) {
      const server = await Gearmand.start();
      try {
        const { host, port } = server.address;
        const args = [host, port, JOBS, FIRST].map(String);
        const result: MemoryResult = JSON.parse(
          await lastLineOf([...command, ...args], (line) => tell(`${name}: ${line}`)),
        );
        figures[name] = textOf(result);
        for (const kind of ["heap", "rss"] as const) {
          if (result.late[kind] > result.early[kind] * MOST_GROWTH) grown.push(`${name} ${kind}`);
        }
      } finally {
        await server.close();
      }
    }
    const all = Object.entries(figures).map(([name, text]) => `${name} ${text}`).join("; ");
    if (grown.length > 0) {
      throw new Error(`Expected memory to stay, ${grown.join(", ")} grew: ${all}`);
    }
    return figures;
  },
};

function textOf({ early, late }: MemoryResult): string {
  const mebibytes = ({ heap, rss }: Memory) =>
    `${(heap / 2 ** 20).toFixed(1)}/${(rss / 2 ** 20).toFixed(0)}`;
  return `heap/rss ${mebibytes(early)} MiB early, ${mebibytes(late)} MiB late`;
}
