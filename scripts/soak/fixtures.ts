/** Programs that are played on each runtime, and print what they found in their last line. */
import { spawn } from "node:child_process";
import { RUN_FOLDER } from "../suite/bundle.ts";
import { runtimeProgram } from "../suite/plan.ts";

/** What runs a fixture on each runtime, once it is bundled for Node; `node` is the Node that runs it. */
export function commandsFor(
  fixture: string,
  node: string,
): Readonly<Record<string, readonly string[]>> {
  const bundle = `${RUN_FOLDER}/${fixture.replace(/\.ts$/, ".mjs")}`;
  return {
    node: [node, "--expose-gc", bundle],
    deno: [runtimeProgram("deno"), "run", "-A", "--quiet", "--v8-flags=--expose-gc", fixture],
    bun: [runtimeProgram("bun"), "run", fixture],
  };
}

/** The last line that a program prints. What it says on standard error is told. */
export function lastLineOf(
  [program, ...args]: readonly string[],
  tell: (line: string) => void,
): Promise<string> {
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
