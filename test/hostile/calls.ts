/** Every call of a client that waits, made at once, and how each of them ended. */
import type { Client, Task } from "../../src/client/mod.ts";
import { GearmanError } from "../../src/errors.ts";

/** How calls ended: with what they gave, or with an error's class, code and outcome. */
export interface Ends {
  readonly accepted: string;
  readonly events: string;
  readonly result: string;
  readonly background: string;
  readonly status: string;
  readonly ping: string;
}

/** Calls under way. */
export interface Calls {
  readonly task: Task;
  readonly ends: Promise<Ends>;
}

/** Makes them, in the order submit, background, status, ping. */
export function makeCalls(client: Client): Calls {
  const task = client.submit("work", "x");
  const background = client.background("work", "y");
  const status = client.status({ handle: "H:elsewhere:1" });
  const ping = client.ping();
  return { task, ends: endsOf(task, background, status, ping) };
}

/** What a promise gave, by those words, or the error that it rejected with. */
export async function endOf(promise: Promise<unknown>, words = "resolved"): Promise<string> {
  try {
    await promise;
    return words;
  } catch (error) {
    // Anything else is a fault of ours, and fails the test.
    if (!(error instanceof GearmanError)) throw error;
    return `${error.name} ${error.code} ${error.outcome}`;
  }
}

async function endsOf(
  task: Task,
  background: Promise<unknown>,
  status: Promise<unknown>,
  ping: Promise<unknown>,
): Promise<Ends> {
  const [accepted, events, result, ...rest] = await Promise.all([
    endOf(task.accepted),
    eventsOf(task),
    task.text().catch((error) => endOf(Promise.reject(error))),
    endOf(background),
    endOf(status),
    endOf(ping),
  ]);
  return { accepted, events, result, background: rest[0], status: rest[1], ping: rest[2] };
}

async function eventsOf(task: Task): Promise<string> {
  const events: string[] = [];
  const end = await endOf((async () => {
    for await (const event of task) events.push(event.type);
  })());
  return [...events, end].join(", ");
}
