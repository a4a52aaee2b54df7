/**
 * Other people's clients and workers against a job server in this very process: perl's, PHP's and
 * the stock tools, on every runtime that can listen.
 */
import { Client, JobServer, type TcpAddress, Worker } from "../../mod.ts";
import { FATE_FUNCTION } from "../../src/protocol/mod.ts";
import {
  assertEquals,
  assertMatch,
  assertStringIncludes,
  codecUnderTest,
  gearman,
  missing,
  runProgram,
  startPhp,
  startProgram,
  test,
  type TestContext,
  type TestOptions,
} from "../_harness/mod.ts";

export const notOnWorkerd = "listens on a port";

function needs(...programs: Parameters<typeof missing>): TestOptions {
  return { skip: missing(...programs), on: ["deno", "bun", "node"], timeout: 180_000 };
}

/** A server in this process, and our client and worker of it. */
async function host(t: TestContext) {
  const server = t.use(await JobServer.listen({ results: { ttl: 60_000 } }));
  const address = server.address as TcpAddress;
  const client = t.use(new Client({ servers: address, codec: codecUnderTest }));
  const worker = new Worker({ servers: address, codec: codecUnderTest });
  t.use({ close: () => worker.close() });
  return { server, address, client, worker, args: [address.host, `${address.port}`] };
}

test(
  "Gearman::Worker of perl serves our client and its own through a JobServer in this process",
  needs("perl"),
  async (t) => {
    const { client, worker, args } = await host(t);
    const perl = t.use(
      await startProgram({ run: "perl", args: ["test/interop/perl/worker.pl", ...args] }),
    );
    assertEquals(await perl.line(), "ready");
    assertEquals(await client.submit("reverse", "Hello!").text(), "!olleH");
    const task = client.submit("steps");
    const steps: string[] = [];
    for await (const event of task) {
      if (event.type === "status") steps.push(`${event.numerator}/${event.denominator}`);
    }
    assertEquals([...steps, await task.text()], ["1/3", "2/3", "3/3", "done"]);
    const noted = new Promise<string>((resolve) => {
      worker.add("note", (job) => resolve(`${job.unique} ${job.text()}`)).start();
    });
    const { code, stdout, stderr } = await runProgram({
      run: "perl",
      args: ["test/interop/perl/client.pl", ...args],
    });
    assertEquals([code, stderr], [0, ""]);
    const lines = stdout.split("\n");
    assertEquals(lines.slice(0, 4), [
      "do_task !olleH",
      "large 300000",
      "set 1/3 2/3 3/3 done eerht eno failed owt",
      "background yes",
    ]);
    assertEquals(await noted, "perl-unique from perl");
  },
);

test(
  "PHP's extension serves our client through a JobServer in this process",
  needs("php"),
  async (t) => {
    const { client, args } = await host(t);
    t.use(await startPhp("test/interop/php/worker.php", args));
    assertEquals(await client.submit("reverse", "Hello!").text(), "!olleH");
    const task = client.submit("stream");
    const parts: string[] = [];
    for await (const event of task) {
      if (event.type === "data") parts.push(new TextDecoder().decode(event.data));
    }
    assertEquals(parts.join(""), "part 1 part 2 part 3 ");
  },
);

test(
  "gearman(1) and gearadmin(1) work with a JobServer in this process",
  needs("gearman", "gearadmin"),
  async (t) => {
    const { server, address, client, worker, args: [name, port] } = await host(t);
    worker.add("reverse", (job) => job.text().split("").reverse().join("")).start();
    const { stdout } = await gearman({ address }, ["-f", "reverse"], "Hello!");
    assertEquals(stdout, "!olleH");
    t.use(
      await startProgram({
        run: "gearman",
        args: ["-h", name, "-p", port, "-w", "-f", "upper", "--", "tr", "a-z", "A-Z"],
      }),
    );
    const ended = new Promise<void>((resolve) => {
      server.addEventListener("ended", () => resolve(), { once: true });
    });
    const { handle } = await client.background("upper", "quietly");
    await ended;
    // What became of a job, asked by a client that knows nothing of such questions.
    const asked = await gearman({ address }, ["-f", FATE_FUNCTION, `handle ${handle}`]);
    assertEquals(asked.stdout.replace(/ \d+\n/, " AT\n"), "complete AT\nQUIETLY");
    const ask = async (...flags: string[]) => {
      return (await runProgram({ run: "gearadmin", args: ["-h", name, "-p", port, ...flags] }))
        .stdout;
    };
    assertStringIncludes(await ask("--status"), "upper\t0\t0\t1\n");
    assertStringIncludes(await ask("--workers"), " : reverse\n");
    assertStringIncludes(await ask("--create-function", "made"), "OK");
    assertStringIncludes(await ask("--drop-function", "made"), "OK");
    await client.background("never", "x", { unique: "shown" });
    assertStringIncludes(await ask("--show-unique-jobs"), "shown");
    assertStringIncludes(await ask("--show-jobs"), "H:geartrain:");
    assertStringIncludes(await ask("--priority-status"), "never\t0\t1\t0\t0");
    assertMatch(await ask("--getpid"), /^[1-9]\d*\n$/);
  },
);

test(
  "gearman(1) and gearadmin(1) are told what a JobServer in this process does not let them do",
  needs("gearman", "gearadmin"),
  async (t) => {
    const authorize = [{ submit: "mine", work: "mine", administer: "read" }] as const;
    const server = t.use(await JobServer.listen({ authorize, warn: () => {} }));
    const { host, port } = server.address as TcpAddress;
    const at = ["-h", host, "-p", `${port}`];
    const worker = t.use(
      await startProgram({
        run: "gearman",
        args: [...at, "-w", "-f", "other", "-f", "mine", "--", "tr", "a-z", "A-Z"],
      }),
    );
    const refused = await worker.errorLine();
    assertStringIncludes(refused ?? "", "GEARMAN_UNEXPECTED_PACKET");
    // The function that it may offer goes on.
    const done = await gearman(server as { address: TcpAddress }, ["-f", "mine"], "x");
    assertEquals(done.stdout, "X");
    const denied = await gearman(server as { address: TcpAddress }, ["-f", "other"], "x");
    assertEquals(denied.stdout, "");
    assertStringIncludes(
      denied.stderr,
      'ACCESS_DENIED:This connection may not submit jobs of "other"',
    );
    const drop = await runProgram({ run: "gearadmin", args: [...at, "--drop-function", "mine"] });
    assertStringIncludes(drop.stderr + drop.stdout, "ACCESS_DENIED");
    const status = await runProgram({ run: "gearadmin", args: [...at, "--status"] });
    assertEquals(status.stdout, "mine\t0\t0\t1\n.\n");
  },
);
