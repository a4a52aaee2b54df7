/** All that the server knows, as dispatch and the text commands see it. */
import type { Functions } from "./functions.ts";
import type { Jobs } from "./jobs.ts";
import type { Peer } from "./peers.ts";

/** Functions, jobs and peers of one server. */
export interface State {
  readonly functions: Functions;
  readonly jobs: Jobs;
  /** Everybody who is connected, in the order of arrival. */
  readonly peers: ReadonlySet<Peer>;
  /** What the text command `version` says. */
  readonly version: string;
}
