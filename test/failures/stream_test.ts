/** The table of docs/failures.md for workloads that come as a stream, cell by cell. */
import { type FakePeer, fakeServer } from "../_harness/fake_server.ts";
import type { Client, SizedStream } from "../../src/client/mod.ts";
import type { WaitOptions } from "../../src/link/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { LIMITS, quiet, type Scenario, type Stage, testCells, type Trouble } from "./cells.ts";
import { clientThat } from "./clients.ts";

type Call = (client: Client, workload: SizedStream, options?: WaitOptions) => Trouble;

const functionName = "f";

const CALLS: Record<string, Call> = {
  "client.submit(name, { size, stream })": (client, workload, options) => {
    const task = client.submit(functionName, workload, options);
    return { end: task.result(), outcome: () => task.outcome };
  },
  "client.submitAll()": (client, workload, options) => {
    const batch = client.submitAll([{ functionName, workload }], options);
    return { end: batch.all(), outcome: () => batch.tasks[0].outcome };
  },
  "client.background(name, { size, stream })": (client, workload, options) => ({
    end: client.background(functionName, workload, options),
  }),
  "client.backgroundAll()": (client, workload, options) => ({
    end: client.backgroundAll([{ functionName, workload }], options).all(),
  }),
};

/** Of as many bytes, or of `size`, as these texts have. */
function of(texts: unknown[], size = texts.join("").length): SizedStream {
  async function* stream() {
    for (const text of texts) {
      await undefined;
      if (text instanceof Error) throw text;
      yield (typeof text === "string" ? new TextEncoder().encode(text) : text) as Uint8Array;
    }
  }
  return { size, stream: stream() };
}

/** Gives half of what was announced, and no more; until nobody wants it. */
function stalling(): SizedStream {
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("half")),
  });
  return { size: 8, stream };
}

/** The server does this when the first of the job may have come. */
async function clientOf(
  stage: Stage,
  act: (peer: FakePeer) => unknown = () => {},
): Promise<Client> {
  const { address, dial } = stage.t.use(
    await fakeServer([async (peer) => {
      await quiet();
      await act(peer);
    }]),
  );
  return clientThat(stage, dial, { servers: address });
}

function giving(
  workload: () => SizedStream,
  act?: (peer: FakePeer) => unknown,
  options?: WaitOptions,
): Scenario<Call> {
  return async (stage, call) => {
    const trouble = call(await clientOf(stage, act), workload(), options);
    await quiet();
    await quiet();
    return trouble;
  };
}

/** The caller does this midway. */
function midway(act: (client: Client, abort: () => void) => void): Scenario<Call> {
  return async (stage, call) => {
    const client = await clientOf(stage);
    const controller = new AbortController();
    const reason = new Error("enough");
    const trouble = call(client, stalling(), { signal: controller.signal });
    await quiet();
    act(client, () => controller.abort(reason));
    return { ...trouble, reason };
  };
}

testCells("A workload that comes as a stream", CALLS, {
  "too short": giving(() => of(["half"], 8)),
  "too long": giving(() => of(["all ", "of it", "!"], 9)),
  "not empty": giving(() => of(["!"], 0)),
  "empty": giving(() => of([], 8)),
  "no bytes": giving(() => of(["half", { text: "half" }], 8)),
  "fails at once": giving(() => of([new Error("disk")], 8)),
  "fails midway": giving(() => of(["half", new Error("disk")], 8)),
  "stalls": giving(stalling),
  "timeout midway": giving(stalling, undefined, { timeout: LIMITS.timeout }),
  "aborted midway": midway((_, abort) => abort()),
  "closed midway": midway((client) => void client.close()),
  "reset midway": giving(stalling, (peer) => peer.hangUp()),
  "left midway": giving(stalling, (peer) => peer.leave()),
  "ERROR midway": giving(stalling, (peer) => peer.send("ERROR", "INVALID_COMMAND", "No")),
  "nonsense midway": giving(stalling, (peer) => peer.text("HTTP/1.1 400 Bad Request")),
  "nothing is taken": async (stage, call) => {
    const { listen, dial } = memoryNetwork();
    const listener = await listen({ host: "127.0.0.1", port: 0 }, () => {});
    stage.t.use({ close: () => void listener.close() });
    const client = clientThat(stage, dial, { servers: listener.address });
    const trouble = call(client, of(Array(5).fill("x".repeat(100_000))));
    await quiet();
    return trouble;
  },
  "reset before the answer": giving(() => of(["all ", "of it"]), (peer) => peer.hangUp()),
  "misuse": async (stage, call) => call(await clientOf(stage), of([], -1)),
});
