/** Asking each of the servers, one admin client for each. */
import { Admin } from "../../mod.ts";
import type { Call } from "./command.ts";
import { connectionOf, serverText } from "./connection.ts";

/** Milliseconds that a server has for a reply, unless told otherwise. */
const ANSWER_TIMEOUT = 10_000;

/** A server, and who asks it. */
export interface Asked {
  /** As it is typed. */
  readonly server: string;
  readonly admin: Admin;
}

/** What a server answered. */
export interface Answer<T> {
  readonly server: string;
  readonly value: T;
}

/** Opens an admin client for each server, and closes them once `use` has ended. */
export async function withServers<T>(
  call: Pick<Call, "flags" | "terminal">,
  use: (asked: readonly Asked[]) => Promise<T>,
): Promise<T> {
  const { servers, dialTimeout } = connectionOf(call);
  const options = { dialTimeout, answerTimeout: ANSWER_TIMEOUT };
  const asked = servers.map((server) => ({
    server: serverText(server),
    admin: new Admin({ server, ...options }),
  }));
  try {
    return await use(asked);
  } finally {
    await Promise.all(asked.map(({ admin }) => admin.close()));
  }
}

/** Asks every server. Rejects when one of them does not answer. */
export function askAll<T>(
  call: Pick<Call, "flags" | "terminal">,
  question: (admin: Admin) => Promise<T>,
): Promise<readonly Answer<T>[]> {
  return withServers(
    call,
    (asked) =>
      Promise.all(
        asked.map(async ({ server, admin }) => ({ server, value: await question(admin) })),
      ),
  );
}
