/**
 * The command lines of the documents. Those of `geartrain` are taken apart by the command itself,
 * those that start something of this repository must name what is there, and all others stand in a
 * list, with who runs them, or why nobody does.
 *
 * @module
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { COMMANDS } from "../../src/cli/commands.ts";
import { parseWords } from "../../src/cli/flags.ts";
import { readJson } from "../entries.ts";
import { command } from "../suite/command.ts";
import { planFrom, runtimeProgram } from "../suite/plan.ts";
import type { Document } from "./blocks.ts";

/** What is neither taken apart nor looked up here, by how it begins, and why not. */
const OTHERS: Readonly<Record<string, string>> = {
  "cd ": "where one stands is looked at by whoever reads on",
  "npm ci": "scripts/setup.mjs runs it before everything else",
  "npm pack": "test/package/install_test.ts packs the package",
  "npm install ": "and installs the tarball",
  "bun add ": "the same, on Bun",
  "bun build --compile ": "test/cli/geartrain_test.ts bundles it, which that begins with",
  "deno compile ": "it fetches a runtime, which no test does",
};

/** What is run here: the edge worker is bundled as the document says, and its configuration read. */
const RUN: Readonly<Record<string, (args: readonly string[]) => Promise<string | undefined>>> = {
  esbuild: async (args) => {
    // Not below the other blocks, whose tsconfig.json says that the package is its source.
    const cwd = "build/docs_edge";
    rmSync(cwd, { recursive: true, force: true });
    mkdirSync(cwd, { recursive: true });
    const example = readFileSync("examples/edge/worker.ts", "utf8");
    writeFileSync(join(cwd, "worker.ts"), example.replace("../../mod.ts", "geartrain"));
    copyFileSync("examples/edge/workerd.capnp", join(cwd, "workerd.capnp"));
    const bundled = await command(resolve("node_modules/.bin/esbuild"), args, { cwd });
    if (bundled.trouble !== undefined) return `${bundled.trouble}: ${bundled.stderr}`;
    const config = ["compile", "--config-only", "workerd.capnp"];
    const { trouble, stderr } = await command(runtimeProgram("workerd"), config, { cwd });
    return trouble && `${trouble}: ${stderr}`;
  },
};

/** How `geartrain` is started: installed, or from a clone. */
const STARTS =
  /^(?:(?:node_modules\/\.bin\/|npx |bunx )?geartrain|(?:deno run -A|bun) src\/cli\/main\.ts) /;

/** A command line within a sentence. */
const SPAN = /`(geartrain [a-z][^`]*)`/g;

/** What starts something of this repository, and how that is found. */
const OURS: readonly (readonly [RegExp, (name: string) => boolean])[] = [
  [/^npm run (\S+)/, (name) => isScript("package.json", "scripts", name)],
  [/^deno task (\S+)/, (name) => isScript("deno.json", "tasks", name)],
  [/^npm (test)\b/, (name) => isScript("package.json", "scripts", name)],
  [/^node scripts\/run\.mjs (\S+)/, existsSync],
  [/^deno run -A (\S+)/, existsSync],
  [/^bun(?: run)? (\S+\.ts)/, existsSync],
  [/^test\/runtimes\/node_modules\/\.bin\/\w+ test (?:-P )?(\S+)/, existsSync],
];

/** Looks at every command line. Returns what is wrong. */
export async function shellTroubles(documents: readonly Document[]): Promise<string[]> {
  const troubles: string[] = [];
  const unused = new Set(Object.keys(OTHERS));
  for (const { file, text, blocks } of documents) {
    for (const [, words] of text.matchAll(SPAN)) {
      const trouble = await lineTrouble(words);
      if (trouble !== undefined) troubles.push(`${file}: ${words}: ${trouble}`);
    }
    for (const { line, language, code } of blocks) {
      if (language !== "sh") continue;
      for (const commandLine of commandLines(code)) {
        const other = Object.keys(OTHERS).find((start) => commandLine.startsWith(start));
        if (other !== undefined) unused.delete(other);
        else {
          const trouble = await lineTrouble(commandLine);
          if (trouble !== undefined) troubles.push(`${file}:${line}: ${commandLine}: ${trouble}`);
        }
      }
    }
  }
  for (const start of unused) {
    troubles.push(`Expected a command that begins with "${start}", found none`);
  }
  return troubles;
}

/** The command lines of a block: without comments, and each on one line. */
export function commandLines(code: string): string[] {
  return code.replaceAll(/\\\n */g, "").split("\n")
    .map((line) => line.replace(/(^| +)# .*$/, "").trim())
    .filter((line) => line !== "");
}

/** The words behind each `geartrain` of a command line. */
export function geartrainsIn(commandLine: string): string[][] {
  return commandLine.split(/ (?:\||&&) /).flatMap((command) => {
    const start = STARTS.exec(command)?.[0];
    if (start === undefined) return [];
    const [words] = command.slice(start.length).split(/ [<>] ?/);
    return [
      [...words.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
        .map(([, single, double, plain]) => single ?? double ?? plain),
    ];
  });
}

async function lineTrouble(commandLine: string): Promise<string | undefined> {
  const geartrains = geartrainsIn(commandLine);
  const [program, ...args] = commandLine.replaceAll("'", "").split(" ");
  if (Object.hasOwn(RUN, program)) return await RUN[program](args);
  try {
    for (const words of geartrains) await checkWords(words);
    if (commandLine.startsWith("npm test -- ")) planFrom(args.slice(2));
  } catch (error) {
    return (error as Error).message;
  }
  if (geartrains.length > 0) return undefined;
  for (const [pattern, isThere] of OURS) {
    const [, name] = pattern.exec(commandLine) ?? [];
    if (name !== undefined) return isThere(name) ? undefined : `Expected ${name} to be there`;
  }
  return "Expected a command that is known here, or a line in scripts/docs/shell.ts that says why not";
}

/** Has a command of `geartrain` take its words apart. Throws where they make no sense. */
export async function checkWords([name, ...args]: readonly string[]): Promise<void> {
  if (!Object.hasOwn(COMMANDS, name)) throw new RangeError(`Expected a command, got "${name}"`);
  parseWords((await COMMANDS[name]()).flags, args);
}

function isScript(file: string, group: string, name: string): boolean {
  return Object.hasOwn((readJson(file) as Record<string, object>)[group], name);
}
