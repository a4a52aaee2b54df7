/**
 * The tables of docs/failures.md, as the tests read them: for each call and each trouble, what the
 * call ends with. A cell that is missing, blank where something must stand, or misspelt is an error.
 *
 * A chapter is a heading of the second level. Its first table, `what goes wrong | means`, is its
 * vocabulary; each heading of the third level names the calls of the table below it, in code spans.
 *
 * @module
 */
import document from "../../docs/failures.md" with { type: "text" };
import * as errors from "../../src/errors.ts";

/** What a call ends with, in the words of the page. */
export interface Ending {
  /** The name of the error's class; or one of the words that stand in its place. */
  readonly error: string;
  /** With one of our errors these three stand, and else not: but for a task's outcome after an abort. */
  readonly code: string;
  readonly outcome: string;
  readonly retriable: string;
  /** The bound on time, or the reason why this cannot occur. */
  readonly within: string;
}

/** One row of a table. */
export interface Cell extends Ending {
  /** What goes wrong. */
  readonly when: string;
}

/** A table, and the calls that it holds for. */
export interface Section {
  readonly calls: readonly string[];
  readonly cells: readonly Cell[];
}

/** A chapter of the page. */
export interface Chapter {
  /** Everything that can go wrong, in the order of the page. */
  readonly vocabulary: readonly string[];
  readonly sections: readonly Section[];
}

const COLUMNS = ["what goes wrong", "error", "code", "outcome", "retriable", "within"];

/** What may stand in place of one of our errors. */
const OTHER_ENDINGS = [
  "resolves",
  "waits",
  "cannot occur",
  "signal.reason",
  "TypeError",
  "RangeError",
];

const OUTCOMES = ["unsent", "unacknowledged", "accepted"];

/** The headings of the chapter "The codes", each with the classes of errors that carry the code. */
export function documentedCodes(): Map<string, string[]> {
  const [, ...sections] = chapterText("The codes").split(/^### /m);
  return new Map(sections.map((text) => {
    const [code, ...paragraphs] = text.trim().split(/\n{2,}/);
    // A paragraph of what it means begins with the class, or with the classes.
    const classes = paragraphs.flatMap((one) => /^`\w+`(, `\w+`)*\. /.exec(one)?.[0] ?? []);
    return [code, classes.flatMap((spans) => spansIn(spans))];
  }));
}

/** The headings of the chapters that have tables of calls. */
export function chapterTitles(): string[] {
  return document.split(/^## /m).slice(1)
    .filter((text) => /^### .*`/m.test(text))
    .map((text) => text.split("\n", 1)[0]);
}

/** A chapter by its heading. */
export function chapter(title: string): Chapter {
  const [preface, ...sections] = chapterText(title).split(/^### /m);
  const [head, ...terms] = tableIn(preface);
  expect(["what goes wrong", "means"], head, title);
  return { vocabulary: terms.map(([term]) => term), sections: sections.map(readSection) };
}

/** Whether a call can come to this. */
export function isPossible(ending: Ending): boolean {
  return ending.error !== "cannot occur";
}

/** The rows of the chapter's one table, each by its first column. */
export function rowsOf(title: string, columns: readonly string[]): Map<string, string[]> {
  const [head, ...rows] = tableIn(chapterText(title));
  expect(columns, head, title);
  for (const row of rows) {
    if (row.length === columns.length && !row.includes(undefined!)) continue;
    throw new Error(`Expected ${columns.length} columns in "${title}", got "${row}"`);
  }
  return new Map(rows.map(([first, ...rest]) => [first, rest]));
}

/** What stands in the columns from `error` to `within`. Throws for what makes no sense there. */
export function endingOf(columns: readonly string[], where: string): Ending {
  const [error, code, outcome, retriable, within] = columns;
  const fits = columns.length === 5 && within !== "" &&
    (isOurs(error)
      ? documentedCodes().get(code)?.includes(error) === true && OUTCOMES.includes(outcome) &&
        ["yes", "no"].includes(retriable)
      : OTHER_ENDINGS.includes(error) && code === "" && retriable === "" &&
        ["", ...error === "signal.reason" ? OUTCOMES : []].includes(outcome));
  if (fits) return { error, code, outcome, retriable, within };
  throw new Error(`Expected an ending ${where} in docs/failures.md, got "${columns.join(" | ")}"`);
}

/** The code spans in a text. */
export function spansIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, span]) => span);
}

/** Whether an error of that name is one of ours, and so has code, outcome and retriable. */
function isOurs(name: string): boolean {
  const errorClass =
    (errors as unknown as Record<string, { prototype?: unknown } | undefined>)[name];
  return errorClass?.prototype instanceof errors.GearmanError;
}

function readSection(text: string): Section {
  const [heading] = text.split("\n", 1);
  const [head, ...rows] = tableIn(text);
  expect(COLUMNS, head, heading);
  const cells = rows.map(([when, ...columns]) => ({
    when,
    ...endingOf(columns, `for "${when}" of ${heading}`),
  }));
  return { calls: spansIn(heading), cells };
}

function chapterText(title: string): string {
  const text = document.split(/^## /m).find((part) => part.startsWith(`${title}\n`));
  if (text === undefined) throw new Error(`Expected a chapter "${title}" in docs/failures.md`);
  return text;
}

/** The rows of the one table in a text, its head first, without the line of dashes. */
function tableIn(text: string): string[][] {
  const rows = text.split("\n").filter((line) => line.startsWith("|"));
  return rows
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()))
    .filter((row) => !row.every((cell) => /^-+$/.test(cell)));
}

function expect(columns: readonly string[], head: readonly string[], where: string): void {
  if (columns.join() === head?.join()) return;
  throw new Error(`Expected the columns "${columns}" in "${where}", got "${head}"`);
}
