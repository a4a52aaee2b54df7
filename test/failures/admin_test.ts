/** The admin client's tables in docs/failures.md, cell by cell. */
import { type FakePeer, fakeServer, type Script } from "../_harness/fake_server.ts";
import { Admin, type AdminOptions } from "../../src/admin/mod.ts";
import type { LinkErrorCode } from "../../src/errors.ts";
import type { WaitOptions } from "../../src/link/mod.ts";
import type { Dial } from "../../src/sockets/socket.ts";
import { ENDS_WELL, LIMITS, quiet, type Scenario, type Stage, testCells } from "./cells.ts";
import { failing, unanswered } from "./dials.ts";

/** A command. */
type Call = (admin: Admin, options?: WaitOptions) => Promise<unknown>;

const CALLS: Record<string, Call> = {
  "admin.status()": (admin, options) => admin.status(options),
  "admin.priorityStatus()": (admin, options) => admin.priorityStatus(options),
  "admin.workers()": (admin, options) => admin.workers(options),
  "admin.showJobs()": (admin, options) => admin.showJobs(options),
  "admin.showUniqueJobs()": (admin, options) => admin.showUniqueJobs(options),
  "admin.cancelJob()": (admin, options) => admin.cancelJob("H:fake:1", options),
  "admin.maxQueue()": (admin, options) => admin.maxQueue("f", 1, options),
  "admin.createFunction()": (admin, options) => admin.createFunction("f", options),
  "admin.dropFunction()": (admin, options) => admin.dropFunction("f", options),
  "admin.pid()": (admin, options) => admin.pid(options),
  "admin.verbose()": (admin, options) => admin.verbose(options),
  "admin.version()": (admin, options) => admin.version(options),
  "admin.shutdown()": (admin, options) => admin.shutdown(options),
};

/** An admin client that dials that way. */
function adminThat({ t, clock }: Stage, dial: Dial, options: Partial<AdminOptions> = {}): Admin {
  const { dialTimeout, answerTimeout } = LIMITS;
  const shared = { server: "127.0.0.1", dial, clock, dialTimeout, answerTimeout };
  const admin = new Admin({ ...shared, ...options });
  t.use({ close: () => void admin.close() });
  return admin;
}

function unreachable(code: LinkErrorCode): Scenario<Call> {
  return (stage, call) => ({ end: call(adminThat(stage, failing(code))) });
}

/** The server does this when it has read the command; the caller does that when all is quiet again. */
function once(
  act: (peer: FakePeer) => unknown,
  options: WaitOptions = {},
  andThen: (admin: Admin) => void = () => {},
): Scenario<Call> {
  return async (stage, call) => {
    const script: Script = async (peer) => {
      await peer.expect("line");
      await act(peer);
    };
    const { address, dial } = stage.t.use(await fakeServer([script]));
    const admin = adminThat(stage, dial, { server: address });
    const end = call(admin, options);
    await quiet();
    andThen(admin);
    return { end, reason };
  };
}

/** The caller does this while nobody answers the dial. */
function whileDialling(
  options: WaitOptions,
  andThen: (admin: Admin) => void = () => {},
): Scenario<Call> {
  return async (stage, call) => {
    const admin = adminThat(stage, unanswered(stage.clock));
    const end = call(admin, options);
    await quiet();
    andThen(admin);
    return { end, reason };
  };
}

const reason = new Error("enough");

/** Runs a scenario with a signal that aborts when all is quiet. */
function aborted(
  make: (options: WaitOptions, andThen: (admin: Admin) => void) => Scenario<Call>,
): Scenario<Call> {
  return (stage, call) => {
    const controller = new AbortController();
    const abort = () => controller.abort(reason);
    return make({ signal: controller.signal }, abort)(stage, call);
  };
}

const nothing = () => {};
const close = (admin: Admin) => void admin.close();

testCells("The admin client's calls", CALLS, {
  "refused": unreachable("REFUSED"),
  "unreachable": unreachable("UNREACHABLE"),
  "unknown host": unreachable("UNKNOWN_HOST"),
  "dial unanswered": whileDialling({}),
  "certificate not accepted": unreachable("TLS"),
  "silent before the reply": once(nothing),
  "silent within the reply": once((peer) => peer.text("O")),
  "reset before the reply": once((peer) => peer.hangUp()),
  "left before the reply": once((peer) => peer.leave()),
  "ERR": once((peer) => peer.text("ERR UNKNOWN_COMMAND Unknown+server+command\r\n")),
  "nonsense": once((peer) => peer.text("?\n")),
  "a packet": once((peer) => peer.send("NOOP")),
  "too large": once((peer) => peer.text("x".repeat(2 ** 20 + 1))),
  "timeout while dialling": whileDialling({ timeout: LIMITS.timeout }),
  "timeout before the reply": once(nothing, { timeout: LIMITS.timeout }),
  "aborted before the call": whileDialling({ signal: AbortSignal.abort(reason) }),
  "aborted while dialling": aborted(whileDialling),
  "aborted before the reply": aborted((options, andThen) => once(nothing, options, andThen)),
  "closed before the call": (stage, call) => {
    const admin = adminThat(stage, unanswered(stage.clock));
    close(admin);
    return { end: call(admin) };
  },
  "closed while dialling": whileDialling({}, close),
  "closed before the reply": once(nothing, {}, close),
  "misuse": whileDialling({ timeout: -1 }),
}, {
  "any line may be a unique": {
    ...ENDS_WELL,
    scenario: async (stage, call) => ({
      ...await once((peer) => peer.text("?\n.\n"))(stage, call),
      value: ["?"],
    }),
  },
});
