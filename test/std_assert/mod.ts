/**
 * A stand-in for the part of `@std/assert` that the suite uses: same names, same signatures, our
 * own code. It takes the package's place where JSR cannot be reached.
 *
 * @module
 */
export * from "./assertion_error.ts";
export * from "./assertions.ts";
export { equal } from "./equal.ts";
export * from "./throws.ts";
