/** The job server: an engine that only thinks, and what puts it on the network. */
export {
  type AccessRule,
  accessRules,
  type Authorize,
  type NamePatterns,
  type PeerIdentity,
} from "./access.ts";
export {
  type EndedJob,
  Engine,
  type EngineOptions,
  type PeerInfo,
  type RestoredJob,
  type RestoredSeries,
} from "./engine.ts";
export { JobEvent, JobEvents, type JobListener } from "./events.ts";
export type { EndState, Fate, ResultsOptions } from "./fates.ts";
export type { Job } from "./jobs.ts";
export type { Journal } from "./journal.ts";
export {
  checkAreListenOptions,
  type CloseServerOptions,
  type DrainServerOptions,
  type JobServerOptions,
  type ListenPlace,
} from "./options.ts";
export type { Peer, PeerOutput } from "./peers.ts";
export { JobServer } from "./server.ts";
export type { FunctionUse, PeerAction } from "./permissions.ts";
export type { Series } from "./series.ts";
export { sqliteStore, type SqliteStoreOptions } from "./sqlite_store.ts";
export type { Change, Kept, Store, StoredJob, StoredSeries } from "./store.ts";
export { VERSION } from "./version.ts";
