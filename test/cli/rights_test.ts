/** What rules let the commands do: docs/cli.md has them, each with its commands. */
import { readFileSync } from "node:fs";
import { type AccessRule, accessRules, JobServer, type TcpAddress } from "../../mod.ts";
import { Exit } from "../../src/cli/exits.ts";
import { run } from "../../src/cli/run.ts";
import { assertEquals, test, type TestContext } from "../_harness/mod.ts";
import { FakeTerminal } from "./fake_terminal.ts";

export const notOnWorkerd = "the command line listens on a port";

/** A command line for each command. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  "ping": ["ping"],
  "wait-ready": ["wait-ready"],
  "status --job": ["status", "--job=H:a:1"],
  "submit": ["submit", "resize", "w"],
  "background": ["background", "resize", "w"],
  "fate": ["fate", "H:a:1"],
  "work": ["work", "resize", "--", "cat"],
  "bench": ["bench", "--jobs=1", "--scenario=foreground"],
  "status": ["status"],
  "workers": ["workers"],
  "jobs": ["jobs"],
  "top": ["top", "--count=1"],
  "wait-ready --function": ["wait-ready", "--function=resize"],
  "cancel": ["cancel", "H:a:1"],
  "maxqueue": ["maxqueue", "resize", "1", "--create"],
};

/** Runs a command on a server with one rule. */
async function under(t: TestContext, rule: AccessRule, line: readonly string[]): Promise<number> {
  const [name, ...args] = line;
  const terminal = new FakeTerminal();
  const may = accessRules([rule]);
  const server = t.use(
    await JobServer.listen({
      authorize: (peer, action) => {
        const isAllowed = may(peer, action);
        // One that may work would do so for ever.
        if (isAllowed && name === "work" && action.type === "work") terminal.end("SIGTERM");
        return isAllowed;
      },
      results: { ttl: 60_000 },
      warn: () => {},
    }),
  );
  const { host, port } = server.address as TcpAddress;
  return await run([name, "-s", `${host}:${port}`, ...args], terminal);
}

const document = readFileSync("docs/cli.md", "utf8");
const [, table] = /^\| commands +\| rule +\|([^]*?)\n\n/m.exec(document)!;
const rows = [...table.matchAll(/^\| (`.*`) +\| `(.*)` +\|$/gm)];
const named = rows.flatMap(([, commands, rule]) =>
  [...commands.matchAll(/`([^`]+)`/g)].map(([, command]) => ({ command, rule }))
);

for (const { command, rule } of named) {
  const line = LINES[command];
  test(`geartrain ${command} may do what ${rule} says, and no less will do`, async (t) => {
    // Nobody does the job that may be submitted, nor comes to do it.
    const waits = ["submit", "wait-ready --function"].includes(command);
    const time = waits ? ["--timeout=1ms"] : [];
    const code = await under(t, JSON.parse(rule), [...line, ...time]);
    assertEquals([Exit.OK, Exit.TIMEOUT, Exit.UNKNOWN].includes(code as 0), true, `${code}`);
    if (rule !== "{}") assertEquals(await under(t, {}, line), Exit.REFUSED);
  });
}

test("docs/cli.md has a rule for every command", () => {
  assertEquals(named.map(({ command }) => command).sort(), Object.keys(LINES).sort());
});
