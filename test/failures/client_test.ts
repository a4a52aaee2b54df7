/** The client's tables in docs/failures.md, cell by cell, against servers that follow a script. */
import { assertEquals, test } from "../_harness/mod.ts";
import type { FakePeer, Script } from "../_harness/fake_server.ts";
import {
  type Client,
  type ClientOptions,
  type Task,
  type TaskBatch,
  TaskFeed,
} from "../../src/client/mod.ts";
import type { WaitOptions } from "../../src/link/mod.ts";
import type { ErrorCode, LinkErrorCode } from "../../src/errors.ts";
import { LIMITS, quiet, type Scenario, testCells, type Trouble } from "./cells.ts";
import { clientOf, clientThat, readAll, streamed } from "./clients.ts";
import { documentedCodes } from "./contract.ts";
import { failing, unanswered } from "./dials.ts";

/** A call of the page. */
interface Call {
  /** Makes it. Its end is what the tables are about. */
  begin(client: Client, options?: WaitOptions): Trouble;
  /** How a server says that it has the job, if it is not JOB_CREATED. */
  accept?(peer: FakePeer): Promise<void>;
  /** Makes it with a name that cannot be. */
  misuse(client: Client): unknown;
}

function question(
  ask: (client: Client, name: string, options?: WaitOptions) => Promise<unknown>,
): Call {
  return {
    begin: (client, options) => ({ end: ask(client, "name", options) }),
    misuse: (client) => ask(client, ""),
  };
}

function ofTask(endOf: (task: Task) => Promise<unknown>): Call {
  return {
    begin: (client, options) => {
      const task = client.submit("f", "workload", options);
      return { end: endOf(task), outcome: () => task.outcome };
    },
    misuse: (client) => client.submit(""),
  };
}

/** Reads what a feed shows, until its one task has ended. */
async function readFeed(feed: TaskFeed): Promise<void> {
  for (;;) {
    const entry = feed.next();
    if (entry === undefined) await feed.changed();
    else if (entry.type === "failed") throw entry.error;
    else if (entry.type === "complete") return;
  }
}

/** What a feed shows of a task as its failure. */
async function readFeedAtOnce(feed: TaskFeed): Promise<void> {
  for await (const entry of feed) if (entry.type === "failed") throw entry.error;
}

function ofFeed(read: (feed: TaskFeed) => Promise<void>): Call {
  return {
    begin: (client, options) => {
      const feed = new TaskFeed();
      const task = client.submit("f", "workload", { ...options, feed });
      return { end: read(feed), outcome: () => task.outcome };
    },
    misuse: (client) => client.submit("", "", { feed: new TaskFeed() }),
  };
}

/** What a batch of one says of it. */
function ofBatch(endOf: (batch: TaskBatch) => Promise<unknown>): Call {
  return {
    begin: (client, options) => {
      const batch = client.submitAll([{ functionName: "f", workload: "workload" }], options);
      return { end: endOf(batch), outcome: () => batch.tasks[0].outcome };
    },
    misuse: (client) => client.submitAll([{ functionName: "" }]),
  };
}

/** Throws the reason of one that was rejected. */
function check(item: PromiseSettledResult<unknown>): void {
  if (item.status === "rejected") throw item.reason;
}

async function follow(client: Client, handle: string, signal?: AbortSignal): Promise<void> {
  for await (const status of client.follow({ handle }, { signal })) {
    assertEquals(status.isRunning, true);
  }
}

