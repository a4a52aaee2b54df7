/** The version of this package: what the text command `version` says. */
export const VERSION = "0.1.0";
