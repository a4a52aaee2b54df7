/** Clients for the tables: of no server, or of one that follows a script. */
import { assertEquals, codecUnderTest } from "../_harness/mod.ts";
import { fakeServer, type Script } from "../_harness/fake_server.ts";
import { Client, type ClientOptions, type SizedStream, type Task } from "../../src/client/mod.ts";
import type { Dial } from "../../src/sockets/socket.ts";
import { LIMITS, type Stage } from "./cells.ts";

/** A client that dials that way. */
export function clientThat(stage: Stage, dial: Dial, options: Partial<ClientOptions> = {}): Client {
  const client = new Client({
    servers: "127.0.0.1",
    dial,
    clock: stage.clock,
    codec: codecUnderTest,
    exceptions: false,
    dialTimeout: LIMITS.dialTimeout,
    answerTimeout: LIMITS.answerTimeout,
    heartbeat: LIMITS.heartbeat,
    ...options,
  });
  stage.t.use({ close: () => void client.close() });
  return client;
}

/** A client of a server that follows a script. */
export async function clientOf(
  stage: Stage,
  script: Script,
  options: Partial<ClientOptions> = {},
): Promise<Client> {
  const { address, dial } = stage.t.use(await fakeServer([script]));
  return clientThat(stage, dial, { servers: address, ...options });
}

/** Reads what a job tells, to its end. */
export async function readAll(task: Task): Promise<void> {
  for await (const event of task) assertEquals(event.type, "data");
}

/** A workload that comes as a stream, in these pieces. */
export function streamed(...texts: string[]): SizedStream {
  const pieces = texts.map((text) => new TextEncoder().encode(text));
  async function* stream() {
    yield* pieces;
  }
  return { size: pieces.reduce((sum, { length }) => sum + length, 0), stream: stream() };
}
