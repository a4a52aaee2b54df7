/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The job server alone, without client and worker.
 *
 * @example
 * ```ts
 * import { JobServer } from "geartrain/server";
 *
 * await using server = await JobServer.listen({ port: 0 });
 * console.log(server.address); // { host: "127.0.0.1", port: 40113 }
 * ```
 *
 * @module
 */
import {
  checkAreListenOptions,
  JobServer as CoreJobServer,
  type JobServerOptions as CoreJobServerOptions,
} from "../../server/mod.ts";
import { listen, processId } from "../../sockets/detect.ts";
import type { Listen } from "../../sockets/socket.ts";

export {
  type AccessRule,
  accessRules,
  type Authorize,
  type Change,
  type CloseServerOptions,
  type DrainServerOptions,
  type Fate,
  JobEvent,
  type JobListener,
  type Kept,
  type ListenPlace,
  type NamePatterns,
  type PeerAction,
  type PeerIdentity,
  type ResultsOptions,
  sqliteStore,
  type SqliteStoreOptions,
  type Store,
  type StoredJob,
  type StoredSeries,
} from "../../server/mod.ts";
export { type MemoryNetwork, memoryNetwork } from "../../sockets/memory.ts";
export type {
  Address,
  Listen,
  ListenAddress,
  Listener,
  ListenTls,
  Lobby,
  Sink,
  Socket,
  TcpAddress,
  UnixAddress,
} from "../../sockets/socket.ts";
export {
  type ErrorCode,
  GearmanError,
  type GearmanErrorOptions,
  LinkError,
  type LinkErrorCode,
  type Outcome,
  StoreError,
  type StoreErrorCode,
} from "../../errors.ts";

/**
 * Options of {@linkcode JobServer.listen}.
 *
 * @example
 * ```ts
 * import { JobServer, type JobServerOptions } from "geartrain";
 *
 * const options: JobServerOptions = {
 *   addresses: [{ host: "127.0.0.1", port: 0 }],
 *   maxQueuedBytes: 100_000_000,
 *   idleTimeout: 600_000,
 * };
 * await using server = await JobServer.listen(options);
 * console.log(server.address);
 * ```
 */
export type JobServerOptions = Omit<CoreJobServerOptions, "listen"> & { readonly listen?: Listen };

/**
 * A job server in this process.
 *
 * @example
 * ```ts
 * import { JobServer } from "geartrain";
 *
 * await using server = await JobServer.listen({ maxConnections: 100, results: { ttl: 60_000 } });
 * console.log(server.address); // { host: "127.0.0.1", port: 40113 }
 * ```
 */
export class JobServer extends CoreJobServer {
  /** Starts one: by default on 127.0.0.1 and a free port. */
  static override async listen(options: JobServerOptions = {}): Promise<JobServer> {
    // Before what is no options is copied as if it were.
    checkAreListenOptions(options);
    return await super.listen({ pid: processId(), ...options, listen: options.listen ?? listen });
  }
}
