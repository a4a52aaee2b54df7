/** `memory`: a million jobs of every ending through one client and one worker, on each runtime. */
import { spawn } from "node:child_process";
import process from "node:process";
import { buildNpm } from "../npm_package.ts";
import { bundleForNode, RUN_FOLDER } from "../suite/bundle.ts";
import { runtimeProgram } from "../suite/plan.ts";
import { Gearmand } from "./gearmands.ts";
import type { Memory, MemoryResult } from "./memory_play.ts";
import type { SoakProgram } from "./program.ts";

const JOBS = 1_000_000;
const FIRST = 100_000;

/** How much more than after the first jobs there may be at the end. */
const MOST_GROWTH = 1.1;

const FIXTURE = "scripts/soak/memory_fixture.ts";

function commands(): Readonly<Record<string, readonly string[]>> {
  const bundle = `${RUN_FOLDER}/${FIXTURE.replace(/\.ts$/, ".mjs")}`;
  return {
    node: [process.execPath, "--expose-gc", bundle],
    deno: [runtimeProgram("deno"), "run", "-A", "--quiet", "--v8-flags=--expose-gc", FIXTURE],
    bun: [runtimeProgram("bun"), "run", FIXTURE],
  };
}

/** The last line that a program prints. */
function outputOf([program, ...args]: readonly string[], tell: (line: string) => void) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk) => output += chunk);
  child.stderr.on("data", (chunk) => tell(String(chunk).trim()));
  return new Promise<string>((resolve, reject) => {
    child.on("error", reject);
    child.on(
      "close",
      (code) =>
        code === 0
          ? resolve(output.trim().split("\n").at(-1)!)
          : reject(new Error(`Expected ${program} to end with code 0, got ${code}`)),
    );
  });
}

/** Heap and resident memory on each runtime, early and late. */
export const memory: SoakProgram = {
  about: "a million jobs of every ending on each runtime; memory does not grow",
  async run({ tell }) {
    await buildNpm();
    await bundleForNode([FIXTURE], RUN_FOLDER);
    const figures: Record<string, string> = {};
    const grown: string[] = [];
    for (const [name, command] of Object.entries(commands())) {
      const server = await Gearmand.start();
      try {
        const { host, port } = server.address;
        const args = [host, port, JOBS, FIRST].map(String);
        const result: MemoryResult = JSON.parse(
          await outputOf([...command, ...args], (line) => tell(`${name}: ${line}`)),
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
