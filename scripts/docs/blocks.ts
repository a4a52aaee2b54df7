/**
 * The blocks of code of a document, or of the comments in a source, each with where it stands and
 * what the document says of its surroundings.
 *
 * @module
 */

/** A block of code. */
export interface Block {
  /** The document. */
  readonly file: string;
  /** The line of the document on which the code begins, from 1. */
  readonly line: number;
  readonly language: string;
  /** What stands behind the language: the name of its {@linkcode Document.given}, or nothing. */
  readonly word: string;
  readonly code: string;
}

/** A document, taken apart. */
export interface Document {
  readonly file: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /**
   * What parts of programs find around them, by name: imports and declarations, as they stand in
   * `<!-- given NAME ... -->`, which no reader sees.
   */
  readonly given: ReadonlyMap<string, string>;
  /** What makes no sense. */
  readonly troubles: readonly string[];
}

const FENCE = /^( *)(`{3,})(.*)$/;
const GIVEN = /^<!-- given (\S+)\n([^]*?)^-->$/gm;

/** Takes a document apart. */
export function parseDocument(file: string, text: string): Document {
  const given = new Map<string, string>();
  for (const [, name, declarations] of text.matchAll(GIVEN)) given.set(name, declarations);
  const blocks: Block[] = [];
  const troubles: string[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const [, indent, fence, info] = FENCE.exec(lines[at]) ?? [];
    if (fence === undefined) {
      if (isIndentedCode(lines, at)) {
        troubles.push(`${file}:${at + 1}: Expected code between fences, got it indented`);
      }
      continue;
    }
    const start = at + 1;
    while (++at < lines.length && lines[at].trim() !== fence);
    if (at === lines.length) {
      troubles.push(`${file}:${start}: Expected an end of this block, found none`);
    }
    const code = lines.slice(start, at).map((line) => line.slice(indent.length)).join("\n");
    const [language = "", ...words] = info.trim().split(/\s+/);
    blocks.push({ file, line: start + 1, language, word: words.join(" "), code: `${code}\n` });
  }
  return { file, text, blocks, given, troubles };
}

/** Takes the comments of a source apart: only their blocks of code count. */
export function parseComments(file: string, text: string): Document {
  const comments = text.split("\n").map((line) => /^ *\* ?(.*)$/.exec(line)?.[1] ?? "").join("\n");
  return { ...parseDocument(file, comments), text: "", troubles: [] };
}

/** Four spaces behind an empty line make code of a line, unless it belongs to a list. */
function isIndentedCode(lines: readonly string[], at: number): boolean {
  if (!/^ {4}/.test(lines[at]) || lines[at - 1]?.trim() !== "") return false;
  const before = lines.slice(0, at).findLast((line) => /^\S/.test(line)) ?? "";
  return !/^([-*]|\d+\.) /.test(before);
}

/** What is wrong with a single block, by language. */
const LOOKED_AT: Readonly<Record<string, (block: Block) => string | undefined>> = {
  // Looked at together, below.
  ts: () => undefined,
  sh: () => undefined,
  php: () => undefined,
  // No code.
  text: () => undefined,
  json: ({ code }) => errorOf(() => JSON.parse(code)),
  console: ({ file }) => {
    return file === "docs/cli.md" ? undefined : "Expected a session in docs/cli.md, which is run";
  },
};

const LANGUAGES = Object.keys(LOOKED_AT).join(", ").replace(/, (?=\w+$)/, " or ");

function errorOf(work: () => void): string | undefined {
  try {
    work();
  } catch (error) {
    return String(error);
  }
}

/** What is wrong with blocks by themselves. */
export function blockTroubles({ blocks }: Document): string[] {
  return blocks.flatMap((block) => {
    const look = LOOKED_AT[block.language];
    const trouble = look === undefined
      ? `Expected a block of ${LANGUAGES}, got "${block.language}"`
      : look(block);
    return trouble === undefined ? [] : [`${block.file}:${block.line}: ${trouble}`];
  });
}
