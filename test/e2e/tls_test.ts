/** The public classes over TLS. */
import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertSameBytes,
  pattern,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import {
  type Address,
  Admin,
  Client,
  type DialTls,
  JobServer,
  LinkError,
  ServerError,
  type TcpAddress,
  Worker,
} from "../../mod.ts";
import {
  CA,
  CLIENT_CERT,
  CLIENT_FINGERPRINT,
  CLIENT_KEY,
  OTHER_CA,
  SERVER_CERT,
  SERVER_KEY,
} from "../sockets/certificates.ts";
import { Scratch } from "../server/scratch.ts";

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

test("one server listens plainly, on a unix socket, and with TLS and client certificates", async (t) => {
  const path = t.use(new Scratch()).path("gear.sock");
  const tls = { cert: SERVER_CERT, key: SERVER_KEY, ca: CA };
  const loopback = { host: "127.0.0.1", port: 0 };
  const server = t.use(
    await JobServer.listen({ addresses: [loopback, { path }, { ...loopback, tls }] }),
  );
  const [plain, unix, secure] = server.addresses;
  assertEquals(unix, { path });
  const shown = { ca: CA, cert: CLIENT_CERT, key: CLIENT_KEY };
  const places: Address[] = [plain, unix, { ...secure as TcpAddress, tls: shown }];
  // Each in turn is the worker's place, and the job comes in by all of them.
  for (const servers of places) {
    const worker = new Worker({ servers }).add("echo", (job) => job.workload);
    t.use({ close: () => worker.close() });
    worker.start();
    for (const from of places) {
      const client = t.use(new Client({ servers: from }));
      assertEquals(await client.submit("echo", "x").text(), "x");
    }
    await worker.close();
  }
});

test("a server goes by the certificates of its clients, and by where they come from", async (t) => {
  const path = t.use(new Scratch()).path("gear.sock");
  const tls = { cert: SERVER_CERT, key: SERVER_KEY, ca: CA };
  const heard: string[] = [];
  const server = t.use(
    await JobServer.listen({
      addresses: [{ host: "127.0.0.1", port: 0, tls }, { path }],
      authorize: [
        { certificate: "client", submit: "echo", work: "echo" },
        { certificate: CLIENT_FINGERPRINT, from: "127.0.0.0/8", administer: "read" },
        { from: "unix", administer: true },
      ],
      warn: (message) => heard.push(message),
    }),
  );
  const secure = server.address as TcpAddress;
  // Of the same authority, but of another name.
  const other = { ...secure, tls: { ca: CA, cert: SERVER_CERT, key: SERVER_KEY } };
  const stranger = t.use(new Client({ servers: other }));
  const error = await assertRejects(() => stranger.submit("echo").result(), LinkError);
  assertEquals(error.outcome, "unsent");
  assertMatch(heard[0], /^Refused a connection to 127.0.0.1:\d+ \("localhost"\)/);

  const servers = { ...secure, tls: { ca: CA, cert: CLIENT_CERT, key: CLIENT_KEY } };
  const worker = new Worker({ servers }).add("echo", (job) => job.workload);
  t.use({ close: () => worker.close() });
  worker.start();
  const client = t.use(new Client({ servers }));
  assertEquals(await client.submit("echo", "x").text(), "x");
  const admin = t.use(new Admin({ server: servers }));
  assertEquals((await admin.status()).length, 1);
  await assertRejects(() => admin.createFunction("new"), ServerError, "may not give the command");
  await t.use(new Admin({ server: { path } })).createFunction("new");
  const local = t.use(new Client({ servers: { path } }));
  await assertRejects(() => local.submit("echo").result(), ServerError, "may not submit");
});
