/** Handles, as bytes and as the numbers in them: a job is looked up with every report, and text costs more. */

import { bytesOf } from "./bytes.ts";

const ZERO = 0x30;
const NUL = 0;

/** The handles of a server: what they begin with, a colon, and a number from 1 on. */
export class Handles {
  readonly #head: string;
  readonly #headBytes: Uint8Array;

  /** @param prefix ASCII. */
  constructor(prefix: string) {
    this.#head = `${prefix}:`;
    this.#headBytes = bytesOf(this.#head);
  }

  /** The handle of a number. */
  of(number: number): string {
    return this.#head + number;
  }

  /** The number of a handle; 0: it is none of this server's. A NUL ends the handle. */
  numberOf(handle: Uint8Array): number {
    const head = this.#headBytes;
    let at = 0;
    for (; at < head.length; at++) if (handle[at] !== head[at]) return 0;
    if (handle[at] === ZERO) return 0;
    let number = 0;
    for (; at < handle.length && handle[at] !== NUL; at++) {
      const digit = handle[at] - ZERO;
      if (digit < 0 || digit > 9) return 0;
      number = number * 10 + digit;
    }
    return number > Number.MAX_SAFE_INTEGER ? 0 : number;
  }
}
