/** How programs of this repository are started on each runtime. */
import process from "node:process";
import { RUN_FOLDER } from "./bundle.ts";
import { runtimeProgram } from "./plan.ts";

/** Where programs can be started. */
export const RUNTIMES = ["node", "deno", "bun"] as const;

/** How a program is started. */
export type CommandLine = readonly [program: string, ...args: string[]];

/** Options of {@linkcode commandOf}. */
export interface ProgramOptions {
  /** Which Node. Default: the one that this runs on. */
  readonly node?: string;
  /** Flags for V8, where the runtime has it. */
  readonly flags?: readonly string[];
}

/** What starts a program, which is bundled for Node in the folder of this run. */
export function commandOf(
  program: string,
  runtime: typeof RUNTIMES[number],
  { node = process.execPath, flags = [] }: ProgramOptions = {},
): CommandLine {
  switch (runtime) {
    case "node":
      return [node, ...flags, `${RUN_FOLDER}/${program.replace(/\.ts$/, ".mjs")}`];
    case "deno": {
      const forV8 = flags.map((flag) => `--v8-flags=${flag}`);
      return [runtimeProgram("deno"), "run", "--allow-all", "--quiet", ...forV8, program];
    }
    case "bun":
      return [runtimeProgram("bun"), "run", program];
  }
}
