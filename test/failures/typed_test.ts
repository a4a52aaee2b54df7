/** The tables of docs/failures.md for what `defineJobs()` does not allow, cell by cell. */
import { fakeServer } from "../_harness/fake_server.ts";
import type { Client, ClientOptions } from "../../src/client/mod.ts";
import { codec, defineJobs, type Side, type StandardResult } from "../../src/jobs/mod.ts";
import { ENDS_WELL, quiet, type Scenario, testCells, type Trouble } from "./cells.ts";
import { clientThat } from "./clients.ts";

type Call = (client: Client, functionName: string) => Trouble;

const HANDLE = "H:fake:1";
const RESULT = new TextEncoder().encode("result");

const CALLS: Record<string, Call> = {
  "task.value()": (client, functionName) => {
    const task = client.submit(functionName, "workload");
    return { end: task.value(), outcome: () => task.outcome };
  },
  "client.submitAll()": (client, functionName) => {
    const batch = client.submitAll([{ functionName, workload: "workload" }]);
    return { end: batch.all(), outcome: () => batch.tasks[0].outcome };
  },
  "task.result()": (client, functionName) => {
    const task = client.submit(functionName, "workload");
    return { end: task.result(), outcome: () => task.outcome, value: RESULT };
  },
  "client.background()": (client, functionName) => ({
    end: client.background(functionName, "workload").then(({ handle }) => handle),
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
const unwritable: Side = { encode: fail, decode: () => "" };
const unreadable: Side = { encode: (text: string) => text, decode: fail };

function having(sides: { input?: Side; output?: Side }, functionName = "f"): Scenario<Call> {
  return async (stage, call) => {
    const { address, dial } = stage.t.use(
      await fakeServer([async (peer) => {
        await peer.next();
        await peer.send("JOB_CREATED", HANDLE);
        await peer.send("WORK_COMPLETE", HANDLE, RESULT);
      }]),
    );
    const { input = codec.text(), output = codec.text() } = sides;
    // Only at run time are the jobs others than the client's type says.
    const jobs = defineJobs({ f: { input, output } }) as unknown as ClientOptions["jobs"];
    const client = clientThat(stage, dial, { servers: address, jobs });
    const trouble = call(client, functionName);
    await quiet();
    return trouble;
  };
}

testCells("Typed jobs", CALLS, {
  "an input that does not fit": having({ input: refused }),
  "an input that does not fit, found later": having({ input: refusedLater }),
  "an input's validator that fails": having({ input: failing }),
  "an input's validator that fails later": having({ input: failingLater }),
  "an input that cannot be written": having({ input: unwritable }),
  "an output that does not fit": having({ output: refused }),
  "an output that does not fit, found later": having({ output: refusedLater }),
  "an output's validator that fails": having({ output: failing }),
  "an output's validator that fails later": having({ output: failingLater }),
  "an output that cannot be read": having({ output: unreadable }),
  "misuse": having({}, "g"),
}, {
  "it gives the bytes, as they are": ENDS_WELL,
  "nobody hears of its result": ENDS_WELL,
});
