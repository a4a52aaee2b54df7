/**
 * What is said to programs that use the library wrongly: many have no compiler that tells them of an
 * option that is misspelt, or stands where it counts for nothing.
 *
 * @module
 */
import { got } from "./errors.ts";

/** Every name that options may have, in whichever of their shapes. */
type NameOf<Options> = Options extends unknown ? keyof Options & string : never;

/**
 * The names of options, as {@linkcode checkOptions} looks them up: true, or the call that takes them in
 * place of this one. Written out, and held against the type: an option that is added without an entry,
 * or taken away without one, does not compile.
 */
export type OptionNames<Options> = Readonly<Record<NameOf<Options>, true | string>>;

/** Options by name, and who takes them: whoever is asked, or another call. */
type Takers = Readonly<Record<string, true | string>>;

/**
 * The options of another call, to stand before those of one that may be given them by mistake: then it
 * is said whose they are.
 *
 * @param call The call that takes them: `submit()`.
 */
export function takenBy(call: string, names: Takers): Readonly<Record<string, string>> {
  const those = Object.entries(names);
  return Object.fromEntries(those.map(([name, taker]) => [name, taker === true ? call : taker]));
}

/**
 * Throws a `TypeError` for what is no options, and for an option that nobody would look at. One that
 * is undefined is not given.
 *
 * @param of Whose options they are, for the message: `submit()`.
 */
export function checkOptions<Options extends object>(
  options: Options,
  names: OptionNames<NoInfer<Options>>,
  of: string,
): void {
  if (typeof options !== "object" || options === null || Symbol.iterator in options) {
    throw noOptions(options, of);
  }
  let hasKnown = false;
  for (const name in options) {
    if ((names as Takers)[name] === true) hasKnown = true;
    else if (options[name] !== undefined && Object.hasOwn(options, name)) {
      throw unknownOption(name, names, of);
    }
  }
  // A promise, a date or a signal in their place has no names that one could miss.
  if (!hasKnown && !isPlain(options) && !Object.keys(names).some((name) => name in options)) {
    throw noOptions(options, of);
  }
}

/**
 * Options, and what is taken where they do not say otherwise. What is none is left as it is, for
 * {@linkcode checkOptions} to say so: a copy would look like options that are all left out.
 */
export function withDefaults<Defaults extends object, Options extends object>(
  defaults: Defaults,
  options: Options,
): Defaults & Options {
  const isNone = typeof options !== "object" || options === null || Symbol.iterator in options ||
    (Object.keys(options).length === 0 && !isPlain(options));
  return isNone ? options as Defaults & Options : { ...defaults, ...options };
}

/** Throws a `TypeError` for what is neither true nor false: text would count as true. */
export function checkFlag(flag: boolean, option: string): boolean {
  if (typeof flag === "boolean") return flag;
  throw wrongType(`${option} to be true or false`, flag);
}

/** Throws a `TypeError` for what cannot be called. */
export function checkFunction<T>(call: T, option: string): T {
  if (typeof call === "function") return call;
  throw wrongType(`${option} to be a function`, call);
}

/** Throws a `TypeError` for what is none of two words. */
export function checkChoice<Choice extends string>(
  chosen: Choice,
  choices: readonly [NoInfer<Choice>, NoInfer<Choice>],
  option: string,
): void {
  if (choices.includes(chosen)) return;
  const [one, other] = choices;
  throw wrongType(`${option} to be "${one}" or "${other}"`, chosen);
}

/** What is thrown for a value that is no such thing: "Expected this, got that: what to do". */
export function wrongType(expected: string, value: unknown, hint?: string): TypeError {
  return new TypeError(`Expected ${expected}, got ${got(value)}${hint ? `: ${hint}` : ""}`);
}

/** The same for a value that is too little or too much, or otherwise out of its range. */
export function wrongRange(expected: string, value: unknown): RangeError {
  return new RangeError(`Expected ${expected}, got ${got(value)}`);
}

/**
 * What is thrown for a value that is neither text nor bytes, with what makes such of it.
 *
 * @param expected What could be there: `a result of text, a Uint8Array or nothing`.
 * @param ofStream What to do with a stream.
 */
export function noData(expected: string, value: unknown, ofStream: string): TypeError {
  return wrongType(expected, value, hintFor(value, ofStream));
}

/** By what a value can do: it may be of another realm. */
function hintFor(value: unknown, ofStream: string): string {
  const { then, getReader, [Symbol.asyncIterator]: pieces, arrayBuffer, buffer, byteLength } =
    Object(value);
  if (then) return "await it";
  if (getReader || pieces) return ofStream;
  if (typeof value === "function") return "call it";
  const given = arrayBuffer
    ? "await x.arrayBuffer()"
    : buffer
    ? "x.buffer, x.byteOffset, x.byteLength"
    : byteLength >= 0 && "buffer";
  return given ? `new Uint8Array(${given}) is bytes` : "JSON.stringify() makes text of it";
}

/** An object without a class. One of another realm is one, too. */
function isPlain(options: object): boolean {
  const prototype = Object.getPrototypeOf(options);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function noOptions(options: unknown, of: string): TypeError {
  return wrongType(`options of ${of} as an object`, options);
}

function unknownOption(name: string, takers: Takers, of: string): TypeError {
  const known = Object.keys(takers).filter((other) => takers[other] === true);
  const meant = nearest(name, known);
  const hint = Object.hasOwn(takers, name)
    ? `${takers[name]} takes it`
    : meant === undefined
    ? `it takes ${known.join(", ")}`
    : `did you mean "${meant}"?`;
  return new TypeError(`Unknown option ${got(name)} of ${of}: ${hint}`);
}

/**
 * What somebody may have meant: the only word that begins like theirs, or the one that is a slip away,
 * or two where theirs is a long word.
 */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const begun = words.filter((other) => other.startsWith(word));
  if (begun.length === 1) return begun[0];
  const typed = word.toLowerCase();
  const within = (slips: number) =>
    words.find((other) => isNear(typed, other.toLowerCase(), slips));
  return within(1) ?? (word.length > 5 ? within(2) : undefined);
}

/** Whether so few letters were put in, left out or changed, or have changed places with the next. */
function isNear(word: string, other: string, slips: number): boolean {
  if (word === other || slips < 0) return slips >= 0;
  const [rest, others] = [word.slice(1), other.slice(1)];
  if (word[0] === other[0]) return isNear(rest, others, slips);
  const swapped = word.replace(/(.)(.)/, "$2$1");
  return [[rest, others], [rest, other], [word, others], [swapped, other]]
    .some(([one, two]) => isNear(one, two, slips - 1));
}
