/**
 * The tables of docs/failures.md, as the tests read them: for each call and each trouble, what the
 * call ends with.
 *
 * A chapter is a heading of the second level. Its first table, `what goes wrong | means`, is its
 * vocabulary; each heading of the third level names the calls of the table below it, in code spans.
 *
 * @module
 */
import document from "../../docs/failures.md" with { type: "text" };

/** One row of a table: what a call ends with. */
export interface Cell {
  /** What goes wrong. */
  readonly when: string;
  /** The name of the error's class; or one of the words that stand in its place. */
  readonly error: string;
  /** Empty where the error is not ours. */
  readonly code: string;
  readonly outcome: string;
  readonly retriable: string;
  /** The bound on time, or the reason why this cannot occur. */
  readonly within: string;
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

/** The headings of the chapter "The codes". */
export function documentedCodes(): string[] {
  return headings(chapterText("The codes"));
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
export function isPossible(cell: Cell): boolean {
  return cell.error !== "cannot occur";
}

/** The rows of the chapter's one table, each by its first column. */
export function rowsOf(title: string, columns: readonly string[]): Map<string, string[]> {
  const [head, ...rows] = tableIn(chapterText(title));
  expect(columns, head, title);
  return new Map(rows.map(([first, ...rest]) => [first, rest]));
}

function readSection(text: string): Section {
  const [heading] = text.split("\n", 1);
  const calls = [...heading.matchAll(/`([^`]+)`/g)].map(([, call]) => call);
  const [head, ...rows] = tableIn(text);
  expect(COLUMNS, head, heading);
  const cells = rows.map(([when, error, code, outcome, retriable, within]) => {
    if (within === "") throw new Error(`Expected a bound or a reason for "${when}" of ${heading}`);
    return { when, error, code, outcome, retriable, within };
  });
  return { calls, cells };
}

function chapterText(title: string): string {
  const text = document.split(/^## /m).find((part) => part.startsWith(`${title}\n`));
  if (text === undefined) throw new Error(`Expected a chapter "${title}" in docs/failures.md`);
  return text;
}

function headings(text: string): string[] {
  return [...text.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
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
