/** What is sent again after trouble with a server, as docs/failures.md has it, cell by cell. */
import type { FakePeer, Script } from "../_harness/fake_server.ts";
import { fakeServer } from "../_harness/fake_server.ts";
import type { BackgroundOptions, Client, SubmitOptions } from "../../src/client/mod.ts";
import type { WaitOptions } from "../../src/link/mod.ts";
import { linkError } from "../../src/sockets/link_error.ts";
import type { Dial, Socket } from "../../src/sockets/socket.ts";
import {
  ENDS_WELL,
  LIMITS,
  quiet,
  type Scenario,
  type Stage,
  testCells,
  type Trouble,
} from "./cells.ts";
import { clientThat, readAll, streamed } from "./clients.ts";
import { unanswered } from "./dials.ts";

/** A submission of the page. It is read as it comes where a scenario says so. */
type Call = (client: Client, options?: WaitOptions, isRead?: boolean) => Trouble;

function submit(own: SubmitOptions, workload: () => Parameters<Client["submit"]>[1]): Call {
  return (client, options, isRead = false) => {
    const task = client.submit("f", workload(), { ...own, ...options } as SubmitOptions);
    const ending = isRead ? { end: readAll(task) } : { end: task.text(), value: DONE };
    return { ...ending, outcome: () => task.outcome };
  };
}

function background(own: BackgroundOptions): Call {
  return (client, options) => {
    const all = { ...own, ...options } as BackgroundOptions;
    return {
      end: client.background("f", "workload", all).then(({ handle }) => handle),
      value: HANDLE,
    };
  };
}

const HANDLE = "H:fake:1";
const DONE = "done";
const text = () => "workload";
const retry = "idempotent";
const unique = "u";

const CALLS: Record<string, Call> = {
  'client.submit(…, { retry: "safe", unique })': submit({ unique }, text),
  'client.background(…, { retry: "safe" })': background({}),
  'client.submit(…, { retry: "idempotent", unique })': submit({ retry, unique }, text),
  'client.submit(…, { retry: "idempotent" })': submit({ retry }, text),
  'client.background(…, { retry: "idempotent" })': background({ retry }),
  'client.submit(name, { size, stream }, { retry: "idempotent", unique })': submit(
    { retry, unique },
    () => streamed("work", "load"),
  ),
};

/** What one dial after the other finds; after the last, nobody listens any more. */
type Finds = readonly (Script | "nobody" | "no answer")[];

/** What a client may be told beside what one dial after the other finds. */
interface Setting {
  readonly servers?: string;
  readonly backoff?: number;
  readonly retryFor?: number;
  readonly maxPacketBytes?: number;
}

async function clientOf(stage: Stage, finds: Finds, setting: Setting = {}): Promise<Client> {
  const scripts = finds.filter((find): find is Script => typeof find === "function");
  const { address, dial: dialServer } = stage.t.use(await fakeServer(scripts));
  const left = [...finds];
  const dial: Dial = (to, options) => {
    const find = left.shift() ?? "nobody";
    if (find === "no answer") return unanswered(stage.clock)(to, options);
    return find === "nobody"
      ? Promise.reject(linkError("REFUSED", to))
      : dialServer(address, options);
  };
  const { servers = "one", backoff = LIMITS.backoff, retryFor = LIMITS.retryFor } = setting;
  const { maxPacketBytes } = setting;
  return clientThat(stage, dial, { servers, retryFor, maxPacketBytes, backoff: () => backoff });
}

function finding(finds: Finds, { isRead, ...setting }: Setting & { isRead?: boolean } = {}) {
  const scenario: Scenario<Call> = async (stage, call) => {
    const trouble = call(await clientOf(stage, finds, setting), {}, isRead);
    // Twice: a script may have been quiet in between.
    await quiet();
    await quiet();
    return trouble;
  };
  return scenario;
}

/** Nobody listens, and while it waits for that to change, the caller does this. */
function waiting(act: (client: Client, abort: () => void) => void, options: WaitOptions = {}) {
  const scenario: Scenario<Call> = async (stage, call) => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const client = await clientOf(stage, []);
    const trouble = call(client, { signal: controller.signal, ...options });
    await quiet();
    act(client, () => controller.abort(reason));
    return { ...trouble, reason };
  };
  return scenario;
}

