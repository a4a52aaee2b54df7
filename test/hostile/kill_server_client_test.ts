/**
 * A server's process is killed between any two packets that it sends to a client, and inside of
 * each: every call that waits settles with what is true of it, and the client goes on with the
 * server that takes its place. That no rejection is left unhandled is what each runner sees to.
 *
 * @module
 */
import { assertEquals, codecUnderTest, test, type TestContext } from "../_harness/mod.ts";
import { openJobServer } from "../_harness/job_server.ts";
import { publicEnds } from "../e2e/public_ends.ts";
import { Admin } from "../../mod.ts";
import type { Client } from "../../src/client/mod.ts";
import { endOf, type Ends, makeCalls } from "./calls.ts";
import { Fixture } from "./processes.ts";

const UNANSWERED = "LinkError CLOSED unacknowledged";
const LOST = "JobLost LOST accepted";

/** What the server answers to the calls of a client, in the order of its sending. */
const ANSWERS: readonly string[] = [
  "JOB_CREATED H:puppet:1",
  "JOB_CREATED H:puppet:2",
  "STATUS_RES H:elsewhere:1 0 0 0 0",
  "ECHO_RES ",
  "WORK_DATA H:puppet:1 part,",
  "WORK_COMPLETE H:puppet:1 whole",
];

/** How the calls end when the server is killed after so many of its answers. */
function endsAfter(answers: number): Ends {
  const answered = (by: number) => answers >= by ? "resolved" : UNANSWERED;
  const end = answers >= 6 ? "resolved" : answers >= 1 ? LOST : UNANSWERED;
  return {
    accepted: answered(1),
    background: answered(2),
    status: answered(3),
    ping: answered(4),
    events: answers >= 5 ? `data, ${end}` : end,
    result: answers >= 6 ? "part,whole" : end,
  };
}

/** A server takes the place of the one that was killed, and the same client uses it. */
async function serveAgain(t: TestContext, client: Client, port: number): Promise<void> {
  const { address } = t.use(await openJobServer(port));
  publicEnds(t, address).worker().add("next", (job) => job.workload).start();
  assertEquals(await client.submit("next", "served").text(), "served");
}

function testKill(moment: string, answers: number, half: boolean): void {
  const title = `a server killed ${moment} leaves no call of its client waiting`;
  test(title, async (t) => {
    const { puppet, port } = await Fixture.listen();
    t.use(puppet);
    const servers = { host: "127.0.0.1", port };
    const client = publicEnds(t, servers).client({ exceptions: false });
    const calls = makeCalls(client);
    for (const name of ["SUBMIT_JOB", "SUBMIT_JOB_BG", "GET_STATUS", "ECHO_REQ"]) {
      await puppet.until(name);
    }
    for (const answer of ANSWERS.slice(0, answers)) await puppet.send(answer);
    if (half) await puppet.send(`half ${ANSWERS[answers]}`);
    await puppet.kill();
    assertEquals(await calls.ends, endsAfter(answers));
    await serveAgain(t, client, port);
  });
}

testKill("with every call read and none answered", 0, false);
ANSWERS.forEach((answer, i) => {
  const name = `its ${answer.split(" ", 1)} (packet ${i + 1})`;
  testKill(`with half of ${name} sent`, i, true);
  testKill(`with ${name} sent`, i + 1, false);
});

test("a server killed before the dial leaves every call of its client unsent", async (t) => {
  const { puppet, port } = await Fixture.listen();
  await puppet.kill();
  const servers = { host: "127.0.0.1", port };
  const client = publicEnds(t, servers).client({ exceptions: false });
  const { ends } = makeCalls(client);
  for (const [call, end] of Object.entries(await ends)) {
    // workerd tells no refusal from other reasons why a dial fails.
    assertEquals(end.replace("UNREACHABLE", "REFUSED"), "LinkError REFUSED unsent", call);
  }
  await serveAgain(t, client, port);
});

for (const half of [false, true]) {
  const moment = half ? "with a part of its table sent" : "with a command read and not answered";
  test(`a server killed ${moment} leaves no call of an admin client waiting`, async (t) => {
    const { puppet, port } = await Fixture.listen();
    t.use(puppet);
    const admin = t.use(new Admin({ server: { host: "127.0.0.1", port }, codec: codecUnderTest }));
    const calls = [admin.status(), admin.workers(), admin.version()].map((call) => endOf(call));
    for (const command of ["status", "workers", "version"]) await puppet.until(command);
    if (half) await puppet.send("text work\t1\t0\t0");
    await puppet.kill();
    assertEquals(await Promise.all(calls), [UNANSWERED, UNANSWERED, UNANSWERED]);
    t.use(await openJobServer(port));
    assertEquals(await admin.status(), []);
  });
}

test("a server killed before the dial leaves its jobs to the client's other server", async (t) => {
  const { puppet, port } = await Fixture.listen();
  await puppet.kill();
  const { address } = t.use(await openJobServer());
  publicEnds(t, address).worker().add("next", (job) => job.workload).start();
  const servers = [{ host: "127.0.0.1", port }, address];
  const client = publicEnds(t, address).client({ servers });
  assertEquals(await client.submit("next", "served").text(), "served");
});

test("a server killed with megabytes on their way to it ends close()", async (t) => {
  const { puppet, port } = await Fixture.listen();
  t.use(puppet);
  const client = publicEnds(t, { host: "127.0.0.1", port }).client({ exceptions: false });
  const ping = client.ping();
  await puppet.until("ECHO_REQ");
  await puppet.send("ECHO_RES ");
  await ping;
  await puppet.program.kill("SIGSTOP");
  const task = client.submit("work", new Uint8Array(32 * 1024 * 1024));
  const closed = client.close();
  await puppet.kill();
  await closed;
  const end = await endOf(task.result());
  assertEquals(end.replace("RESET", "CLOSED"), UNANSWERED);
});
