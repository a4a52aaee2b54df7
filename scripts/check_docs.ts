/**
 * Looks at every block of code in the documents and in the sources' comments: TypeScript is
 * type-checked, and run where it is a whole program; command lines make sense; JSON and PHP can be
 * parsed. Links lead somewhere, and the pages of client, worker, admin client and server tell of every
 * option and member. What is exported has a comment, and classes and functions have an example. Prints
 * what is wrong, and fails then.
 *
 *     node scripts/run.mjs scripts/check_docs.ts
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { blockTroubles, parseComments, parseDocument } from "./docs/blocks.ts";
import { commentTroubles } from "./docs/comments.ts";
import { linkTroubles } from "./docs/links.ts";
import { memberTroubles } from "./docs/members.ts";
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

/** The sources whose comments have examples. */
const SOURCES = [
  "mod.ts",
  ...(readdirSync("src", { recursive: true }) as string[])
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `src/${name}`)
    .sort(),
];

await buildNpm();
const documents = [
  ...FILES.map((file) => parseDocument(file, readFileSync(file, "utf8"))),
  ...SOURCES.map((file) => parseComments(file, readFileSync(file, "utf8"))),
];
const troubles = [
  ...documents.flatMap(({ troubles }) => troubles),
  ...documents.flatMap(blockTroubles),
  ...linkTroubles(documents),
  ...await memberTroubles(documents),
  ...await commentTroubles(),
  ...await shellTroubles(documents),
  ...await typescriptTroubles(documents),
  ...await phpTroubles(documents),
];
for (const trouble of troubles) console.error(trouble);
process.exitCode = troubles.length === 0 ? 0 : 1;
const languages = documents.flatMap(({ blocks }) => blocks.map(({ language }) => language));
const counts = [...new Set(languages)].map((one) =>
  `${languages.filter((language) => language === one).length} of ${one}`
);
console.log(`Blocks looked at: ${counts.join(", ")}`);
