/**
 * JSON as PHP writes and reads it: whole numbers are exact up to 64 bits. Those that a number cannot
 * hold are bigints. The language's own JSON knows none, so they pass through it as marked text, with
 * a mark that no text can have: it is drawn for that one call.
 *
 * @module
 */

/** The most that PHP keeps as a whole number; of what is beyond, it makes a float. */
const INT64 = [-(2n ** 63n), 2n ** 63n - 1n] as const;

/** Whatever may hold such a number has so many digits in a row. */
const MANY_DIGITS = /\d{16}/;

/** What a number can hide in, or behind: an escape, the end of a text, another number. */
const TOKENS = /\\.|"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

const WHOLE = /^-?\d{16,19}$/;

/** JSON as PHP's `json_encode()` spells it: slashes and all that is not ASCII are escaped. */
export function phpJson(value: unknown): string {
  const { text, mark } = marked(value);
  const json = mark === "" ? text : text.replace(new RegExp(`"${mark}(-?\\d+)"`, "g"), "$1");
  return json.replace(
    /[/\u0080-\uffff]/g,
    (unit) => unit === "/" ? "\\/" : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** What JSON says. Throws a `SyntaxError` where it is none. */
export function parseJson(text: string): unknown {
  const value = JSON.parse(text);
  if (!MANY_DIGITS.test(text)) return value;
  const mark = newMark();
  let isText = false;
  const withMarks = text.replace(TOKENS, (token) => {
    if (token === '"') isText = !isText;
    return isText || !isLarge(token) ? token : `"${mark}${token}"`;
  });
  return unmarked(withMarks, mark);
}

/** What is left of a value once it went through JSON. */
export function throughJson(value: unknown): unknown {
  const { text, mark } = marked(value);
  return mark === "" ? JSON.parse(text) : unmarked(text, mark);
}

/** Whether PHP has such a whole number. */
export function isInt64(number: bigint): boolean {
  return INT64[0] <= number && number <= INT64[1];
}

function marked(value: unknown): { text: string; mark: string } {
  let mark = "";
  const text = JSON.stringify(value, (_key, item) => {
    if (typeof item !== "bigint") return item;
    if (mark === "") mark = newMark();
    return `${mark}${item}`;
  });
  return { text: text ?? "null", mark };
}

function unmarked(text: string, mark: string): unknown {
  return JSON.parse(text, (_key, item) => {
    const isMarked = typeof item === "string" && item.startsWith(mark);
    return isMarked ? BigInt(item.slice(mark.length)) : item;
  });
}

function newMark(): string {
  return crypto.randomUUID();
}

/** Whether a number of JSON is a whole one of 64 bits that a number does not hold. */
function isLarge(token: string): boolean {
  return WHOLE.test(token) && !Number.isSafeInteger(Number(token)) && isInt64(BigInt(token));
}