const CALLS: Record<string, Call> = {
  "client.background()": question((client, name, options) =>
    client.background(name, "workload", options)
  ),
  "client.backgroundAll()": question((client, functionName, options) =>
    client.backgroundAll([{ functionName, workload: "workload" }], options).all()
  ),
  "client.status()": question((client, handle, options) => client.status({ handle }, options)),
  "client.fate()": question((client, handle, options) => client.fate({ handle }, options)),
  "client.ping()": {
    ...question((client, _, options) => client.ping(options)),
    misuse: (client) => client.ping({ server: { host: "no server of this client", port: 1 } }),
  },
  "task.accepted": ofTask((task) => task.accepted),
  "task.result()": ofTask((task) => task.result()),
  "task.value()": ofTask((task) => task.value()),
  "task.stream()": ofTask((task) => new Response(task.stream()).arrayBuffer()),
  "client.follow()": {
    begin: (client, options) => ({ end: follow(client, "H:fake:1", options?.signal) }),
    accept: (peer) => peer.send("STATUS_RES", "H:fake:1", "1", "1", "1", "2"),
    misuse: (client) => client.follow({ handle: "" }),
  },
  "client.submitAll()": ofBatch((batch) => batch.all()),
  "batch.all()": ofBatch((batch) => batch.all()),
  "batch.settled()": ofBatch(async (batch) => check((await batch.settled())[0])),
  "for await (… of batch)": ofBatch(async (batch) => {
    for await (const item of batch) check(item);
  }),
  "feed.next()": ofFeed(readFeed),
  "feed.changed()": ofFeed(readFeed),
  "for await (… of feed)": ofFeed(readFeedAtOnce),
  "client.submit(name, { size, stream })": {
    begin: (client, options) => {
      const task = client.submit("f", streamed("workload"), options);
      return { end: task.result(), outcome: () => task.outcome };
    },
    misuse: (client) => client.submit("", streamed("workload")),
  },
  "task.text()": ofTask((task) => task.text()),
  "task.json()": ofTask((task) => task.json()),
  "for await (… of task)": ofTask(readAll),
};

/** No server can be reached, for that reason. */
function unreachable(code: LinkErrorCode): Scenario<Call> {
  return (stage, call) => call.begin(clientThat(stage, failing(code)));
}

/** The server does this in place of an answer. */
function inPlaceOfAnswer(act: (peer: FakePeer) => unknown): Scenario<Call> {
  return async (stage, call) => {
    const script: Script = async (peer) => {
      await peer.next();
      await act(peer);
    };
    return call.begin(await clientOf(stage, script, { maxPacketBytes: 1_000 }));
  };
}

/** The server acknowledges the job, and then does this. */
function afterAcknowledgement(
  act: (peer: FakePeer) => unknown,
  options: Partial<ClientOptions> = { taskBytes: 1_000 },
): Scenario<Call> {
  return async (stage, call) => {
    const script: Script = async (peer) => {
      await peer.next();
      await peer.send("JOB_CREATED", "H:fake:1");
      await peer.send("WORK_DATA", "H:fake:1", "early");
      await act(peer);
    };
    return call.begin(await clientOf(stage, script, options));
  };
}

function accept(call: Call, peer: FakePeer): Promise<void> {
  return call.accept?.(peer) ?? peer.send("JOB_CREATED", "H:fake:1");
}

/** What a caller may do with its own call. */
type Act = (client: Client, abort: () => void) => void;

/** The caller does this when the call has come so far. */
function byCaller(how: "dialling" | "sent" | "accepted", act: Act): Scenario<Call> {
  return async (stage, call) => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const script: Script = async (peer) => {
      await peer.next();
      if (how === "accepted") await accept(call, peer);
    };
    const client = how === "dialling"
      ? clientThat(stage, unanswered(stage.clock))
      : await clientOf(stage, script);
    const { signal } = controller;
    const begun = call.begin(client, { signal });
    await quiet();
    act(client, () => controller.abort(reason));
    return { ...begun, reason };
  };
}

/** The call has a time limit, which passes when it has come so far. */
function timedOut(how: "dialling" | "sent" | "accepted"): Scenario<Call> {
  return async (stage, call) => {
    const script: Script = async (peer) => {
      await peer.next();
      if (how === "accepted") await accept(call, peer);
    };
    const client = how === "dialling"
      ? clientThat(stage, unanswered(stage.clock))
      : await clientOf(stage, script);
    const begun = call.begin(client, { timeout: LIMITS.timeout });
    await quiet();
    return begun;
  };
}

const close: Act = (client) => void client.close();
const abort: Act = (_, abort) => abort();

