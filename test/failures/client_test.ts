/** The client's tables in docs/failures.md, cell by cell, against servers that follow a script. */
import { assertEquals, test } from "../_harness/mod.ts";
import { type FakePeer, fakeServer, type Script } from "../_harness/fake_server.ts";
import {
  type Client,
  type ClientOptions,
  type Task,
  type TaskBatch,
  TaskFeed,
} from "../../src/client/mod.ts";
import type { WaitOptions } from "../../src/link/mod.ts";
import type { ErrorCode, LinkErrorCode } from "../../src/errors.ts";
import { JobServer } from "../../src/server/mod.ts";
import type { Dial } from "../../src/sockets/socket.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { ENDS_WELL, LIMITS, quiet, type Scenario, testCells, type Trouble } from "./cells.ts";
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

const HANDLE = "H:fake:1";

/** What is asked, and what an answer of {@linkcode Call.accept} comes to. */
function question(
  value: unknown,
  ask: (client: Client, name: string, options?: WaitOptions) => Promise<unknown>,
): Call {
  return {
    begin: (client, options) => ({ end: ask(client, "name", options), value }),
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

const STATUS = { isKnown: true, isRunning: true, numerator: 1, denominator: 2 } as const;

/** Of {@linkcode STATUS}. */
function tellStatus(peer: FakePeer): Promise<void> {
  return peer.send("STATUS_RES", HANDLE, "1", "1", "1", "2");
}

async function follow(client: Client, options?: WaitOptions): Promise<void> {
  // With all options: it takes no timeout, and says so when it is given one.
  for await (const status of client.follow({ handle: HANDLE }, options)) {
    assertEquals(status, STATUS);
  }
}

const CALLS: Record<string, Call> = {
  "client.background()": question(HANDLE, async (client, name, options) => {
    return (await client.background(name, "workload", options)).handle;
  }),
  "client.backgroundAll()": {
    ...question([HANDLE], async (client, functionName, options) => {
      const jobs = [{ functionName, workload: "workload" }];
      return (await client.backgroundAll(jobs, options).all()).map(({ handle }) => handle);
    }),
    misuse: (client) => client.backgroundAll([{ functionName: "" }]),
  },
  "client.status()": {
    ...question(STATUS, (client, handle, options) => client.status({ handle }, options)),
    accept: tellStatus,
  },
  "client.fate()": {
    ...question(undefined, (client, handle, options) => client.fate({ handle }, options)),
    accept: async (peer) => {
      await peer.send("OPTION_RES", "fates");
      await peer.expect("SUBMIT_JOB");
      await peer.send("JOB_CREATED", HANDLE);
    },
  },
  "client.ping()": {
    ...question(0, (client, _, options) => client.ping(options)),
    accept: (peer) => peer.send("ECHO_RES", ""),
    misuse: (client) => client.ping({ server: { host: "no server of this client", port: 1 } }),
  },
  "task.accepted": ofTask((task) => task.accepted),
  "task.result()": ofTask((task) => task.result()),
  "task.value()": ofTask((task) => task.value()),
  "task.stream()": ofTask((task) => new Response(task.stream()).arrayBuffer()),
  "client.follow()": {
    begin: (client, options) => ({ end: follow(client, options) }),
    accept: tellStatus,
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
      await accept(call, peer);
      await peer.send("WORK_DATA", HANDLE, "early");
      await act(peer);
    };
    return call.begin(await clientOf(stage, script, options));
  };
}

function accept(call: Call, peer: FakePeer): Promise<void> {
  return call.accept?.(peer) ?? peer.send("JOB_CREATED", HANDLE);
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

/** Our own server is asked, which has results, and none of such a job. */
const askingOurs: Scenario<Call> = async (stage, call) => {
  const { listen, dial } = memoryNetwork();
  const results = { ttl: 1_000 };
  const server = stage.t.use(await JobServer.listen({ listen, clock: stage.clock, results }));
  const client = clientThat(stage, dial, { servers: server.address });
  return { ...call.begin(client), value: { state: "unknown" } };
};

/** The server tells how the job stands, and then does this; the next connection finds the job ended. */
function askingAnew(act: (peer: FakePeer) => unknown): Scenario<Call> {
  return async (stage, call) => {
    const { address, dial } = stage.t.use(
      await fakeServer([async (peer) => {
        await peer.expect("GET_STATUS");
        await tellStatus(peer);
        await act(peer);
      }, async (peer) => {
        await peer.expect("GET_STATUS");
        await peer.send("STATUS_RES", HANDLE, "0", "0", "0", "0");
      }]),
    );
    return call.begin(clientThat(stage, dial, { servers: address }));
  };
}

/** How a server leaves that has acknowledged the job. */
const LEAVING: Readonly<Record<string, (peer: FakePeer) => unknown>> = {
  "reset after the acknowledgement": (peer) => peer.hangUp(),
  "left after the acknowledgement": (peer) => peer.leave(),
  "nonsense after the acknowledgement": (peer) => peer.text("HTTP/1.1 400"),
};

const UNANSWERED = { error: "LinkError", code: "SILENT", outcome: "unacknowledged" } as const;

/** The first question has its answer, and nothing else comes of the server. */
const NEXT_UNANSWERED = {
  ...UNANSWERED,
  retriable: "no",
  within: "1,000 ms + answerTimeout + 100 ms",
} as const;

testCells("The client's calls", CALLS, {
  "all servers down": (stage, call) => {
    return call.begin(clientThat(stage, failing("REFUSED"), { servers: "one,two" }));
  },
  "refused": unreachable("REFUSED"),
  "unreachable": unreachable("UNREACHABLE"),
  "unknown host": unreachable("UNKNOWN_HOST"),
  "dial unanswered": (stage, call) => call.begin(clientThat(stage, unanswered(stage.clock))),
  "dial unanswered after TLS": async (stage, call) => {
    const { clock } = stage;
    const { address, dial } = stage.t.use(await fakeServer([() => {}]));
    // The handshake takes half of the time.
    const slowly: Dial = async (_, options) => {
      await new Promise<void>((resolve) => clock.after(LIMITS.dialTimeout / 2, resolve));
      return await dial(address, options);
    };
    return call.begin(clientThat(stage, slowly, { servers: "tls://127.0.0.1" }));
  },
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
  "reset after the acknowledgement": afterAcknowledgement(
    LEAVING["reset after the acknowledgement"],
  ),
  "left after the acknowledgement": afterAcknowledgement(LEAVING["left after the acknowledgement"]),
  "ERROR": inPlaceOfAnswer((peer) => peer.send("ERROR", "INVALID_COMMAND", "No")),
  "ERROR QUEUE_ERROR": inPlaceOfAnswer((peer) => peer.send("ERROR", "QUEUE_ERROR", "Full")),
  "WORK_FAIL": afterAcknowledgement((peer) => peer.send("WORK_FAIL", HANDLE)),
  "WORK_EXCEPTION": afterAcknowledgement((peer) =>
    peer.send("WORK_EXCEPTION", HANDLE, "Error: no")
  ),
  "nonsense before the answer": inPlaceOfAnswer((peer) => peer.text("HTTP/1.1 400 Bad Request")),
  "nonsense after the acknowledgement": afterAcknowledgement(
    LEAVING["nonsense after the acknowledgement"],
  ),
  "another answer": inPlaceOfAnswer((peer) => peer.send("NO_JOB")),
  "too large": inPlaceOfAnswer((peer) => peer.send("JOB_CREATED", "x".repeat(1_065))),
  "too much unread": afterAcknowledgement((peer) =>
    peer.send("WORK_DATA", HANDLE, "x".repeat(1_000))
  ),
  "too large a result": afterAcknowledgement(
    (peer) => peer.send("WORK_COMPLETE", HANDLE, "x".repeat(100)),
    { maxResultBytes: 100 },
  ),
  "no worker": async (stage, call) => {
    const script: Script = async (peer) => {
      await peer.next();
      await accept(call, peer);
    };
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
}, {
  "the answer settles the call": ENDS_WELL,
  "the server answers by itself": ENDS_WELL,
  "it has resolved": ENDS_WELL,
  "the server acknowledges without one": ENDS_WELL,
  "a server that keeps results answers by itself": { ...ENDS_WELL, scenario: askingOurs },
  "the next question dials anew": (when) => ({
    error: "resolves",
    within: "1,000 ms",
    scenario: askingAnew(LEAVING[when]),
  }),
  "each question has one answer": NEXT_UNANSWERED,
  "it takes no timeout": { error: "TypeError", within: "at once" },
});

/** The classes whose errors carry each code. */
const CODES: Record<ErrorCode, string[]> = {
  REFUSED: ["LinkError"],
  UNREACHABLE: ["LinkError"],
  UNKNOWN_HOST: ["LinkError"],
  DIAL_TIMEOUT: ["LinkError"],
  TLS: ["LinkError"],
  RESET: ["LinkError"],
  CLOSED: ["LinkError"],
  SILENT: ["LinkError"],
  NO_SERVERS: ["LinkError"],
  ADDRESS_IN_USE: ["LinkError"],
  UNSUPPORTED: ["LinkError", "StoreError"],
  IO: ["LinkError", "StoreError"],
  FOREIGN: ["StoreError"],
  DAMAGED: ["StoreError"],
  IN_USE: ["StoreError"],
  FULL: ["StoreError"],
  BAD_MAGIC: ["ProtocolError"],
  UNKNOWN_COMMAND: ["ProtocolError"],
  TOO_LARGE: ["ProtocolError"],
  MISSING_ARGUMENT: ["ProtocolError"],
  UNEXPECTED: ["ProtocolError"],
  SERVER: ["ServerError"],
  FAILED: ["JobFailed"],
  EXCEPTION: ["JobException"],
  LOST: ["JobLost"],
  TIMEOUT: ["JobTimeout"],
  OVERFLOW: ["TaskOverflow"],
  RESULT_TOO_LARGE: ["ResultTooLarge"],
  WORKLOAD: ["WorkloadError"],
  INVALID_INPUT: ["JobInvalid"],
  INVALID_OUTPUT: ["JobInvalid"],
};

test("docs/failures.md has a heading for each code, and for nothing else", () => {
  assertEquals(Object.fromEntries(documentedCodes()), CODES);
  assertEquals([...documentedCodes().keys()], Object.keys(CODES));
});
