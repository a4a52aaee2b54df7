/** Packs the built package as npm would publish it. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { command } from "./suite/command.ts";

/** Packs what is built into a folder, and returns the path of the tarball. */
export async function pack(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const args = ["pack", "--ignore-scripts", "--pack-destination", folder];
  const { trouble, stdout, stderr } = await npm(args);
  if (trouble !== undefined) throw new Error(`npm pack ${trouble}:\n${stdout}${stderr}`);
  const file = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (file === undefined) throw new Error(`Expected a tarball in ${folder}, found none`);
  return join(folder, file);
}

/** Runs npm: the one that started us, the one beside this Node, or whichever is on the path. */
export function npm(args: readonly string[]): ReturnType<typeof command> {
  const beside = join(dirname(process.execPath), "..", "lib/node_modules/npm/bin/npm-cli.js");
  const script = [process.env.npm_execpath, beside].find((path) =>
    path?.endsWith(".js") && existsSync(path)
  );
  return script === undefined ? command("npm", args) : command(process.execPath, [script, ...args]);
}
