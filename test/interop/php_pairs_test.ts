/**
 * The same calls in PHP and in TypeScript, against the same server: both programs print the same
 * lines. See docs/compat-php.md for where the face differs on purpose: what is there is not here.
 */
import {
  assert,
  assertEquals,
  missing,
  type OpenServer,
  type Program,
  startPhp,
  startProgram,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { SERVERS } from "../_harness/job_server.ts";
import { JobException, JobFailed } from "../../src/errors.ts";
import { publicEnds } from "../e2e/public_ends.ts";

const FOLDER = "test/interop/php";

/** Starts one half of a pair. */
function half(of: "client" | "worker", language: "php" | "ts", args: string[]): Promise<Program> {
  return language === "php"
    ? startPhp(`${FOLDER}/pair_${of}.php`, args)
    : startProgram({ run: `${FOLDER}/pair_${of}_fixture.ts`, args });
}

/** What the worker's callback is asked to do, in this order. */
const JOBS = [
  ...["text", "int", "zero", "float", "true", "false", "null", "array", "events", "complete"],
  ...["fail", "exception", "bad set"],
  // Success, shutdown, pause, a worker's error, failure, exception, timeout, I/O wait.
  ...[0, 2, 38, 19, 24, 23, 47, 1].map((code) => `set ${code}`),
  "stop",
];

/** Waits until a worker has made its calls that no job may come into. */
async function untilReady(worker: Program): Promise<void> {
  for (;;) {
    const line = await worker.line();
    if (line === undefined) throw new Error((await worker.exit()).stderr);
    if (line.startsWith("ready")) return;
  }
}

/** How each of those ends, as a client sees it. */
async function endings(t: TestContext, server: OpenServer): Promise<string[]> {
  const client = publicEnds(t, server.address).client();
  const ends: string[] = [];
  for (const what of JOBS) {
    const task = client.submit("ret", what, { unique: `ret ${what}` });
    const events: string[] = [];
    try {
      for await (const event of task) {
        events.push(
          event.type === "status"
            ? `${event.numerator}/${event.denominator}`
            : `${event.type} ${new TextDecoder().decode(event.data)}`,
        );
      }
      ends.push(`${what}: ${events.join(", ")} complete "${await task.text()}"`);
    } catch (error) {
      if (error instanceof JobFailed) ends.push(`${what}: fail`);
      else if (error instanceof JobException) {
        ends.push(`${what}: exception "${new TextDecoder().decode(error.data)}"`);
      } else throw error;
    }
  }
  return ends;
}

for (const { name: where, skip: isOut, start } of SERVERS) {
  const skip = isOut || missing("php");
  const options = { skip, on: ["deno", "bun", "node"], timeout: 180_000 } as const;

  test(
    `a client in PHP and one in TypeScript print the same lines at ${where}`,
    options,
    async (t) => {
      const printed: string[][] = [];
      for (const language of ["php", "ts"] as const) {
        const server = t.use(await start());
        const args = [server.address.host, String(server.address.port)];
        t.use(await startPhp(`${FOLDER}/pair_server_side.php`, args));
        const client = t.use(await half("client", language, args));
        const { code, stdout, stderr } = await client.exit();
        assertEquals([language, code, stderr], [language, 0, ""]);
        printed.push(stdout.trimEnd().split("\n"));
      }
      assertEquals(printed[1], printed[0]);
      assertEquals(printed[0].at(-1), "done []");
      assert(printed[0].length > 100);
    },
  );

  test(
    `a worker in PHP and one in TypeScript print the same lines at ${where}`,
    options,
    async (t) => {
      const printed: string[][] = [];
      for (const language of ["php", "ts"] as const) {
        const server = t.use(await start());
        const args = [server.address.host, String(server.address.port)];
        const worker = t.use(await half("worker", language, args));
        await untilReady(worker);
        const ends = await endings(t, server);
        const { code, stdout, stderr } = await worker.exit();
        assertEquals([language, code, stderr], [language, 0, ""]);
        printed.push([...stdout.trimEnd().split("\n"), ...ends]);
      }
      assertEquals(printed[1], printed[0]);
      assert(printed[0].includes("done []"));
      assert(printed[0].length > 80);
    },
  );

  test(
    `a PHP client prints the same lines whoever works for it, PHP or we, at ${where}`,
    options,
    async (t) => {
      const printed: string[][] = [];
      for (const side of ["php", "ts"] as const) {
        const server = t.use(await start());
        const args = [server.address.host, String(server.address.port)];
        const path = `${FOLDER}/pair_server_side`;
        t.use(
          side === "php"
            ? await startPhp(`${path}.php`, args)
            : await startProgram({ run: `${path}_fixture.ts`, args }),
        );
        const { code, stdout, stderr } = await t.use(await half("client", "php", args)).exit();
        assertEquals([side, code, stderr], [side, 0, ""]);
        printed.push(stdout.trimEnd().split("\n"));
      }
      assertEquals(printed[1], printed[0]);
    },
  );
}
