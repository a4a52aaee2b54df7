/** PHP with Net_Gearman's rules opposite our face: its client for our worker, its worker for our client. */
import {
  assertEquals,
  assertRejects,
  missing,
  startPhp,
  test,
  type TestOptions,
} from "../../_harness/mod.ts";
import {
  Net_Gearman_Exception,
  Net_Gearman_Job_Exception,
  Net_Gearman_Set,
  Net_Gearman_Task,
} from "../../../src/compat/net_gearman/mod.ts";
import { phpJson } from "../../../src/compat/net_gearman/json.ts";
import { clientOf, SERVERS, workOn } from "../../compat/net_gearman/ends.ts";
import { Happening } from "../../compat/net_gearman/scripts.ts";

export const notOnWorkerd = "servers are started in this process";

const { TASK_COMPLETE, TASK_DATA, TASK_FAIL, TASK_STATUS, TASK_WARNING } = Net_Gearman_Task;

/** Arguments that both languages have to name alike. */
const NAMED = [
  { id: 7, sizes: [1, 2.5, "x"] },
  { größe: "a/b", 5: [true, false, null], deep: { er: [{}] } },
  [9007199254740993n, -0.25, 1e100, ""],
  "plain",
  123,
  1.5,
];

for (const { where, options, start } of SERVERS) {
  const skip: TestOptions = { ...options, skip: options.skip || missing("php") };

  test(`a PHP client with Net_Gearman's rules uses our worker ${where}`, skip, async (t) => {
    const place = await start(t);
    const noted: unknown[] = [];
    const worker = workOn(t, place, {
      tell: (argument: unknown) => ({ got: argument }),
      list: () => [1, 2],
      scalar: () => "text",
      nothing: () => {},
      fails() {
        throw new Net_Gearman_Job_Exception("no");
      },
      breaks() {
        throw new RangeError("out of cheese");
      },
      note: (argument: unknown) => noted.push(argument),
    });
    worker.addAbility("homeless");
    const done = new Promise<void>((resolve) =>
      worker.attachCallback((_handle, job) => {
        if (job === "note") resolve();
      })
    );
    const { host, port } = place;
    const php = t.use(await startPhp("test/interop/net_gearman/client.php", [host, `${port}`]));
    const { code, stdout, stderr } = await php.exit();
    assertEquals([code, stderr], [0, ""]);
    const received = [
      { a: 1 },
      [1, 2],
      "plain",
      123,
      123,
      1,
      "null",
      1.5,
      'größe/"',
      { n: [null, 1.25] },
    ];
    assertEquals(JSON.parse(stdout), [
      ...received.map((argument) => ({ got: argument })),
      [1, 2],
      { result: "text" },
      { result: null },
      "failed",
      "failed",
      "failed",
    ]);
    await done;
    assertEquals(noted, [{ userid: 5555, tags: ["a/b", "ü"] }]);
  });

  test(`our client uses a PHP worker with Net_Gearman's rules ${where}`, skip, async (t) => {
    const place = await start(t);
    const { host, port } = place;
    t.use(await startPhp("test/interop/net_gearman/worker.php", [host, `${port}`]));
    const client = clientOf(t, place);
    const run = async (func: string, arg: unknown) => {
      const told: unknown[] = [];
      const decoder = new TextDecoder();
      const task = new Net_Gearman_Task(func, arg);
      task.attachCallback((_func, _handle, result) => told.push(result), TASK_COMPLETE);
      task.attachCallback((failed) => told.push("failed", failed.exception), TASK_FAIL);
      task.attachCallback((_func, _handle, n, d) => told.push(`${n}/${d}`), TASK_STATUS);
      task.attachCallback((_f, _h, data) => told.push(`data ${decoder.decode(data)}`), TASK_DATA);
      task.attachCallback(
        (_f, _h, data) => told.push(`warning ${decoder.decode(data)}`),
        TASK_WARNING,
      );
      await client.runSet(new Net_Gearman_Set([task]));
      return told;
    };
    const tell = async (arg: unknown) => (await run("tell", arg))[1];
    assertEquals(await tell({ a: 1, b: ["x/y", "ü"] }), {
      type: "array",
      got: { a: 1, b: ["x/y", "ü"] },
    });
    assertEquals(await tell("plain"), { type: "string", got: "plain" });
    assertEquals(await tell("a\0b"), { type: "string", got: "a\0b" });
    assertEquals(await tell(123), { type: "int", got: 123 });
    assertEquals(await tell(true), { type: "int", got: 1 });
    assertEquals(await tell(false), { type: "array", got: [] });
    assertEquals(await tell(null), { type: "string", got: "null" });
    assertEquals(await tell(1.5), { type: "float", got: 1.5 });
    assertEquals(await run("scalar", "x"), ["1/2", { result: "text" }]);
    assertEquals(await run("nothing", "x"), ["1/2", { result: null }]);
    assertEquals(await run("plain", "x"), [null]);
    assertEquals(await run("fails", "x"), ["failed", ""]);
    // 11.1: what Net_Gearman's own client takes for garbage.
    assertEquals(await run("throws", "x"), ["failed", "out of cheese"]);
    assertEquals(await run("chunks", "x"), [
      'data {"joined":',
      "warning careful",
      { joined: true },
    ]);
    // 10.12: PHP has whole numbers of 64 bits.
    const large = { id: 9007199254740993n, least: -9223372036854775808n };
    assertEquals(await tell(large), { type: "array", got: large });
    assertEquals(await tell(9007199254740993n), { type: "int", got: 9007199254740993n });
    // 3.4: what PHP makes of the argument that it was sent, and what we made of it.
    for (const arg of NAMED) {
      const { uniq } = new Net_Gearman_Task("unique", arg);
      assertEquals(await run("unique", arg), ["1/2", [uniq, uniq]]);
    }
    await assertRejects(
      () => client.__call("fails", ["x", Net_Gearman_Task.JOB_NORMAL]),
      Net_Gearman_Exception,
    );
  });

  test(`3.4 equal tasks of PHP and of ours share one run ${where}`, skip, async (t) => {
    const place = await start(t);
    const [begun, release] = [new Happening(), new Happening()];
    t.use({ close: release.now });
    let runs = 0;
    workOn(t, place, {
      async shared(argument: unknown) {
        runs++;
        this.status(1, 2);
        await release.times(1);
        return { runs, argument };
      },
    });
    const arg = { id: 9007199254740993n, sizes: [1, 2.5, "größe"] };
    const task = new Net_Gearman_Task("shared", arg);
    task.attachCallback(begun.now, TASK_STATUS);
    const ours = clientOf(t, place).runSet(new Net_Gearman_Set([task]));
    await begun.times(1);
    const { host, port } = place;
    const php = t.use(
      await startPhp("test/interop/net_gearman/shared.php", [
        host,
        `${port}`,
        "shared",
        '{"id":9007199254740993,"sizes":[1,2.5,"größe"]}',
      ]),
    );
    assertEquals(await php.line(), task.handle);
    release.now();
    await ours;
    assertEquals(task.result, { runs: 1, argument: arg });
    assertEquals(await php.line(), phpJson(task.result));
    assertEquals(runs, 1);
  });
}
