/** A job that a command line names: how, and which of several servers knows it. */
import { type Address, GearmanError } from "../../mod.ts";
import { type Call, last } from "./command.ts";
import { UsageError } from "./usage_error.ts";

/** A job by its handle, or by its unique. */
export type NamedJob = { readonly handle: string } | { readonly unique: string };

/** The job that is named: by a handle, which was given as `how` says, or by --unique. Throws a {@linkcode UsageError} for both. */
export function namedJob(
  { flags }: Call,
  handle: string | undefined,
  how: string,
): NamedJob | undefined {
  const unique = last(flags, "unique");
  if (handle !== undefined && unique !== undefined) {
    throw new UsageError(`Expected ${how} or --unique, got both`);
  }
  if (handle !== undefined) return { handle };
  return unique === undefined ? undefined : { unique };
}

/** An answer, and whose it is. */
export interface Found<T> {
  readonly server: Address;
  readonly answer: T;
}

/**
 * Asks one server after the other until one knows. The answer of the last one where none does;
 * rejects where one of them could not be asked, for that one may.
 */
export async function firstToKnow<T>(
  servers: readonly Address[],
  ask: (server: Address) => Promise<T>,
  knows: (answer: T) => boolean,
): Promise<Found<T>> {
  let found: Found<T> | undefined;
  let trouble: GearmanError | undefined;
  for (const server of servers) {
    try {
      found = { server, answer: await ask(server) };
      if (knows(found.answer)) return found;
    } catch (error) {
      if (!(error instanceof GearmanError)) throw error;
      trouble ??= error;
    }
  }
  if (trouble !== undefined) throw trouble;
  return found!;
}
