/**
 * Looks at every block of code in the documents: TypeScript is type-checked, and run where it is a
 * whole program; command lines make sense; JSON and PHP can be parsed. Prints what is wrong, and
 * fails then.
 *
 *     node scripts/run.mjs scripts/check_docs.ts
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { blockTroubles, parseDocument } from "./docs/blocks.ts";
import { phpTroubles } from "./docs/php.ts";
import { shellTroubles } from "./docs/shell.ts";
import { typescriptTroubles } from "./docs/typescript.ts";
import { buildNpm } from "./npm_package.ts";

const FILES = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "examples/README.md",
  ...readdirSync("docs").filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
];

/** Doc comments with an example that nobody would look at. */
function ignoredExamples(): string[] {
  return (readdirSync("src", { recursive: true }) as string[])
    .filter((file) =>
      file.endsWith(".ts") && /``` *ts ignore/.test(readFileSync(join("src", file), "utf8"))
    )
    .map((file) => `src/${file}: Expected examples that can be checked, got one with "ignore"`);
}

await buildNpm();
const documents = FILES.map((file) => parseDocument(file, readFileSync(file, "utf8")));
const troubles = [
  ...ignoredExamples(),
  ...documents.flatMap(({ troubles }) => troubles),
  ...documents.flatMap(blockTroubles),
  ...await shellTroubles(documents),
  ...await typescriptTroubles(documents),
  ...await phpTroubles(documents),
];
for (const trouble of troubles) console.error(trouble);
process.exitCode = troubles.length === 0 ? 0 : 1;
