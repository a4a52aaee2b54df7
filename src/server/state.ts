/** All that the server knows, as dispatch and the text commands see it. */
import type { Fates } from "./fates.ts";
import type { Functions } from "./functions.ts";
import type { Jobs } from "./jobs.ts";
import type { Peer } from "./peers.ts";
import type { SeriesList } from "./series.ts";
import type { Timetables } from "./timetables.ts";

/** Functions, jobs and peers of one server. */
export interface State {
  readonly functions: Functions;
  readonly jobs: Jobs;
  readonly series: SeriesList;
  readonly timetables: Timetables;
  /** Everybody who is connected, in the order of arrival. */
  readonly peers: ReadonlySet<Peer>;
  /** How background jobs ended, where that is kept. */
  readonly fates: Fates | undefined;
  readonly settings: ServerSettings;
  /** Closes a peer's connection, and says why. */
  readonly hangUp: (peer: Peer, why: string) => void;
}

/** What the text commands say and do beside that. */
export interface ServerSettings {
  /** What `version` says. */
  readonly version: string;
  /** What `getpid` says. */
  readonly pid: number;
  /** What `verbose` says. */
  readonly logLevel: string;
  /** What `shutdown` does. Undefined: it is an unknown command. */
  readonly shutdown: ((how: "now" | "graceful") => void) | undefined;
}
