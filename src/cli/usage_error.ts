/** A command line that makes no sense. The message is for whoever typed it. */
export class UsageError extends Error {}