testCells("The client's calls", CALLS, {
  "all servers down": (stage, call) => {
    return call.begin(clientThat(stage, failing("REFUSED"), { servers: "one,two" }));
  },
  "refused": unreachable("REFUSED"),
  "unreachable": unreachable("UNREACHABLE"),
  "unknown host": unreachable("UNKNOWN_HOST"),
  "dial unanswered": (stage, call) => call.begin(clientThat(stage, unanswered(stage.clock))),
  "certificate not accepted": unreachable("TLS"),
  "silent before the answer": async (stage, call) => {
    const begun = call.begin(await clientOf(stage, () => {}));
    await quiet();
    return begun;
  },
  "silent after the acknowledgement": async (stage, call) => {
    const begun = await afterAcknowledgement(() => {})(stage, call);
    await quiet();
    return begun;
  },
  "reset before the answer": inPlaceOfAnswer((peer) => peer.hangUp()),
  "left before the answer": inPlaceOfAnswer((peer) => peer.leave()),
  "reset after the acknowledgement": afterAcknowledgement((peer) => peer.hangUp()),
  "left after the acknowledgement": afterAcknowledgement((peer) => peer.leave()),
  "ERROR": inPlaceOfAnswer((peer) => peer.send("ERROR", "INVALID_COMMAND", "No")),
  "ERROR QUEUE_ERROR": inPlaceOfAnswer((peer) => peer.send("ERROR", "QUEUE_ERROR", "Full")),
  "WORK_FAIL": afterAcknowledgement((peer) => peer.send("WORK_FAIL", "H:fake:1")),
  "WORK_EXCEPTION": afterAcknowledgement((peer) =>
    peer.send("WORK_EXCEPTION", "H:fake:1", "Error: no")
  ),
  "nonsense before the answer": inPlaceOfAnswer((peer) => peer.text("HTTP/1.1 400 Bad Request")),
  "nonsense after the acknowledgement": afterAcknowledgement((peer) => peer.text("HTTP/1.1 400")),
  "another answer": inPlaceOfAnswer((peer) => peer.send("NO_JOB")),
  "too large": inPlaceOfAnswer((peer) => peer.send("JOB_CREATED", "x".repeat(1_001))),
  "too much unread": afterAcknowledgement((peer) =>
    peer.send("WORK_DATA", "H:fake:1", "x".repeat(1_000))
  ),
  "too large a result": afterAcknowledgement(
    (peer) => peer.send("WORK_COMPLETE", "H:fake:1", "x".repeat(100)),
    { maxResultBytes: 100 },
  ),
  "no worker": async (stage, call) => {
    const script: Script = (peer) => peer.send("JOB_CREATED", "H:fake:1");
    const begun = call.begin(await clientOf(stage, script, { heartbeat: Infinity }));
    await quiet();
    return begun;
  },
  "timeout while dialling": timedOut("dialling"),
  "timeout before the answer": timedOut("sent"),
  "timeout after the acknowledgement": timedOut("accepted"),
  "aborted before the call": (stage, call) => {
    const reason = new Error("enough");
    const client = clientThat(stage, unanswered(stage.clock));
    return { ...call.begin(client, { signal: AbortSignal.abort(reason) }), reason };
  },
  "aborted while dialling": byCaller("dialling", abort),
  "aborted before the answer": byCaller("sent", abort),
  "aborted after the acknowledgement": byCaller("accepted", abort),
  "closed before the call": (stage, call) => {
    const client = clientThat(stage, unanswered(stage.clock));
    void client.close();
    return call.begin(client);
  },
  "closed while dialling": byCaller("dialling", close),
  "closed before the answer": byCaller("sent", close),
  "closed after the acknowledgement": byCaller("accepted", close),
  "misuse": (stage, call) => {
    const made = call.misuse(clientThat(stage, unanswered(stage.clock)));
    if (made instanceof Promise) return { end: made };
    throw new Error("Expected a throw, the call went on");
  },
});

const CODES: Record<ErrorCode, true> = {
  REFUSED: true,
  UNREACHABLE: true,
  UNKNOWN_HOST: true,
  DIAL_TIMEOUT: true,
  TLS: true,
  RESET: true,
  CLOSED: true,
  SILENT: true,
  NO_SERVERS: true,
  ADDRESS_IN_USE: true,
  UNSUPPORTED: true,
  IO: true,
  FOREIGN: true,
  DAMAGED: true,
  IN_USE: true,
  FULL: true,
  BAD_MAGIC: true,
  UNKNOWN_COMMAND: true,
  TOO_LARGE: true,
  MISSING_ARGUMENT: true,
  UNEXPECTED: true,
  SERVER: true,
  FAILED: true,
  EXCEPTION: true,
  LOST: true,
  TIMEOUT: true,
  OVERFLOW: true,
  RESULT_TOO_LARGE: true,
  WORKLOAD: true,
  INVALID_INPUT: true,
  INVALID_OUTPUT: true,
};

test("docs/failures.md has a heading for each code, and for nothing else", () => {
  assertEquals(documentedCodes(), Object.keys(CODES));
});
