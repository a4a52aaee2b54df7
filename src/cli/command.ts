/** What a command of `geartrain` is, and how one is made of a table of flags and a function. */
import { errorRow, exitCodeOf, Interrupted, textOf } from "./exits.ts";
import {
  type Flag,
  type FlagValues,
  helpFor,
  paragraphs,
  parseWords,
  type Words,
} from "./flags.ts";
import type { Terminal } from "./terminal.ts";
import { misuseIn } from "./usage_error.ts";

/** One command. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** Its flags, for those who complete a command line. */
  readonly flags: readonly Flag[];
  /** Carries it out with the words that follow its name. Resolves with the exit code. */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number>;
}

/** What a command was given. */
export interface Call extends Words {
  readonly terminal: Terminal;
  /** Whether programs will read what is printed. */
  readonly json: boolean;
  /** Aborts when a signal asks for the end, with an {@linkcode Interrupted}. */
  readonly signal: AbortSignal;
}

/** What a command is made of. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** What follows its name, for instance `FUNCTION [WORKLOAD ...]`. */
  readonly words: string;
  /** What it does, in lines. */
  readonly about: string;
  readonly flags: readonly Flag[];
  /** Command lines, each with a remark. */
  readonly examples: readonly (readonly [line: string, remark: string])[];
  /** Whether it deals with signals itself. */
  readonly handlesSignals?: boolean;
  /** Does it. */
  readonly run: (call: Call) => Promise<number>;
}

/** Flags that every command has. */
const COMMON: readonly Flag[] = [
  { name: "json", help: "Print JSON, one value a line." },
  { name: "help", short: "h", help: "Print this." },
];

/** Makes a command. */
export function commandOf(spec: CommandSpec): Command {
  const flags = [...spec.flags, ...COMMON];
  return {
    summary: spec.summary,
    flags,
    run: async (args, terminal) => {
      try {
        const words = parseWords(flags, args);
        if (words.flags.has("help")) {
          await terminal.out(helpOf(spec, flags));
          return 0;
        }
        const json = words.flags.has("json");
        return await runInterruptibly(spec, { ...words, terminal, json });
      } catch (error) {
        // Of words that cannot be read as well: programs read what comes of them.
        return reported(misuseIn(error) ?? error, { terminal, json: args.includes("--json") });
      }
    },
  };
}

/** Says on standard error what went wrong, for people or for programs, and gives the exit code for it. */
export function reported(
  error: unknown,
  { terminal, json }: Pick<Call, "terminal" | "json">,
): number {
  terminal.err(
    json ? `${JSON.stringify({ error: errorRow(error) })}\n` : `geartrain: ${textOf(error)}\n`,
  );
  return exitCodeOf(error);
}

async function runInterruptibly(spec: CommandSpec, call: Omit<Call, "signal">): Promise<number> {
  const ending = new AbortController();
  const { signal } = ending;
  if (spec.handlesSignals) return await spec.run({ ...call, signal });
  const stop = call.terminal.onEnd((name) => {
    // The second one ends the process, whatever this command does about the first.
    stop();
    ending.abort(new Interrupted(name));
  });
  try {
    return await spec.run({ ...call, signal });
  } finally {
    stop();
  }
}

function helpOf({ name, words, about, examples }: CommandSpec, flags: readonly Flag[]): string {
  const usage = ["Usage: geartrain", name, words].filter((word) => word !== "").join(" ");
  const lines = examples.map(([line, remark]) => `  # ${remark}\n  ${line}\n`);
  return `${usage}\n\n${paragraphs(about)}\n\n${helpFor(flags)}\nExamples:\n\n${lines.join("\n")}`;
}

/** The last value of a flag. */
export function last(flags: FlagValues, name: string): string | undefined {
  return flags.get(name)?.at(-1);
}
