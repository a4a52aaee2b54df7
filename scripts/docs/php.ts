/** The PHP of the documents: parsed by PHP, where there is one. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { command } from "../suite/command.ts";
import type { Document } from "./blocks.ts";

const FOLDER = "build/docs/php";

/** Parses every file in one process, as `php -l` does with one. */
const PARSE = `
foreach (array_slice($argv, 1) as $file) {
  try { token_get_all(file_get_contents($file), TOKEN_PARSE); }
  catch (ParseError $error) { echo "$file:{$error->getLine()}: {$error->getMessage()}\\n"; }
}`;

/** Parses all PHP. Returns what is wrong; where there is no PHP, nothing, unless there must be one. */
export async function phpTroubles(documents: readonly Document[]): Promise<string[]> {
  mkdirSync(FOLDER, { recursive: true });
  const files = documents.flatMap(({ blocks }) => blocks)
    .filter(({ language }) => language === "php")
    .map(({ file, line, code }) => {
      const path = join(FOLDER, `${file.replaceAll(/[/.]/g, "_")}_${line}.php`);
      writeFileSync(path, `<?php${"\n".repeat(line - 1)}${code}`);
      return { file, path };
    });
  try {
    const { stdout, stderr } = await command("php", [
      "-r",
      PARSE,
      "--",
      ...files.map(({ path }) => path),
    ]);
    return (stdout + stderr).split("\n").filter((line) => line !== "").map((line) => {
      const found = files.find(({ path }) => line.startsWith(`${path}:`));
      return found === undefined ? line : `${found.file}${line.slice(found.path.length)}`;
    });
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (isMissing && process.env.GEARTRAIN_REQUIRE_INTEROP !== "1") return [];
    throw error;
  }
}
