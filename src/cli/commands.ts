/** The commands by name, each loaded when it is used, and the list of them. */
import { nearest } from "../misuse.ts";
import type { Command } from "./command.ts";
import { UsageError } from "./usage_error.ts";

/** The commands, in the order of the list. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import("./commands/serve.ts")).serve,
  submit: async () => (await import("./commands/submit.ts")).submit,
  work: async () => (await import("./commands/work.ts")).work,
  background: async () => (await import("./commands/background.ts")).background,
  status: async () => (await import("./commands/status.ts")).status,
  fate: async () => (await import("./commands/fate.ts")).fate,
  workers: async () => (await import("./commands/workers.ts")).workers,
  jobs: async () => (await import("./commands/jobs.ts")).jobs,
  cancel: async () => (await import("./commands/cancel.ts")).cancel,
  maxqueue: async () => (await import("./commands/maxqueue.ts")).maxqueue,
  ping: async () => (await import("./commands/ping.ts")).ping,
  top: async () => (await import("./commands/top.ts")).top,
  "wait-ready": async () => (await import("./commands/wait_ready.ts")).waitReady,
  bench: async () => (await import("./commands/bench.ts")).bench,
  completions: async () => (await import("./commands/completions.ts")).completions,
};

/** A command by its name. Throws a {@linkcode UsageError}. */
export async function commandNamed(name: string): Promise<Command> {
  if (Object.hasOwn(COMMANDS, name)) return await COMMANDS[name]();
  const names = Object.keys(COMMANDS);
  const hint = nearest(name, names);
  const question = hint === undefined ? "" : `, did you mean ${hint}?`;
  throw new UsageError(
    `Expected a command, got "${name}"${question}\nThe commands are ${names.join(", ")}.`,
  );
}

/** The help of the whole. */
export async function helpOfAll(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) =>
      `  ${name.padEnd(13)}${(await load()).summary}\n`
    ),
  );
  return `Usage: geartrain COMMAND [FLAGS]

${lines.join("")}
"geartrain COMMAND --help" tells of a command, its flags and its exit codes, with examples.

  # a job server, a worker and a job, in three terminals
  geartrain serve
  geartrain work upper -- tr a-z A-Z
  geartrain submit upper 'hello'
`;
}
