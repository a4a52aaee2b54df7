/**
 * What a worker has to know of a server, and finds out by the text command `version`.
 *
 * @module
 */
import { OWN_SERVER_MARK, parseValue } from "../protocol/mod.ts";

/** How a server treats its workers. */
export interface ServerKind {
  /** Whether it is Geartrain's: it keeps a time limit for each job. */
  readonly isOurs: boolean;
  /**
   * Whether it wakes a worker when a delayed job is due. gearmand does from 2.0 on; before that,
   * whoever sleeps has to look.
   */
  readonly wakesWhenDue: boolean;
}

/** The kind of server that answered `version` with this line, its ending left out. */
export function serverKind(line: string): ServerKind {
  const version = parseValue(line) ?? "";
  const isOurs = version.endsWith(OWN_SERVER_MARK);
  const major = Number(/^(\d+)\./.exec(version)?.[1] ?? 0);
  return { isOurs, wakesWhenDue: isOurs || major >= 2 };
}
