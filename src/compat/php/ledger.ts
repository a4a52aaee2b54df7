/**
 * What became of an object's calls: the return code and the text of the last error, and the hook
 * that hears what PHP would raise as warnings.
 *
 * @module
 */
import { codeName, codeOf } from "./codes.ts";
import {
  GEARMAN_NO_SERVERS,
  GEARMAN_SUCCESS,
  GEARMAN_WORK_DATA,
  GEARMAN_WORK_STATUS,
  GEARMAN_WORK_WARNING,
} from "./constants.ts";

/** What PHP would have raised as a warning. */
export interface GearmanWarning {
  /** The call, for instance `GearmanClient::doNormal`. */
  readonly method: string;
  /** The return code that says why, or 0 where there is none. */
  readonly code: number;
  /** In words. */
  readonly message: string;
  /** The error underneath, if there was one. */
  readonly cause?: unknown;
}

/** Codes of calls that went well, or are on their way to. */
const GOOD_CODES: readonly number[] = [
  GEARMAN_SUCCESS,
  GEARMAN_WORK_DATA,
  GEARMAN_WORK_WARNING,
  GEARMAN_WORK_STATUS,
];

/** Hears warnings. What it throws comes out of the call that warned. */
export type WarningListener = (warning: GearmanWarning) => void;

/** What one object's calls came to. */
export class Ledger {
  /** What `returnCode()` gives. */
  code: number = GEARMAN_SUCCESS;
  /** What `error()` gives: false as long as nothing has failed. */
  text: string | false = false;
  readonly #className: string;
  readonly #listener: WarningListener | undefined;

  constructor(className: string, listener: WarningListener | undefined) {
    this.#className = className;
    this.#listener = listener;
  }

  /**
   * Notes how a call went that is no reason for a warning, and hands its value through. One that
   * went amiss has the text of its error, or, as in PHP, the name of its code.
   */
  note<T>(code: number, value: T, text: string = codeName(code)): T {
    this.code = code;
    if (!GOOD_CODES.includes(code)) this.text = text;
    return value;
  }

  /** Notes a failure of the core that is no reason for a warning. */
  quiet<T>(method: string, error: unknown, value: T): T {
    const code = codeOf(error);
    return this.note(code, value, textOf(method, code, wordsOf(error)));
  }

  /** Notes a failure, warns of it, and hands through what the call returns instead of a value. */
  fail<T>(method: string, code: number, message: string, value: T, cause?: unknown): T {
    this.code = code;
    this.text = textOf(method, code, message);
    return this.warn(method, message, value, code, cause);
  }

  /** Notes a failure of the core. */
  failed<T>(method: string, error: unknown, value: T): T {
    return this.fail(method, codeOf(error), wordsOf(error), value, error);
  }

  /** Notes that there is no server to ask. */
  noServers<T>(method: string, value: T): T {
    return this.fail(method, GEARMAN_NO_SERVERS, "Expected a server, none was added", value);
  }

  /** Warns, and leaves the code as it is. */
  warn<T>(method: string, message: string, value: T, code = 0, cause?: unknown): T {
    const name = `${this.#className}::${method}`;
    this.#listener?.({ method: name, code, message, ...cause === undefined ? {} : { cause } });
    return value;
  }
}

/** What `error()` says of a failure. */
function textOf(method: string, code: number, message: string): string {
  return `${method}(${codeName(code)}) ${message}`;
}

/** The words of an error, for a warning. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
