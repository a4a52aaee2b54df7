/**
 * The links of the documents: each leads to a file that is there, and to a heading of it. What leads
 * out into the world is not tried.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import type { Document } from "./blocks.ts";

/** What a link or an image leads to. */
const LINK = /\]\(([^)\s]+)\)/g;

const FENCED = /^( *)```[^]*?^\1```$/gm;
const CODE = /`[^`\n]+`/g;

/** Returns the links that lead nowhere. */
export function linkTroubles(documents: readonly Document[]): string[] {
  return documents.flatMap(({ file, text }) =>
    [...text.replaceAll(FENCED, "").replaceAll(CODE, "").matchAll(LINK)].flatMap(([, target]) => {
      const trouble = troubleOf(file, target);
      return trouble === undefined ? [] : [`${file}: ${target}: ${trouble}`];
    })
  );
}

function troubleOf(file: string, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [path, anchor] = target.split("#");
  const to = path === "" ? file : posix.join(posix.dirname(file), path);
  if (!existsSync(to)) return `Expected ${to} to be there`;
  if (anchor === undefined || anchorsOf(readFileSync(to, "utf8")).has(anchor)) return undefined;
  return `Expected a heading for #${anchor} in ${to}, found none`;
}

/** What the headings are called in links, as forges make it of their words. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading] of text.replaceAll(FENCED, "").matchAll(/^#{1,6} (.+)$/gm)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = words.replaceAll(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-");
    // Of headings that are alike, the later ones have a number.
    let name = anchor;
    for (let count = 1; anchors.has(name); count++) name = `${anchor}-${count}`;
    anchors.add(name);
  }
  return anchors;
}
