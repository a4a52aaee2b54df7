/**
 * Which version of what.
 *
 * @module
 */
import { OWN_SERVER_MARK } from "../protocol/mod.ts";

/** The version of this package. */
export const VERSION = "0.1.0";

/** What the text command `version` says. */
export const SERVER_VERSION: string = VERSION + OWN_SERVER_MARK;
