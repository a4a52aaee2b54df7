/** Job classes: section 5, as far as no worker has a part in it. */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
  test,
} from "../../_harness/mod.ts";
import {
  define,
  type JobConnection,
  Net_Gearman_Client,
  Net_Gearman_Connection,
  Net_Gearman_Exception,
  Net_Gearman_Job,
  NET_GEARMAN_JOB_CLASS_PREFIX,
  Net_Gearman_Job_Common,
  Net_Gearman_Job_Exception,
  NET_GEARMAN_JOB_PATH,
  Net_Gearman_Manager,
  Net_Gearman_Worker,
  type PacketParams,
} from "../../../src/compat/net_gearman/mod.ts";
import { global, JOB_FILES } from "./job_classes.ts";

export const notOnWorkerd = "job files are read";

/** A connection that keeps what is sent. */
class Recorder implements JobConnection {
  readonly sent: [command: string, params: PacketParams | undefined][] = [];

  send(command: string, params?: PacketParams): void {
    this.sent.push([command, params]);
  }
}

/** Sets the constants for one test. */
async function withConstants(
  path: string,
  prefix: string,
  act: () => Promise<void>,
): Promise<void> {
  const before = [NET_GEARMAN_JOB_PATH, NET_GEARMAN_JOB_CLASS_PREFIX];
  define("NET_GEARMAN_JOB_PATH", path);
  define("NET_GEARMAN_JOB_CLASS_PREFIX", prefix);
  try {
    await act();
  } finally {
    define("NET_GEARMAN_JOB_PATH", before[0]);
    define("NET_GEARMAN_JOB_CLASS_PREFIX", before[1]);
  }
}

/** The message of the exception that making a job ends with. */
async function refusal(...args: Parameters<typeof Net_Gearman_Job.factory>): Promise<string> {
  const making = () => Net_Gearman_Job.factory(...args);
  return (await assertRejects(making, Net_Gearman_Job_Exception)).message;
}

test("the two constants have PHP's values, and define() sets them", async () => {
  assertEquals(NET_GEARMAN_JOB_PATH, "Net/Gearman/Job");
  assertEquals(NET_GEARMAN_JOB_CLASS_PREFIX, "Net_Gearman_Job_");
  await withConstants("a,b", "My_", () => {
    assertEquals([NET_GEARMAN_JOB_PATH, NET_GEARMAN_JOB_CLASS_PREFIX], ["a,b", "My_"]);
    return Promise.resolve();
  });
  try {
    define("NET_GEARMAN" as "NET_GEARMAN_JOB_PATH", "x");
  } catch (error) {
    return void assertInstanceOf(error, Net_Gearman_Exception);
  }
  throw new Error("Expected an exception, none was thrown");
});

test("5.1 factory() finds the file in the first folder that has it, and runs it once", async () => {
  await withConstants(`${JOB_FILES}/none, ${JOB_FILES}`, "Net_Gearman_Job_", async () => {
    const conn = new Recorder();
    const one = await Net_Gearman_Job.factory("upper", conn, "H:x:1");
    const other = await Net_Gearman_Job.factory("upper", conn, "H:x:2", { level: 3 });
    assertInstanceOf(one, Net_Gearman_Job_Common);
    assertEquals(one.run("abc"), "ABC");
    assertStrictEquals(one.constructor, other.constructor);
    assert(one !== other);
    assertEquals(global.upperWasRun, 1);
  });
});

test("5.1 a path of its own leads to the file, whatever the function is called", async () => {
  const job = await Net_Gearman_Job.factory("capitals", new Recorder(), "H:x:1", {
    path: `${JOB_FILES}/upper.mjs`,
    class_name: "Net_Gearman_Job_upper",
  });
  assertEquals(job.run("abc"), "ABC");
});

test("5.1 the name of a function is no way out of the folder", async () => {
  await withConstants(JOB_FILES, "Net_Gearman_Job_", async () => {
    // Each would lead to a file that is there, were it not refused.
    const { length } = JOB_FILES.split("/");
    const upAndBack = `${"../".repeat(length)}${JOB_FILES}/upper`;
    for (
      const name of ["../jobs/upper", "./../jobs/upper", upAndBack, "/etc/passwd", "..\\upper"]
    ) {
      assertEquals(await refusal(name, new Recorder(), "H:x:1"), noFile(name));
    }
  });
});

