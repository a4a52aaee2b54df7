/** The face opposite PHP's extension itself: priorities, and 8 MiB both ways. */
import {
  assertEquals,
  assertSameBytes,
  missing,
  pattern,
  startPhp,
  test,
} from "../_harness/mod.ts";
import { SERVERS } from "../_harness/job_server.ts";
import * as g from "../../src/compat/php/mod.ts";

/** What runs first, of two jobs of each priority that were there before a worker came. */
const IN_ORDER = ["high 1", "high 2", "normal 1", "normal 2", "low 1", "low 2"];

const MEBIBYTES_8 = 8 * 1024 * 1024;

for (const { name: where, skip, start } of SERVERS) {
  // PHP takes seconds for 8 MiB: on workerd, whose ends are those of the others, it is left out.
  const options = {
    skip: skip || missing("php"),
    on: ["deno", "bun", "node"],
    timeout: 180_000,
  } as const;

  test(
    `PHP's jobs come to our worker by priority, and 8 MiB with them, at ${where}`,
    options,
    async (t) => {
      const server = t.use(await start());
      const { host, port } = server.address;
      const php = t.use(await startPhp("test/interop/php/face_client.php", [host, String(port)]));
      for (let n = 0; n < IN_ORDER.length; n++) assertEquals(await php.line(), "created");
      const worker = t.use(new g.GearmanWorker({ strings: "bytes" }));
      await worker.addServer(host, port);
      worker.addFunction("order", (job) => job.workload());
      worker.addFunction("large", (job) => job.workload());
      for (let n = 0; n < IN_ORDER.length + 1; n++) assertEquals(await worker.work(), true);
      assertEquals(JSON.parse(await php.line() ?? ""), IN_ORDER);
      assertEquals(JSON.parse(await php.line() ?? ""), [MEBIBYTES_8, true, g.GEARMAN_SUCCESS]);
      const { code, stderr } = await php.exit();
      assertEquals([code, stderr], [0, ""]);
    },
  );

  test(
    `our jobs come to a PHP worker by priority, and 8 MiB with them, at ${where}`,
    options,
    async (t) => {
      const server = t.use(await start());
      const { host, port } = server.address;
      const client = t.use(new g.GearmanClient());
      await client.addServer(host, port);
      let created = 0;
      client.setCreatedCallback(async () => {
        if (++created < IN_ORDER.length) return;
        t.use(await startPhp("test/interop/php/worker.php", [host, String(port)]));
      });
      const order: unknown[] = [];
      client.setCompleteCallback((task) => void order.push(task.data()));
      for (const n of [2, 1]) {
        client.addTaskHigh("echo", `high ${n}`);
        client.addTask("echo", `normal ${n}`);
        client.addTaskLow("echo", `low ${n}`);
      }
      assertEquals([await client.runTasks(), client.returnCode()], [true, g.GEARMAN_SUCCESS]);
      assertEquals(order, IN_ORDER);

      const bytesClient = t.use(new g.GearmanClient({ strings: "bytes" }));
      await bytesClient.addServer(host, port);
      const large = pattern(MEBIBYTES_8);
      const result = await bytesClient.doNormal("echo", large);
      assertEquals(bytesClient.returnCode(), g.GEARMAN_SUCCESS);
      assertSameBytes(result, large);
    },
  );
}
