/** All that a test file imports besides the sources under test. */
export * from "./assert.ts";
export { assertSameBytes, pattern } from "./bytes.ts";
export { joined } from "../../src/joined.ts";
export {
  gearman,
  type GearmandOptions,
  missing,
  type OpenServer,
  type RunningServer,
  runProgram,
  startGearmand,
  startPhp,
  startProgram,
} from "./processes.ts";
export type { Exit, Program, ProgramName, ProgramSpec, Signal } from "./programs.ts";
export { leftToCurrentNode, type Runtime, runtime, type RuntimeName } from "./runtime.ts";
export { codecUnderTest, setting } from "./settings.ts";
export {
  type Closable,
  test,
  type TestContext,
  type TestFunction,
  type TestOptions,
} from "./test.ts";
