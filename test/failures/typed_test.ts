/** The tables of docs/failures.md for what `defineJobs()` does not allow, cell by cell. */
import { fakeServer } from "../_harness/fake_server.ts";
import type { Client, ClientOptions, Task, TaskBatch } from "../../src/client/mod.ts";
import { codec, defineJobs, type Side, type StandardResult } from "../../src/jobs/mod.ts";
import type { WaitOptions } from "../../src/link/mod.ts";
import { ENDS_WELL, LIMITS, quiet, type Scenario, testCells, type Trouble } from "./cells.ts";
import { clientThat } from "./clients.ts";

/** Makes it. The job comes to that result, where it comes to one. */
type Call = (
  client: Client,
  functionName: string,
  options: WaitOptions,
  result: Uint8Array,
) => Trouble;

const HANDLE = "H:fake:1";
/** A result that is JSON. */
const NUMBER = 7;
const RESULT = new TextEncoder().encode(`${NUMBER}`);

/** Asks a task for its end in that way. */
function asking(
  ask: (task: Task) => Promise<unknown>,
  valueIn?: (result: Uint8Array) => unknown,
): Call {
  return (client, functionName, options, result) => {
    const task = client.submit(functionName, "workload", options);
    return { end: ask(task), outcome: () => task.outcome, value: valueIn?.(result) };
  };
}

/** Asks many tasks, which are one. */
function askingAll(ask: (batch: TaskBatch) => Promise<unknown>): Call {
  return (client, functionName, options) => {
    const batch = client.submitAll([{ functionName, workload: "workload" }], options);
    return { end: ask(batch), outcome: () => batch.tasks[0].outcome };
  };
}

/** The first of many to end. Its reason is thrown, for such an iterator does not reject. */
async function firstOf(batch: TaskBatch): Promise<unknown> {
  for await (const item of batch) {
    if (item.status === "rejected") throw item.reason;
    return item.value;
  }
}

const CALLS: Record<string, Call> = {
  "task.value()": asking((task) => task.value()),
  "client.submitAll()": askingAll((batch) => batch.all()),
  "for await (… of batch)": askingAll(firstOf),
  "task.json()": asking((task) => task.json(), () => NUMBER),
  "task.result()": asking((task) => task.result(), (result) => result),
  "client.background()": (client, functionName, options) => ({
    end: client.background(functionName, "workload", options).then(({ handle }) => handle),
    value: HANDLE,
  }),
};

/** Text under a validator that says this. */
function judged(validate: () => StandardResult<string> | Promise<StandardResult<string>>): Side {
  return codec.text({ "~standard": { version: 1, vendor: "test", validate } });
}

function fail(): never {
  throw new Error("disk");
}

const no = { issues: [{ message: "Expected another" }] };
const refused = judged(() => no);
const refusedLater = judged(() => Promise.resolve(no));
const failing = judged(fail);
const failingLater = judged(() => Promise.reject(new Error("disk")));
const never = judged(() => new Promise(() => {}));
const unwritable: Side = { encode: fail, decode: () => "" };
const unreadable: Side = { encode: (text: string) => text, decode: fail };

/** The sides of function `f`, as far as they are not text. */
interface Sides {
  readonly input?: Side;
  readonly output?: Side;
}

/** What else there is about a call. */
interface Setting {
  readonly functionName?: string;
  readonly timeout?: number;
  /** The caller does this when everything has come as far as it does by itself. */
  readonly act?: (client: Client, abort: () => void) => void;
  /** What the job comes to. */
  readonly result?: Uint8Array;
}

function having(sides: Sides, setting: Setting = {}): Scenario<Call> {
  const { functionName = "f", timeout, act, result = RESULT } = setting;
  return async (stage, call) => {
    const { address, dial } = stage.t.use(
      await fakeServer([async (peer) => {
        await peer.next();
        await peer.send("JOB_CREATED", HANDLE);
        await peer.send("WORK_COMPLETE", HANDLE, result);
      }]),
    );
    const { input = codec.text(), output = codec.text() } = sides;
    // Only at run time are the jobs others than the client's type says.
    const jobs = defineJobs({ f: { input, output } }) as unknown as ClientOptions["jobs"];
    const client = clientThat(stage, dial, { servers: address, jobs });
    const controller = new AbortController();
    const reason = new Error("enough");
    const trouble = call(client, functionName, { timeout, signal: controller.signal }, result);
    await quiet();
    act?.(client, () => controller.abort(reason));
    return { ...trouble, reason };
  };
}

const { timeout } = LIMITS;
const abort: Setting = { act: (_, abort) => abort() };
const close: Setting = { act: (client) => void client.close() };
const words = { result: new TextEncoder().encode("no JSON") };

testCells("Typed jobs", CALLS, {
  "an input that does not fit": having({ input: refused }),
  "an input that does not fit, found later": having({ input: refusedLater }),
  "an input's validator that fails": having({ input: failing }),
  "an input's validator that fails later": having({ input: failingLater }),
  "an input's validator that never ends": having({ input: never }),
  "timeout within the input's validator": having({ input: never }, { timeout }),
  "aborted within the input's validator": having({ input: never }, abort),
  "closed within the input's validator": having({ input: never }, close),
  "an input that cannot be written": having({ input: unwritable }),
  "an output that does not fit": having({ output: refused }),
  "an output that does not fit, found later": having({ output: refusedLater }),
  "an output's validator that fails": having({ output: failing }),
  "an output's validator that fails later": having({ output: failingLater }),
  "an output's validator that never ends": having({ output: never }),
  "timeout within the output's validator": having({ output: never }, { timeout }),
  "aborted within the output's validator": having({ output: never }, abort),
  "closed within the output's validator": having({ output: never }, close),
  "an output that cannot be read": having({ output: unreadable }, words),
  "misuse": having({}, { functionName: "g" }),
}, {
  "it goes by no contract": ENDS_WELL,
  "it gives the bytes, as they are": ENDS_WELL,
  "nobody hears of its result": ENDS_WELL,
});
