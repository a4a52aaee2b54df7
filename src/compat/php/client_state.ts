/**
 * What a client knows of itself, for the parts that it is made of.
 *
 * @module
 */
import type { EndState } from "./end.ts";
import type { CoreOptions, Servers } from "./servers.ts";
import type { StringMode } from "./strings.ts";

/** A client's codes, options, time and servers. */
export interface ClientState<Mode extends StringMode> extends EndState {
  readonly servers: Servers;
  readonly clock: CoreOptions["clock"];
  /** What results and data are given as. */
  readonly mode: Mode;
  /** Whether job exceptions are told apart from failures. */
  showsExceptions: boolean;
}
