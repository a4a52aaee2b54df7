/** The exit codes: each that docs/cli.md tells of is brought about. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { JobServer, type TcpAddress, Worker } from "../../mod.ts";
import { Exit } from "../../src/cli/exits.ts";
import { run } from "../../src/cli/run.ts";
import { assertEquals, test, type TestContext } from "../_harness/mod.ts";
import { fixture, host } from "../_harness/host.ts";
import { FakeTerminal, ran } from "./fake_terminal.ts";
import { everyWorker } from "./job_servers.ts";

export const notOnWorkerd = "the command line listens on a port";

/** A server with a worker for everything but `nobody` and `held`, whose jobs are never done. */
interface Place {
  readonly server: JobServer;
  /** The flags that say where it is. */
  readonly at: readonly string[];
  /** Runs a command on it. */
  on(name: string, ...args: string[]): Promise<number>;
  /** The same, with something done once the job of `held` runs. */
  during(then: (terminal: FakeTerminal) => unknown): Promise<number>;
}

async function placeOf(t: TestContext): Promise<Place> {
  const server = t.use(await JobServer.listen({ results: { ttl: 60_000 } }));
  const { host, port } = server.address as TcpAddress;
  const at = ["-s", `${host}:${port}`];
  everyWorker(t, server.address);
  const on = async (name: string, ...args: string[]) => (await ran([name, ...at, ...args])).code;
  const during = async (then: (terminal: FakeTerminal) => unknown) => {
    const worker = new Worker({ servers: server.address }).add("held");
    t.use({ close: () => worker.close() });
    const terminal = new FakeTerminal();
    const code = run(["submit", ...at, "held", "w"], terminal);
    await worker.take();
    await then(terminal);
    return await code;
  };
  return { server, at, on, during };
}

/** The code of a program whose reader leaves: it writes more than a pipe takes. */
async function leftByItsReader({ at }: Place): Promise<number> {
  const [program, args] = fixture("test/cli/geartrain_fixture.ts");
  const script = '{ "$0" "$@"; echo $? >&2; } | true';
  const words = ["submit", ...at, "reverse", "--file", "docs/failures.md"];
  const child = spawn("sh", ["-c", script, program, ...args, ...words], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stderr!.setEncoding("utf8").on("data", (piece: string) => text += piece);
  await new Promise((resolve) => child.on("close", resolve));
  return Number(text);
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield await Promise.reject(new Error("gone"));
}

/** How each code comes about. */
const WAYS: Readonly<Record<number, (place: Place) => Promise<number>>> = {
  0: ({ on }) => on("submit", "reverse", "w"),
  1: async () => (await ran(["submit", "reverse"], { input: broken() })).code,
  2: ({ on }) => on("submit"),
  10: ({ on }) => on("submit", "fail", "w"),
  11: ({ on }) => on("submit", "boom", "w"),
  12: ({ server, during }) => during(() => server.close()),
  20: async () => (await ran(["status", "-s", `127.0.0.1:${await host.freePort()}`])).code,
  21: async ({ on }) => {
    await on("maxqueue", "nobody", "1", "--create");
    await on("background", "nobody", "w");
    return await on("background", "nobody", "w");
  },
  22: ({ on }) => on("submit", "nobody", "w", "--timeout=10ms"),
  23: ({ on }) => on("status", "--job=H:nobody:99"),
  24: async ({ on }) => {
    await on("background", "nobody", "w", "--unique=u");
    return await on("fate", "--unique=u");
  },
  130: ({ during }) => during((terminal) => terminal.end("SIGINT")),
  141: leftByItsReader,
  143: ({ during }) => during((terminal) => terminal.end("SIGTERM")),
};

for (const [code, way] of Object.entries(WAYS)) {
  test(`geartrain ends with ${code} where it should`, async (t) => {
    assertEquals(await way(await placeOf(t)), Number(code));
  });
}

test("docs/cli.md tells of every exit code", () => {
  const document = readFileSync("docs/cli.md", "utf8");
  const [, table] = /^\| exit code \|([^]*?)\n\n/m.exec(document)!;
  const told = [...table.matchAll(/^\| (\d[\d, ]*)\|/gm)].flatMap(([, codes]) => codes.split(","));
  assertEquals(told.map(Number), Object.keys(WAYS).map(Number));
  assertEquals(Object.values(Exit).filter((code) => WAYS[code] === undefined), []);
});
