/**
 * How values become the bytes of a workload or a result, and bytes become values.
 *
 * @module
 */
import { wrongType } from "../misuse.ts";
import type { StandardSchema } from "./standard_schema.ts";

/**
 * Turns values into bytes and back. One of your own is an object with these two methods; both may
 * throw, which becomes a {@linkcode JobInvalid}.
 *
 * @example A codec for points, as eight bytes
 * ```ts
 * import { type Codec, defineJobs } from "geartrain";
 *
 * interface Point {
 *   x: number;
 *   y: number;
 * }
 * const point: Codec<Point> = {
 *   encode: ({ x, y }) => new Uint8Array(new Int32Array([x, y]).buffer),
 *   decode: (bytes) => {
 *     const [x, y] = new Int32Array(bytes.slice().buffer);
 *     return { x, y };
 *   },
 * };
 * const jobs = defineJobs({ mirror: { input: point, output: point } });
 * console.log(jobs.names); // [ "mirror" ]
 * ```
 */
export interface Codec<Value> {
  /** The value as it is sent: bytes, or text that is sent as UTF-8. */
  encode(value: Value): string | Uint8Array;
  /** The value in the bytes that came. */
  decode(bytes: Uint8Array): Value;
}

/**
 * A codec, and a validator over its values. Both ends ask the validator: the one that sends a
 * `Given`, before it does, and the one that takes it, which gets the `Taken` that the validator
 * made of it. What travels is the value that was given.
 */
export interface Checked<Given, Taken> {
  readonly codec: Codec<Given>;
  readonly schema: StandardSchema<Given, Taken>;
}

/** The codecs that come with the library. See {@linkcode codec}. */
export interface Codecs {
  /** Bytes, as they are. Those of 16 KiB and more are not copied when they are sent. */
  bytes(): Codec<Uint8Array>;
  /** The same under a validator. */
  bytes<Given extends Uint8Array, Taken>(
    schema: StandardSchema<Given, Taken>,
  ): Checked<Given, Taken>;
  /** Text, in UTF-8; bytes that are none are refused. */
  text(): Codec<string>;
  /** The same under a validator. */
  text<Given extends string, Taken>(schema: StandardSchema<Given, Taken>): Checked<Given, Taken>;
  /** What JSON can say. Without a validator the type is a promise that nobody checks. */
  json<Value = unknown>(): Codec<Value>;
  /** The same under a validator, which is what a validator alone stands for, too. */
  json<Given, Taken>(schema: StandardSchema<Given, Taken>): Checked<Given, Taken>;
}

// A byte order mark is part of the text: what was given is what is taken.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const BYTES: Codec<Uint8Array> = {
  encode(value) {
    if (value instanceof Uint8Array) return value;
    throw wrongType("a Uint8Array", value);
  },
  decode: (bytes) => bytes,
};

const TEXT: Codec<string> = {
  encode(value) {
    if (typeof value === "string") return value;
    throw wrongType("text", value);
  },
  decode: (bytes) => decoder.decode(bytes),
};

const JSON_TEXT: Codec<unknown> = {
  encode(value) {
    const text = JSON.stringify(value);
    if (text !== undefined) return text;
    throw wrongType("a value that JSON can say", value);
  },
  decode: (bytes) => JSON.parse(decoder.decode(bytes)),
};

// deno-lint-ignore no-explicit-any -- the overloads of Codecs say what goes together
function under(codec: Codec<any>, schema?: StandardSchema<any, any>): any {
  return schema === undefined ? codec : { codec, schema };
}

/**
 * The codecs that come with the library: `codec.bytes()`, `codec.text()`, `codec.json()`, each
 * alone or over a validator of the Standard Schema kind (zod, valibot, arktype and others).
 *
 * @example
 * ```ts
 * import { codec, defineJobs } from "geartrain";
 *
 * export const jobs = defineJobs({
 *   resize: { input: codec.bytes(), output: codec.bytes() },
 *   count: { input: codec.text(), output: codec.json<{ words: number }>() },
 * });
 * ```
 */
export const codec: Codecs = {
  bytes: (schema?: StandardSchema) => under(BYTES, schema),
  text: (schema?: StandardSchema) => under(TEXT, schema),
  json: (schema?: StandardSchema) => under(JSON_TEXT, schema),
};
