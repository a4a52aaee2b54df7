/** What scripts/check_docs.ts makes of code in documents that makes no sense: each rule broken once. */
import { blockTroubles, parseDocument } from "../../scripts/docs/blocks.ts";
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

/** Every start of a command that is looked after elsewhere, which must all be in use. */
const OTHERS = "npm install x\nbun add x\n";

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
  assertEquals(trouble, 'Expected a command that begins with "npm install ", found none');
});
