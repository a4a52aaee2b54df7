/** A command line that makes no sense. The message is for whoever typed it. */
export class UsageError extends Error {}

/** What is wrong with the command line, where the library would not take what came from it. */
export function misuseIn(error: unknown): UsageError | undefined {
  if (error instanceof UsageError) return error;
  const isMisuse = error instanceof TypeError || error instanceof RangeError;
  if (!isMisuse || !error.message.startsWith("Expected ")) return undefined;
  return new UsageError(error.message, { cause: error });
}
