/** TLS, paragraph 9.10 of docs/compat-php.md: the bits, and the option that PHP has not. */
import { assertEquals, assertRejects, missing, startGearmand, test } from "../../_harness/mod.ts";
import { SERVERS } from "../../_harness/job_server.ts";
import { startStunnel } from "../../_harness/stunnel.ts";
import * as g from "../../../src/compat/php/mod.ts";
import { JobServer, type LinkError } from "../../../mod.ts";
import {
  CA,
  CLIENT_CERT,
  CLIENT_KEY,
  OTHER_CA,
  SERVER_CERT,
  SERVER_KEY,
} from "../../sockets/certificates.ts";
import { keepWorking, placeAt } from "./place.ts";

export const notOnWorkerd = "listens on a port";

const CLIENT_TLS = 256;
const WORKER_TLS = 1024;

for (const { name: where, skip, start } of SERVERS) {
  test(`9.10 the bits of TLS are kept, and change nothing, at ${where}`, { skip }, async (t) => {
    const place = await placeAt(t, start);
    const worker = t.use(new g.GearmanWorker());
    worker.addOptions(WORKER_TLS);
    await worker.addServer(place.host, place.port);
    worker.addFunction("echo", (job) => job.workload());
    const client = t.use(new g.GearmanClient());
    client.addOptions(CLIENT_TLS);
    await client.addServer(place.host, place.port);
    const working = keepWorking(worker, 1);
    assertEquals([await client.doNormal("echo", "plain"), client.returnCode()], ["plain", 0]);
    await working;
    client.removeOptions(CLIENT_TLS);
    worker.setOptions(0);
    assertEquals([client.options() & CLIENT_TLS, worker.options() & WORKER_TLS], [
      CLIENT_TLS,
      WORKER_TLS,
    ]);
  });
}

const SECURED: readonly {
  name: string;
  skip: string | false;
  start(): Promise<{ port: number; close(): Promise<void> }>;
}[] = [
  {
    name: "our job server",
    skip: false,
    start: async () => {
      const tls = { cert: SERVER_CERT, key: SERVER_KEY, ca: CA };
      const server = await JobServer.listen({ tls });
      const { port } = server.address as { port: number };
      return { port, close: () => server.close() };
    },
  },
  {
    name: "a stunnel before gearmand",
    skip: missing("gearmand", "stunnel"),
    start: async () => {
      const gearmand = await startGearmand();
      const stunnel = await startStunnel(gearmand.address, {
        cert: SERVER_CERT,
        key: SERVER_KEY,
        ca: CA,
      });
      return {
        port: stunnel.address.port,
        async close() {
          await stunnel[Symbol.asyncDispose]();
          await gearmand[Symbol.asyncDispose]();
        },
      };
    },
  },
];

for (const { name: where, skip, start } of SECURED) {
  test(`9.10 the option tls reaches every server through TLS, at ${where}`, { skip }, async (t) => {
    const { port } = t.use(await start());
    const tls = { ca: CA, cert: CLIENT_CERT, key: CLIENT_KEY };
    const worker = t.use(new g.GearmanWorker({ tls }));
    assertEquals(await worker.addServers(`127.0.0.1:${port}`), true);
    worker.addFunction("echo", (job) => job.workload());
    const client = t.use(new g.GearmanClient({ tls }));
    assertEquals(await client.addServer("127.0.0.1", port), true);
    assertEquals(await client.ping("there"), true);
    const working = keepWorking(worker, 2);
    assertEquals([await client.doNormal("echo", "secret"), client.returnCode()], ["secret", 0]);
    let result: unknown;
    client.setCompleteCallback((task) => void (result = task.data()));
    client.setWorkloadCallback((task) => void task.sendWorkload("bit by bit"));
    client.addTask("echo", { size: 10 });
    assertEquals([await client.runTasks(), result], [true, "bit by bit"]);
    assertEquals(await working, [[true, 0], [true, 0]]);
  });

  test(
    `9.10 a server that is not trusted counts as one that is down, at ${where}`,
    { skip },
    async (t) => {
      const { port } = t.use(await start());
      const tls = { ca: OTHER_CA, cert: CLIENT_CERT, key: CLIENT_KEY };
      for (
        const end of [t.use(new g.GearmanClient({ tls })), t.use(new g.GearmanWorker({ tls }))]
      ) {
        const error = await assertRejects(
          () => end.addServer("127.0.0.1", port),
          g.GearmanException,
          "Failed to set exception option",
        );
        assertEquals((error.cause as LinkError).code, "TLS");
        assertEquals([await end.ping("x"), end.returnCode()], [false, g.GEARMAN_COULD_NOT_CONNECT]);
      }
    },
  );
}
