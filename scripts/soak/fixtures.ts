/** Programs that are played on each runtime, and print what they found in their last line. */
import { spawn } from "node:child_process";
import { commandOf, RUNTIMES } from "../suite/programs.ts";

/** What runs a fixture on each runtime, once it is bundled for Node; `node` is the Node that runs it. */
export function commandsFor(
  fixture: string,
  node: string,
): Readonly<Record<string, readonly string[]>> {
  const how = { node, flags: ["--expose-gc"] };
  return Object.fromEntries(RUNTIMES.map((runtime) => [runtime, commandOf(fixture, runtime, how)]));
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
