/**
 * The TypeScript of the documents, all of it type-checked. A block with a word behind its language
 * is a part of a program, checked with what the document gives it under that name. One without a
 * word is whole: a test, or else a program, which is run. In Markdown it may print nothing but what
 * stands in its comments.
 *
 * @module
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { build } from "esbuild";
import { readJson } from "../entries.ts";
import { command } from "../suite/command.ts";
import type { Block, Document } from "./blocks.ts";

/** Where the blocks are written. */
const FOLDER = "build/docs";

/** Checks all TypeScript in one go, and runs the programs. Returns what is wrong. */
export async function typescriptTroubles(documents: readonly Document[]): Promise<string[]> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const sources = documents.flatMap((document) =>
    document.blocks.filter(({ language }) => language === "ts").map((block) => ({
      block,
      path: join(FOLDER, `${block.file.replaceAll(/[/.]/g, "_")}_${block.line}.ts`),
      text: sourceOf(block, document.given),
    }))
  );
  const troubles = documents.flatMap(unusedGiven);
  for (const { block, path, text } of sources) {
    if (text === undefined) {
      troubles.push(`${place(block)}: Expected <!-- given ${block.word} --> in this document`);
    } else writeFileSync(path, text);
  }
  troubles.push(...await checked(sources));
  if (troubles.length > 0) return troubles;
  return await ran(sources.filter(({ block: { word, code } }) => word === "" && !isTest(code)));
}

interface Source {
  readonly block: Block;
  readonly path: string;
}

/** Tests know the harness, which is not there where programs are run. */
function isTest(code: string): boolean {
  return code.includes('from "../_harness/mod.ts"');
}

function place({ file, line }: Block): string {
  return `${file}:${line}`;
}

/** A module in which the block stands on the lines of its document. Undefined: nothing is given. */
function sourceOf({ word, line, code }: Block, given: Document["given"]): string | undefined {
  if (word === "") return "\n".repeat(line - 1) + code;
  const declarations = given.get(word)?.replaceAll("\n", " ");
  if (declarations === undefined) return undefined;
  const isModule = /^(import|export) /m.test(code);
  const [head, foot] = isModule
    ? ["", ""]
    : ["export async function $block(): Promise<void> {", "}"];
  return `${declarations}${head}${"\n".repeat(line - 1)}${code}${foot}\n`;
}

function unusedGiven({ file, blocks, given }: Document): string[] {
  return [...given.keys()]
    .filter((name) => !blocks.some(({ word }) => word === name))
    .map((name) => `${file}: Expected a block with what is given as ${name}, found none`);
}

async function checked(sources: readonly Source[]): Promise<string[]> {
  const { imports } = readJson("deno.json") as { imports: Record<string, string> };
  const paths = Object.fromEntries(
    Object.entries(imports)
      .filter(([, path]) => path.startsWith("./"))
      .map(([name, path]) => [name, [`../../${path}`]]),
  );
  const compilerOptions = {
    paths,
    // As if a test stood in a room of test/.
    rootDirs: ["../../test", ".."],
    isolatedDeclarations: false,
    declaration: false,
  };
  const settings = { extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"] };
  writeFileSync(join(FOLDER, "tsconfig.json"), JSON.stringify(settings));
  const compiler = join("node_modules", "typescript", "bin", "tsc");
  const { trouble, stdout } = await command(process.execPath, [compiler, "--project", FOLDER]);
  if (trouble === undefined) return [];
  return stdout.trimEnd().split("\n").map((line) => {
    const source = sources.find(({ path }) => line.startsWith(`${path}(`));
    if (source === undefined) return line;
    return line.replace(/^.*?\((\d+),(\d+)\)/, `${source.block.file}:$1:$2`);
  });
}

/** Runs programs one after the other on this Node, over the built package. */
async function ran(programs: readonly Source[]): Promise<string[]> {
  const folder = join(FOLDER, "run");
  await build({
    entryPoints: programs.map(({ path }) => path),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "error",
  });
  const troubles: string[] = [];
  for (const { block, path } of programs) {
    const program = resolve(folder, basename(path).replace(/\.ts$/, ".mjs"));
    try {
      const lines = await printed(() => import(pathToFileURL(program).href));
      if (block.file.endsWith(".md")) troubles.push(...outputTroubles(block, lines));
    } catch (error) {
      troubles.push(`${place(block)}: ${inspect(error)}`);
    }
  }
  return troubles;
}

/** What is printed stands in a comment, and what a comment says of a line of its own is printed. */
function outputTroubles(block: Block, lines: readonly string[]): string[] {
  const comments = [...block.code.matchAll(/^(console\.log\(.*\);)?.*?\/\/ (.*)$/gm)];
  const unsaid = lines.filter((line) => !comments.some(([, , text]) => text.includes(line)));
  const unprinted = comments
    .filter(([, log, text]) => log !== undefined && !lines.some((line) => text.includes(line)))
    .map(([, , text]) => text);
  return [
    ...unsaid.map((line) => `${place(block)}: Expected a comment that says ${line}`),
    ...unprinted.map((text) => `${place(block)}: Expected it to print ${text}`),
  ];
}

/** What a program prints, line by line. */
async function printed(program: () => Promise<unknown>): Promise<string[]> {
  const { log } = console;
  const lines: string[] = [];
  console.log = (...parts: unknown[]) => {
    const texts = parts.map((part) => typeof part === "string" ? part : quoted(inspect(part)));
    lines.push(texts.join(" "));
  };
  try {
    await program();
  } finally {
    console.log = log;
  }
  return lines;
}

/** Node quotes in another way than the documents do. */
function quoted(text: string): string {
  return text.replaceAll("'", '"');
}
