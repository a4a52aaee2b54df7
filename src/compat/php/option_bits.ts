/**
 * The option bits of clients and workers.
 *
 * @module
 */

/** Which bits an object's methods reach. */
export interface BitRules {
  /** Those that can be set from outside; all others stay as they are. */
  readonly settable: number;
  /** Those that once set stay. */
  readonly sticky: number;
}

/** TLS, which once set stays; and the client's unnamed bits, made uniques among them. */
export const CLIENT_BITS: BitRules = { settable: 2 | 8 | 32 | 64 | 256, sticky: 256 };

/** For workers: TLS too, and the unnamed ones that ask for everything about a job or give a name. */
export const WORKER_BITS: BitRules = { settable: 2 | 128 | 256 | 512 | 1024 | 2048, sticky: 1024 };

/** The option bits of one object. */
export class OptionBits {
  readonly #rules: BitRules;
  #bits: number;

  constructor(bits: number, rules: BitRules) {
    this.#bits = bits;
    this.#rules = rules;
  }

  /** All bits. */
  get bits(): number {
    return this.#bits;
  }

  /** Whether all of these are set. */
  has(bits: number): boolean {
    return (this.#bits & bits) === bits;
  }

  /** Puts these in the place of all. */
  replace(wanted: number): void {
    const { settable, sticky } = this.#rules;
    this.#bits = this.#bits & (~settable | sticky) | wanted & settable;
  }

  /** Sets these. */
  add(wanted: number): void {
    this.#bits |= wanted & this.#rules.settable;
  }

  /** Clears these. */
  remove(unwanted: number): void {
    const { settable, sticky } = this.#rules;
    this.#bits &= ~(unwanted & settable & ~sticky);
  }
}
