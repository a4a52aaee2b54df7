/** All that a test file imports besides the sources under test. */
export * from "./assert.ts";
export { type Runtime, runtime, type RuntimeName } from "./runtime.ts";
export { codecUnderTest, setting } from "./settings.ts";
export {
  type Closable,
  test,
  type TestContext,
  type TestFunction,
  type TestOptions,
} from "./test.ts";
