/**
 * A source with its comments and texts taken out, so that patterns can be looked for in what is
 * left: code.
 *
 * @module
 */

/** What {@linkcode skeletonOf} makes of a source. */
export interface Skeleton {
  /** The code. Each text stands there as `"0"`, `"1"`, ...: an index in `texts`. */
  readonly code: string;
  /** The texts, without their quotes: strings, and template literals in which nothing is computed. */
  readonly texts: readonly string[];
}

/** Where a slash begins a regular expression, and is no division: after these, or at the start. */
const BEFORE_REGEXP =
  /(^|[-+*%=(,:;[!&|?{}~^<>]|\b(return|typeof|case|in|of|await|yield|void))\s*$/;

const WHITE_COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/y;
const STRING = /"((?:[^"\\\n]|\\[\s\S])*)"|'((?:[^'\\\n]|\\[\s\S])*)'/y;
const REGEXP = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const TEMPLATE_TEXT = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y;

/** Takes comments, strings, templates and regular expressions out of a source. */
export function skeletonOf(source: string): Skeleton {
  const texts: string[] = [];
  let code = "";
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source) ?? undefined;
    if (found !== undefined) at = pattern.lastIndex;
    return found;
  };
  const addText = (text: string): void => {
    code += `"${texts.push(text) - 1}"`;
  };
  /** Up to the end, or to the brace that ends what a template computes. */
  const scan = (isInTemplate: boolean): void => {
    let depth = 0;
    while (at < source.length) {
      if (match(WHITE_COMMENT)) {
        code += " ";
        continue;
      }
      const string = match(STRING);
      if (string !== undefined) {
        addText(string[1] ?? string[2]);
      } else if (source[at] === "/" && BEFORE_REGEXP.test(code.slice(-80)) && match(REGEXP)) {
        addText("");
      } else if (source[at] === "`") {
        at++;
        scanTemplate();
      } else {
        const character = source[at++];
        if (character === "{") depth++;
        if (character === "}" && depth-- === 0 && isInTemplate) return;
        code += character;
      }
    }
  };
  const scanTemplate = (): void => {
    const [first] = match(TEMPLATE_TEXT)!;
    if (source[at] === "`" || at >= source.length) {
      at++;
      return addText(first);
    }
    // What is computed is code, in parentheses: it is no text.
    while (source[at] === "$") {
      at += 2;
      code += "(";
      scan(true);
      code += ")";
      match(TEMPLATE_TEXT);
    }
    at++;
  };
  scan(false);
  return { code, texts };
}
