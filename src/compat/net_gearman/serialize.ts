/**
 * PHP's `serialize()`, for what Net_Gearman makes of it: the default name of a job. The same
 * argument has the same name whether PHP or this program submits it.
 *
 * @module
 */
import { joined } from "../../joined.ts";
import { isInt64, throughJson } from "./json.ts";

const encoder = new TextEncoder();

/** A key that a PHP array keeps as a number: plain digits, within 64 bits. */
const WHOLE_KEY = /^(?:0|-?[1-9]\d{0,18})$/;

/**
 * The bytes that PHP would write for a value: text as its UTF-8, bytes as they are, lists and
 * objects as arrays, whole numbers as integers. What JSON does not hold in a list or an object is
 * not there: only what is sent counts.
 */
export function serialize(value: unknown): Uint8Array {
  const parts: Uint8Array[] = [];
  writeValue(isScalar(value) ? value : throughJson(value), parts);
  return joined(parts);
}

/** Whether a value is one that PHP calls a scalar: Net_Gearman sends those bare. */
export function isScalar(
  value: unknown,
): value is string | number | bigint | boolean | Uint8Array {
  return value instanceof Uint8Array ||
    ["string", "number", "bigint", "boolean"].includes(typeof value);
}

function writeValue(value: unknown, to: Uint8Array[]): void {
  if (typeof value === "string") writeBytes(encoder.encode(value), to);
  else if (value instanceof Uint8Array) writeBytes(value, to);
  else if (typeof value === "boolean") write(`b:${Number(value)};`, to);
  else if (typeof value === "number") write(numberText(value), to);
  else if (typeof value === "bigint") write(bigintText(value), to);
  else if (value === null || value === undefined) write("N;", to);
  else writeArray(value, to);
}

function writeArray(value: object, to: Uint8Array[]): void {
  const entries = Object.entries(value);
  write(`a:${entries.length}:{`, to);
  for (const [key, item] of entries) {
    if (isWholeKey(key)) write(`i:${key};`, to);
    else writeValue(key, to);
    writeValue(item, to);
  }
  write("}", to);
}

function isWholeKey(key: string): boolean {
  return WHOLE_KEY.test(key) && isInt64(BigInt(key));
}

function writeBytes(bytes: Uint8Array, to: Uint8Array[]): void {
  write(`s:${bytes.length}:"`, to);
  to.push(bytes);
  write(`";`, to);
}

function write(text: string, to: Uint8Array[]): void {
  to.push(encoder.encode(text));
}

/** PHP makes a float of a whole number that is too large for it. */
function bigintText(number: bigint): string {
  return isInt64(number) ? `i:${number};` : `d:${floatText(Number(number))};`;
}

function numberText(number: number): string {
  if (Number.isSafeInteger(number) && !Object.is(number, -0)) return `i:${number};`;
  return `d:${floatText(number)};`;
}

/** A float as PHP spells it: the shortest digits, and a power of ten from 10^-5 down and 10^17 up. */
function floatText(number: number): string {
  if (Number.isNaN(number)) return "NAN";
  if (!Number.isFinite(number)) return number > 0 ? "INF" : "-INF";
  const sign = number < 0 || Object.is(number, -0) ? "-" : "";
  const [mantissa, exponent] = Math.abs(number).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  // Where the point stands, counted from before the first digit.
  const point = Number(exponent) + 1;
  if (point < -3 || point > 17) {
    const fraction = digits.length > 1 ? digits.slice(1) : "0";
    return `${sign}${digits[0]}.${fraction}E${point > 0 ? "+" : "-"}${Math.abs(point - 1)}`;
  }
  if (number === 0) return `${sign}0`;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, "0");
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
