/** What the harness promises about other programs. */
import {
  assert,
  assertEquals,
  assertMatch,
  gearman,
  missing,
  runProgram,
  startGearmand,
  startProgram,
  test,
} from "../_harness/mod.ts";

const ECHO = "test/harness/echo_fixture.ts";

test("startProgram() runs our own files, line by line", async (t) => {
  const program = t.use(await startProgram({ run: ECHO, args: ["one", "two"] }));
  assertEquals(await program.line(), "one two");
  await program.write("three\n");
  assertEquals(await program.line(), "three");
  await program.end();
  assertEquals(await program.line(), undefined);
  const { code, signal, stdout } = await program.exit();
  assertEquals({ code, signal, stdout }, { code: 0, signal: null, stdout: "one two\nthree\n" });
});

test("startProgram() gives a program that can be killed", async (t) => {
  const program = t.use(await startProgram({ run: ECHO }));
  await program.line();
  assert(program.pid > 0);
  await program.kill("SIGKILL");
  assertEquals((await program.exit()).signal, "SIGKILL");
});

test("startProgram() gives a program that can be stopped, continued and killed", async (t) => {
  const program = t.use(await startProgram({ run: ECHO }));
  await program.line();
  await program.kill("SIGSTOP");
  await program.write("on\n");
  await program.kill("SIGCONT");
  assertEquals(await program.line(), "on");
  await program.kill("SIGSTOP");
  await program.kill("SIGKILL");
  assertEquals((await program.exit()).signal, "SIGKILL");
});

test("runProgram() hands over input and exit code", async () => {
  const { code, stdout } = await runProgram({ run: ECHO, env: { ECHO_CODE: "3" } }, "input\n");
  assertEquals({ code, stdout }, { code: 3, stdout: "\ninput\n" });
});

test(
  "startGearmand() starts a server that answers",
  { skip: missing("gearmand", "gearadmin") },
  async (t) => {
    const server = t.use(await startGearmand());
    const { code, stdout } = await runProgram({
      run: "gearadmin",
      args: ["-h", server.address.host, "-p", String(server.address.port), "--server-version"],
    });
    assertEquals(code, 0);
    assertMatch(stdout, /1\.\d+\.\d+/);
  },
);

test("gearman() submits to a server", { skip: missing("gearmand", "gearman") }, async (t) => {
  const server = t.use(await startGearmand());
  const { code, stdout } = await gearman(server, ["-b", "-f", "reverse", "workload"]);
  assertEquals({ code, stdout }, { code: 0, stdout: "" });
});