test("5.2 the class is prefix and function, a class_name, the default export, or registered", async () => {
  await withConstants(JOB_FILES, "Other_", async () => {
    const conn = new Recorder();
    assertEquals((await Net_Gearman_Job.factory("lower", conn, "H:x:1")).run("ABC"), "abc");
    class Registered extends Net_Gearman_Job_Common {
      run(): string {
        return "registered";
      }
    }
    Net_Gearman_Job.register(Registered, "Other_registered");
    assertEquals(
      (await Net_Gearman_Job.factory("registered", conn, "H:x:1")).run(""),
      "registered",
    );
    const direct = await Net_Gearman_Job.factory("any", conn, "H:x:1", { class_name: Registered });
    assertEquals(direct.run(""), "registered");
    const named = await Net_Gearman_Job.factory("any", conn, "H:x:1", {
      class_name: "Other_registered",
    });
    assertEquals(named.run(""), "registered");
  });
});

test("5.2 register() takes a class, then its name", () => {
  class Sum extends Told {}
  class Idle {}
  const register = Net_Gearman_Job.register as (...args: unknown[]) => void;
  for (
    const [args, message] of [
      [[], "Expected a job class, got undefined"],
      [["sum"], 'Expected a job class, got "sum"'],
      [["sum", Sum], 'Expected a job class, got "sum": the class comes first, then its name'],
      [[Sum, ""], 'Expected the name of a job class, got ""'],
      [[Sum, Sum], "Expected the name of a job class, got a function"],
      [[Idle], "Expected a method run() of the job class Idle, got undefined"],
      [[() => {}, "f"], "Expected a method run() of the job class f, got undefined"],
    ] as const
  ) assertThrows(() => register(...args), TypeError, message);
});

test("options that nobody would look at are told, and what is none", () => {
  const makes: Record<string, (options: object) => unknown> = {
    Client: (options) => new Net_Gearman_Client("h:1", 1000, options),
    Worker: (options) => new Net_Gearman_Worker("h:1", "", null, options),
    Connection: (options) => new Net_Gearman_Connection(null, 250, options),
    Manager: (options) => new Net_Gearman_Manager(null, 5, options),
  };
  for (const [name, make] of Object.entries(makes)) {
    const of = `of new Net_Gearman_${name}()`;
    assertThrows(() => make({ rule: "raw" }), TypeError, `Unknown option "rule" ${of}`);
    assertThrows(() => make(null as never), TypeError, `Expected options ${of} as an object, got`);
  }
});

function noFile(job: string): string {
  return `Invalid Job class file: <empty>, for function "${job}": Net_Gearman_Job_${job} is not registered`;
}

test("5.3 no file, no class, or another class is a job exception", async () => {
  await withConstants(JOB_FILES, "Net_Gearman_Job_", async () => {
    const conn = new Recorder();
    assertEquals(await refusal("missing", conn, "H:x:1"), noFile("missing"));
    const path = `${JOB_FILES}/missing.mjs`;
    assertEquals(
      await refusal("missing", conn, "H:x:1", { path }),
      `Invalid Job class file: ${path}`,
    );
    assertEquals(
      await refusal("other", conn, "H:x:1"),
      `Invalid Job class: Net_Gearman_Job_other in ${JOB_FILES}/other.mjs`,
    );
    assertEquals(
      await refusal("other", conn, "H:x:1", { class_name: "NoJob" }),
      "Job is of invalid type: NoJob",
    );
    const broken = () => Net_Gearman_Job.factory("broken", conn, "H:x:1");
    const error = await assertRejects(broken, Net_Gearman_Job_Exception);
    assertInstanceOf(error.cause, Error);
    assertEquals(error.cause.message, "broken on purpose");
  });
});

class Told extends Net_Gearman_Job_Common {
  run(): unknown {
    return [this.conn, this.handle, this.initParams];
  }
}

test("5.4 a job object knows connection, handle and parameters", () => {
  const conn = new Recorder();
  assertEquals(new Told(conn, "H:x:1").run(), [conn, "H:x:1", {}]);
  assertEquals(new Told(conn, "H:x:1", { level: 3 }).run(), [conn, "H:x:1", { level: 3 }]);
});

test("5.6 status(), complete() and fail() are packets of the job, the result in JSON", () => {
  const conn = new Recorder();
  const job = new Told(conn, "H:x:1");
  job.status(1, 2);
  job.complete({ sum: 3 });
  job.complete([]);
  job.fail();
  assertEquals(conn.sent, [
    ["work_status", { handle: "H:x:1", numerator: 1, denominator: 2 }],
    ["work_complete", { handle: "H:x:1", result: '{"sum":3}' }],
    ["work_complete", { handle: "H:x:1", result: "[]" }],
    ["work_fail", { handle: "H:x:1" }],
  ]);
});
