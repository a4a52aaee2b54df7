/** The stock command-line tools against our worker, our client and our server. */
import {
  assertEquals,
  assertStringIncludes,
  gearman,
  missing,
  runProgram,
  startProgram,
  test,
} from "../_harness/mod.ts";
import { openJobServer } from "../_harness/job_server.ts";
import { publicEnds } from "../e2e/public_ends.ts";

const skip = missing("gearman", "gearadmin");

test("gearman(1) as a client runs a job on our worker, through our server", { skip }, async (t) => {
  const server = t.use(await openJobServer());
  publicEnds(t, server.address).worker()
    .add("reverse", (job) => job.text().split("").reverse().join("")).start();
  const { code, stdout } = await gearman(server, ["-f", "reverse"], "Hello!");
  assertEquals([code, stdout], [0, "!olleH"]);
});

test("gearman(1) as a worker runs a job of our client, through our server", { skip }, async (t) => {
  const server = t.use(await openJobServer());
  const { host, port } = server.address;
  t.use(
    await startProgram({
      run: "gearman",
      args: ["-h", host, "-p", String(port), "-w", "-f", "upper", "--", "tr", "a-z", "A-Z"],
    }),
  );
  const client = publicEnds(t, server.address).client();
  assertEquals(await client.submit("upper", "quietly").text(), "QUIETLY");
});

test("gearadmin(1) reads our server's status, workers and version", { skip }, async (t) => {
  const server = t.use(await openJobServer());
  const { host, port } = server.address;
  const { client, worker } = publicEnds(t, server.address);
  const one = client();
  await one.background("waiting", "x");
  await one.background("waiting", "y");
  worker({ id: "sleeper" }).add("idle", () => {}).start();
  await one.submit("idle").result();
  const ask = async (flag: string) => {
    const args = ["-h", host, "-p", String(port), flag];
    return (await runProgram({ run: "gearadmin", args })).stdout;
  };
  assertStringIncludes(await ask("--status"), "waiting\t2\t0\t0\n");
  assertStringIncludes(await ask("--workers"), " sleeper : idle\n");
  assertStringIncludes(await ask("--server-version"), "0.1.0");
});
