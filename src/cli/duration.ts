/** Times as they are typed: `500ms`, `30s`, `5m`, `2h`, `1d`. */
import { got } from "../errors.ts";
import { UsageError } from "./usage_error.ts";

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The milliseconds of a time, or of a flag's default. Throws a {@linkcode UsageError}. */
export function durationOf(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  // A bare number would be seconds for one reader and milliseconds for the other.
  if (match !== null) return Number(match[1]) * UNITS[match[2]];
  throw new UsageError(
    `Expected --${flag} to be a time such as 500ms, 30s or 5m, got ${got(text)}`,
  );
}

/** A time for people to read: `0.41 ms`, `12.0 ms`, `3.20 s`. */
export function durationText(milliseconds: number): string {
  const [number, unit] = milliseconds < 1_000 ? [milliseconds, "ms"] : [milliseconds / 1_000, "s"];
  return `${number.toFixed(number < 10 ? 2 : number < 100 ? 1 : 0)} ${unit}`;
}
