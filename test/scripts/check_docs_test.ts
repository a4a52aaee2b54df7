/** What scripts/check_docs.ts makes of code in documents that makes no sense: each rule broken once. */
import { blockTroubles, parseDocument } from "../../scripts/docs/blocks.ts";
import { linkTroubles } from "../../scripts/docs/links.ts";
import { pageTroubles } from "../../scripts/docs/members.ts";
import { shellTroubles } from "../../scripts/docs/shell.ts";
import { assertEquals, test } from "../_harness/mod.ts";

export const notOnWorkerd = "command lines are looked up among files";

function parse(text: string): ReturnType<typeof parseDocument> {
  return parseDocument("docs/new.md", text);
}

test("parseDocument() finds blocks where they stand, and what is given to them", () => {
  const { blocks, given, troubles } = parse(
    "<!-- given part\ndeclare const a: 1;\n-->\n\n```ts part\na;\n```\n\n- list\n\n    of it\n",
  );
  assertEquals(blocks, [
    { file: "docs/new.md", line: 6, language: "ts", word: "part", code: "a;\n" },
  ]);
  assertEquals([...given], [["part", "declare const a: 1;\n"]]);
  assertEquals(troubles, []);
});

test("parseDocument() wants code between fences that end", () => {
  assertEquals(parse("Text.\n\n    code\n").troubles, [
    "docs/new.md:3: Expected code between fences, got it indented",
  ]);
  assertEquals(parse("```sh\nls\n").troubles, [
    "docs/new.md:1: Expected an end of this block, found none",
  ]);
});

test("blockTroubles() wants languages that somebody looks at", () => {
  const troubles = (text: string) => blockTroubles(parse(text));
  const expected = "docs/new.md:2: Expected a block of ts, sh, php, text, json or console, got";
  assertEquals(troubles("```\ncode\n```\n"), [`${expected} ""`]);
  assertEquals(troubles("```js\ncode\n```\n"), [`${expected} "js"`]);
  assertEquals(troubles("```json\n{ a }\n```\n").length, 1);
  assertEquals(troubles("```console\n$ ls\n```\n").length, 1);
  assertEquals(troubles('```json\n{ "a": 1 }\n```\n'), []);
});

test("linkTroubles() wants links that lead to a file, and to a heading of it", () => {
  const troubles = (text: string) => linkTroubles([parse(text)]);
  assertEquals(troubles("[a](gone.md), ![b](gone.svg), [c](https://gone.example)"), [
    "docs/new.md: gone.md: Expected docs/gone.md to be there",
    "docs/new.md: gone.svg: Expected docs/gone.svg to be there",
  ]);
  assertEquals(troubles("[a](client.md#link)"), [
    "docs/new.md: client.md#link: Expected a heading for #link in docs/client.md, found none",
  ]);
  assertEquals(troubles("[a](client.md#links), [b](failures.md#timeout), [c](../README.md)"), []);
  assertEquals(troubles("[a](failures.md#the-admin-clients-calls), `[b](gone.md)`"), []);
  assertEquals(troubles("```text\n[a](gone.md)\n```\n"), []);
});

test("pageTroubles() wants a word on every member, and no option that there is not", () => {
  const troubles = (text: string) => pageTroubles("docs/new.md", text, ["poll", "text"]);
  const table = (head: string) =>
    `| ${head} | means |\n| --- | --- |\n| \`pol\`, \`text()\` | it |\n`;
  assertEquals(troubles("Of `{ poll: 5 }` and `text()`."), []);
  assertEquals(troubles("Of poll, and `text()`."), [
    "docs/new.md: Expected a word on `poll`, found none",
  ]);
  assertEquals(troubles(`\`poll\`\n\n${table("name")}`), []);
  for (const head of ["option", "of a job"]) {
    assertEquals(troubles(`\`poll\`\n\n${table(head)}`), [
      "docs/new.md: Expected an option or a member that there is, got `pol`",
    ]);
  }
});

/** Every start of a command that is looked after elsewhere, which must all be in use. */
const OTHERS =
  "cd x\nnpm ci\nnpm pack\nnpm install x\nbun add x\nbun build --compile x\ndeno compile x\n";

for (
  const [line, reason] of [
    ["geartrain submit reverse --lines < file | sort", undefined],
    ["npm run demo", undefined],
    ["deno run -A src/cli/main.ts serve --port 4730", undefined],
    ["geartrain sumbit", 'Expected a command, got "sumbit"'],
    ["geartrain submit --lime", "Expected a flag"],
    ["npm run dem", "Expected dem to be there"],
    ["npm test -- --only=denno", "Expected one of static"],
    ["node scripts/run.mjs scripts/gone.ts", "Expected scripts/gone.ts to be there"],
    ["make install", "Expected a command that is known here"],
  ] as const
) {
  test(`shellTroubles() of: ${line}`, async () => {
    const troubles = await shellTroubles([parse(`\`\`\`sh\n${OTHERS}${line} # why\n\`\`\`\n`)]);
    const expected = reason === undefined ? [] : [`docs/new.md:2: ${line}: ${reason}`];
    assertEquals(troubles.map((trouble, i) => trouble.slice(0, expected[i]?.length)), expected);
  });
}

test("shellTroubles() looks at commands within sentences", async () => {
  const troubles = await shellTroubles([
    parse(`Try \`geartrain tip\`.\n\n\`\`\`sh\n${OTHERS}\`\`\`\n`),
  ]);
  assertEquals(troubles, ['docs/new.md: geartrain tip: Expected a command, got "tip"']);
});

test("shellTroubles() wants no exceptions that are of no use", async () => {
  const [trouble] = await shellTroubles([]);
  assertEquals(trouble, 'Expected a command that begins with "cd ", found none');
});
