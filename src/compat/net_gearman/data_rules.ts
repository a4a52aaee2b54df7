/**
 * How arguments and results travel. Net_Gearman's ends agree on JSON; whoever they are mixed with
 * must speak the same.
 *
 * @module
 */
import { parseJson, phpJson } from "./json.ts";
import { isScalar } from "./serialize.ts";

/** What goes over the wire: bytes, or text that is sent as UTF-8. */
export type Payload = string | Uint8Array;

/** How both ends of a job put its argument and its result into bytes. */
export interface DataRules {
  /** The client's: a workload from an argument. */
  encodeArgument(argument: unknown): Payload;
  /** The worker's: what `run()` is given. */
  decodeArgument(workload: Uint8Array): unknown;
  /** The worker's: what is made of that which `run()` returned. Callbacks see it so. */
  wrapResult(value: unknown): unknown;
  /** The worker's: the bytes of a result, wrapped or not. */
  encodeResult(result: unknown): Payload;
  /** The client's: what a task's `result` becomes. */
  decodeResult(result: Uint8Array): unknown;
}

const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A whole number, and nothing else. */
const WHOLE_NUMBER = /^\s*-?\d+\s*$/;

/**
 * Net_Gearman's own: scalars are sent bare, all else as JSON; results are always a JSON object or
 * list, and what is neither is wrapped as `{"result": value}`. A result that is no JSON is null.
 *
 * Whole numbers that a number does not hold are bigints, within JSON and without, up to PHP's 64
 * bits.
 *
 * Bytes keep every value, NUL included: a `Uint8Array` is sent as it is, and an argument that is
 * no text comes as one.
 *
 * @example
 * ```ts
 * import { netGearmanRules } from "geartrain/compat/net-gearman";
 *
 * console.log(Object.keys(netGearmanRules).length); // 5
 * ```
 */
export const netGearmanRules: DataRules = {
  encodeArgument(argument) {
    if (argument === true) return "1";
    if (argument === false) return "";
    if (argument instanceof Uint8Array) return argument;
    return isScalar(argument) ? String(argument) : phpJson(argument);
  },

  decodeArgument(workload) {
    if (workload.length === 0) return [];
    const text = textOf(workload);
    if (text === undefined) return workload;
    const value = parsed(text);
    // Digits beyond 64 bits, which PHP makes a float of: they are more use as they were written.
    return value === null || isInexact(value, text) ? text : value;
  },

  wrapResult(value) {
    if (value instanceof Uint8Array) return value;
    return /^[[{]/.test(phpJson(value)) ? value : { result: value ?? null };
  },

  encodeResult(result) {
    const wrapped = netGearmanRules.wrapResult(result);
    return wrapped instanceof Uint8Array ? wrapped : phpJson(wrapped);
  },

  decodeResult(result) {
    const text = textOf(result);
    return text === undefined ? null : parsed(text);
  },
};

/**
 * No rules: text and bytes as they are, and bytes at the other end. For jobs shared with ends that
 * know nothing of Net_Gearman's JSON.
 *
 * @example
 * ```ts
 * import { Net_Gearman_Client, rawRules } from "geartrain/compat/net-gearman";
 *
 * export const client = new Net_Gearman_Client(["127.0.0.1:4730"], undefined, { rules: rawRules });
 * ```
 */
export const rawRules: DataRules = {
  encodeArgument: payloadOf,
  decodeArgument: (workload) => workload,
  wrapResult: payloadOf,
  encodeResult: payloadOf,
  decodeResult: (result) => result,
};

function payloadOf(value: unknown): Payload {
  if (value instanceof Uint8Array || typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  if (isScalar(value)) return String(value);
  throw new TypeError("Expected text or a Uint8Array, for no rules say how to send anything else");
}

/** Bytes as text, or undefined where they are none. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** What JSON says, or null where it is none. */
function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

function isInexact(value: unknown, text: string): boolean {
  return typeof value === "number" && WHOLE_NUMBER.test(text) && !Number.isSafeInteger(value);
}
