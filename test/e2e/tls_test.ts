/** The public classes over TLS. */
import {
  assertEquals,
  assertRejects,
  assertSameBytes,
  pattern,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import {
  Admin,
  Client,
  type DialTls,
  JobServer,
  LinkError,
  type TcpAddress,
  Worker,
} from "../../mod.ts";
import {
  CA,
  CLIENT_CERT,
  CLIENT_KEY,
  OTHER_CA,
  SERVER_CERT,
  SERVER_KEY,
} from "../sockets/certificates.ts";

export const notOnWorkerd = "listens on a port";

/** A server that wants a certificate of its clients, and its address with what is shown it. */
async function secured(t: TestContext, tls: DialTls): Promise<TcpAddress> {
  const server = t.use(
    await JobServer.listen({ tls: { cert: SERVER_CERT, key: SERVER_KEY, ca: CA } }),
  );
  return { ...server.address as TcpAddress, tls };
}

test("a job goes round over TLS, with certificates on both sides", async (t) => {
  const servers = await secured(t, { ca: CA, cert: CLIENT_CERT, key: CLIENT_KEY });
  const worker = new Worker({ servers }).add("echo", (job) => job.workload);
  t.use({ close: () => worker.close() });
  worker.start();
  const client = t.use(new Client({ servers }));
  const workload = pattern(300_000);
  assertSameBytes(await client.submit("echo", workload).result(), workload);
  const admin = t.use(new Admin({ server: servers }));
  assertEquals((await admin.status()).map((row) => row.functionName), ["echo"]);
});

test("a server that refuses our certificate leaves every request unsent", async (t) => {
  const servers = await secured(t, { ca: CA });
  const client = t.use(new Client({ servers }));
  const error = await assertRejects(() => client.submit("f").result(), LinkError);
  assertEquals([error.outcome, error.retriable], ["unsent", true]);
});

test("a server whose certificate we do not trust is not spoken to", async (t) => {
  const servers = await secured(t, { ca: OTHER_CA, cert: CLIENT_CERT, key: CLIENT_KEY });
  const client = t.use(new Client({ servers }));
  const error = await assertRejects(() => client.submit("f").result(), LinkError);
  assertEquals([error.code, error.outcome], ["TLS", "unsent"]);
});
