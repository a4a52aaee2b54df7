/** A command line from its first word to its exit code. */
import { VERSION } from "../server/mod.ts";
import { reported } from "./command.ts";
import { commandNamed, helpOfAll } from "./commands.ts";
import { Exit } from "./exits.ts";
import type { Terminal } from "./terminal.ts";

/** Carries out a command line. Resolves with the exit code, whatever happens. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  try {
    switch (name) {
      case undefined:
        terminal.err(await helpOfAll());
        return Exit.USAGE;
      case "--help":
      case "-h":
        await terminal.out(await helpOfAll());
        return Exit.OK;
      case "--version":
      case "-V":
        await terminal.out(`geartrain ${VERSION}\n`);
        return Exit.OK;
      case "help":
        if (rest.length === 0) return await run(["--help"], terminal);
        return await (await commandNamed(rest[0])).run(["--help"], terminal);
      default:
        return await (await commandNamed(name)).run(rest, terminal);
    }
  } catch (error) {
    return reported(error, { terminal, json: false });
  }
}
