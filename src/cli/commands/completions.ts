/**
 * `geartrain completions`: scripts by which shells complete a command line.
 *
 * @module
 */
import { got } from "../../errors.ts";
import { type Call, type Command, commandOf } from "../command.ts";
import { COMMANDS } from "../commands.ts";
import { Exit } from "../exits.ts";
import { useful } from "../flags.ts";
import { type Completed, SHELLS } from "../shells.ts";
import { UsageError } from "../usage_error.ts";
import { wordsOf } from "../words.ts";

/** The command. */
export const completions: Command = commandOf({
  name: "completions",
  summary: "print a completion script for bash, zsh or fish",
  words: "SHELL",
  about: `
Prints a script by which the shell completes commands and flags.`,
  flags: [],
  examples: [
    [
      "geartrain completions bash > ~/.local/share/bash-completion/completions/geartrain",
      "bash, with the package bash-completion",
    ],
    ["geartrain completions zsh > ~/.zfunc/_geartrain", "zsh, with ~/.zfunc in fpath"],
    ["geartrain completions fish > ~/.config/fish/completions/geartrain.fish", "fish"],
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const [shell] = wordsOf(call, "SHELL");
  const names = Object.keys(SHELLS);
  if (!Object.hasOwn(SHELLS, shell)) {
    throw new UsageError(`Expected SHELL to be ${names.join(" or ")}, got ${got(shell)}`);
  }
  const commands = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]): Promise<Completed> => {
      const { summary, flags } = await load();
      return { name, summary, flags: useful(flags) };
    }),
  );
  const script = SHELLS[shell](commands);
  await call.terminal.out(call.json ? `${JSON.stringify({ shell, script })}\n` : script);
  return Exit.OK;
}
