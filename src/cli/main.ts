#!/usr/bin/env node
/**
 * The command line `geartrain`: its first word names a command, the rest is the command's own. Each
 * command is a file, loaded when it is used. This is a program: to import it is to run it.
 *
 *     npx geartrain serve
 *     bunx geartrain serve
 *     deno run -A jsr:@geartrain/geartrain/cli serve
 *
 * @module
 */
import process from "node:process";
import { GearmanError } from "../errors.ts";
import { VERSION } from "../server/mod.ts";
import { type Command, type Terminal, UsageError } from "./command.ts";
import { nearest } from "./nearest.ts";

/** The commands by name. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import("./serve.ts")).serve,
};

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  env: process.env,
};

async function run([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    terminal.out(await help());
    return name === undefined ? 1 : 0;
  }
  if (name === "--version" || name === "-V") {
    terminal.out(`geartrain ${VERSION}\n`);
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    const hint = nearest(name, Object.keys(COMMANDS));
    const question = hint === undefined ? "" : `, did you mean ${hint}?`;
    throw new UsageError(`Expected a command, got "${name}"${question}`);
  }
  return await (await load()).run(args, terminal);
}

async function help(): Promise<string> {
  let text = "Usage: geartrain COMMAND [FLAGS]\n\n";
  for (const [name, load] of Object.entries(COMMANDS)) {
    text += `  ${name.padEnd(10)}${(await load()).summary}\n`;
  }
  return `${text}\n"geartrain COMMAND --help" tells of its flags.\n`;
}

run(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    const isPlain = error instanceof UsageError || error instanceof GearmanError;
    const text = isPlain ? error.message : error instanceof Error ? error.stack : String(error);
    terminal.err(`geartrain: ${text}\n`);
    process.exit(1);
  },
);
