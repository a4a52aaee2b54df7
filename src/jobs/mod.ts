/** What clients and workers may agree on about functions: inputs, outputs, codecs, validators. */
export { type Checked, type Codec, codec, type Codecs } from "./codec.ts";
export { type About, type Awaitable, Contract } from "./contract.ts";
export {
  type AnyJobs,
  checkJobs,
  defineJobs,
  type FunctionNameOf,
  type Given,
  type JobDefinition,
  type JobDefinitions,
  Jobs,
  type Side,
  type Taken,
} from "./jobs.ts";
export type { StandardIssue, StandardResult, StandardSchema } from "./standard_schema.ts";