/** Takes the job, and then does this. */
function taken(act: (peer: FakePeer) => unknown): Script {
  return async (peer) => {
    await peer.next();
    await peer.send("JOB_CREATED", HANDLE);
    await act(peer);
  };
}

/** Does this in place of an answer. */
function asked(act: (peer: FakePeer) => unknown): Script {
  return async (peer) => {
    await peer.next();
    await act(peer);
  };
}

const well = taken((peer) => peer.send("WORK_COMPLETE", HANDLE, DONE));
/** Has a link that is there already. */
const echo: Script = async (peer) => {
  await peer.expect("ECHO_REQ");
  await peer.send("ECHO_RES", "");
};
const drop = asked((peer) => peer.hangUp());
const lose = taken((peer) => peer.hangUp());
const full = asked((peer) => peer.send("ERROR", "QUEUE_ERROR", "Full"));
/** The second try is as late as one may be. */
const late = { backoff: LIMITS.retryFor };
const told: Script = taken(async (peer) => {
  await peer.send("WORK_DATA", HANDLE, "half");
  await quiet();
  peer.hangUp();
});

testCells("What is sent again", CALLS, {
  "another server is up": finding(["nobody", well], { servers: "one,two" }),
  "refused": finding(["nobody", well]),
  "refused for good": finding([]),
  "refused, and a wait too long": finding(["nobody", well], { backoff: LIMITS.retryFor + 1 }),
  "dial unanswered at each try": finding(["no answer", "no answer", "no answer"], late),
  "reset before it has left": async (stage, call) => {
    const { address, dial } = stage.t.use(await fakeServer([echo, well]));
    const sockets: Socket[] = [];
    const client = clientThat(stage, async (_, options) => {
      const socket = await dial(address, options);
      sockets.push(socket);
      return socket;
    }, { backoff: () => LIMITS.backoff });
    await client.ping();
    const trouble = call(client);
    sockets[0].destroy();
    return trouble;
  },
  "reset before the answer": finding([drop, well]),
  "left before the answer": finding([asked((peer) => peer.leave()), well]),
  "silent before the answer": finding([asked(() => {}), well]),
  "silent at each try": finding(Array(3).fill(asked(() => {})), late),
  "reset, then refused for good": finding([drop]),
  "reset at each try": finding([drop, drop, drop, drop, drop]),
  "reset at each of 8 sendings": finding([...Array(8).fill(drop), well], { retryFor: Infinity }),
  "reset after the acknowledgement": finding([lose, well]),
  "reset after each of 8 acknowledgements": finding([...Array(8).fill(lose), well]),
  "reset after some data": finding([told, well]),
  "reset after some data was read": finding([told, well], { isRead: true }),
  "nonsense before the answer": finding([asked((peer) => peer.text("HTTP/1.1 400")), well]),
  "nonsense after the acknowledgement": finding([
    taken((peer) => peer.text("HTTP/1.1 400")),
    well,
  ]),
  "too large": finding([
    taken((peer) => peer.send("WORK_COMPLETE", HANDLE, "x".repeat(2_000))),
    well,
  ], { maxPacketBytes: 1_000 }),
  "ERROR that nobody asked for": finding([
    taken((peer) => peer.send("ERROR", "SHUTDOWN", "Bye")),
    well,
  ]),
  "ERROR QUEUE_ERROR": finding([full, well]),
  "reset, then ERROR QUEUE_ERROR": finding([drop, full, well]),
  "WORK_FAIL": finding([taken((peer) => peer.send("WORK_FAIL", HANDLE)), well]),
  "timeout while it waits": waiting(() => {}, { timeout: LIMITS.timeout }),
  "aborted while it waits": waiting((_, abort) => abort()),
  "closed while it waits": waiting((client) => void client.close()),
}, {
  "the answer settles the call": ENDS_WELL,
  "it waits for no server": {
    error: "LinkError",
    code: "REFUSED",
    outcome: "unsent",
    retriable: "yes",
    within: "at once",
  },
});
