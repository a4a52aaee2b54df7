/** The table about certificates in docs/failures.md: before our own listener, and before stunnel with gearmand behind it. */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  missing,
  startGearmand,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { startStunnel } from "../_harness/stunnel.ts";
import { publicEnds } from "../e2e/public_ends.ts";
import { type DialTls, JobServer, LinkError, type ListenTls, type ServerEvent } from "../../mod.ts";
import * as pem from "../sockets/certificates.ts";
import { rowsOf } from "./contract.ts";

export const notOnWorkerd = "listens on a port";

/** What the two sides bring. */
interface Sides {
  /** Undefined: the server speaks no TLS. */
  readonly server?: ListenTls & { readonly ca?: string };
  readonly client: DialTls;
}

const GOOD = { cert: pem.SERVER_CERT, key: pem.SERVER_KEY };
const STRICT = { ...GOOD, ca: pem.CA };
const SHOWN = { ca: pem.CA, cert: pem.CLIENT_CERT, key: pem.CLIENT_KEY };

const TROUBLES: Record<string, Sides> = {
  "an unknown authority": { server: GOOD, client: { ca: pem.OTHER_CA } },
  "no authority but the system's": { server: GOOD, client: {} },
  "another name than asked for": {
    server: GOOD,
    client: { ca: pem.CA, serverName: "wrong.test" },
  },
  "a certificate for another host": {
    server: { cert: pem.ELSEWHERE_CERT, key: pem.ELSEWHERE_KEY },
    client: { ca: pem.CA },
  },
  "an expired certificate": {
    server: { cert: pem.EXPIRED_CERT, key: pem.EXPIRED_KEY },
    client: { ca: pem.CA },
  },
  "no client certificate": { server: STRICT, client: { ca: pem.CA } },
  "a stranger's client certificate": {
    server: STRICT,
    client: { ca: pem.CA, cert: pem.STRANGER_CERT, key: pem.STRANGER_KEY },
  },
  "an expired client certificate": {
    server: STRICT,
    client: { ca: pem.CA, cert: pem.EXPIRED_CLIENT_CERT, key: pem.EXPIRED_CLIENT_KEY },
  },
  "a server without TLS": { client: { ca: pem.CA } },
};

const ROWS = rowsOf(
  "Certificates",
  ["what goes wrong", "error", "code", "outcome", "retriable", "the message says"],
);

test('docs/failures.md, "Certificates": no row without a test, no test without a row', () => {
  assertEquals([...ROWS.keys()], Object.keys(TROUBLES));
});

/** The address of a server of one kind, with what the client brings. */
type Kind = (t: TestContext, sides: Sides) => Promise<{ host: string; port: number; tls: DialTls }>;

const ours: Kind = async (t, { server, client }) => {
  const { address } = t.use(await JobServer.listen({ tls: server }));
  return { ...address as { host: string; port: number }, tls: client };
};

const stunnel: Kind = async (t, { server, client }) => {
  const gearmand = t.use(await startGearmand());
  if (server === undefined) return { ...gearmand.address, tls: client };
  return { ...t.use(await startStunnel(gearmand.address, server)).address, tls: client };
};

const KINDS = [
  { name: "our listener", at: ours, skip: false },
  { name: "stunnel and gearmand", at: stunnel, skip: missing("stunnel", "gearmand") },
] as const;

function assertSays(error: unknown, when: string): void {
  assertInstanceOf(error, LinkError);
  const [name, code, outcome, retriable, says] = ROWS.get(when)!;
  assertEquals(
    [error.name, error.code, error.outcome, error.retriable ? "yes" : "no"],
    [name, code, outcome, retriable],
  );
  const phrases = [...says.matchAll(/`([^`]+)`/g)].map(([, phrase]) => phrase);
  const message = error.message.toLowerCase();
  assert(
    phrases.some((phrase) => message.includes(phrase)),
    `Expected a message that says ${says}, got "${error.message}"`,
  );
}

for (const { name, at, skip } of KINDS) {
  for (const [when, sides] of Object.entries(TROUBLES)) {
    test(`TLS with ${name}: ${when}`, { skip }, async (t) => {
      const client = publicEnds(t, await at(t, sides)).client();
      const background = assertRejects(() => client.background("f"));
      assertSays(await assertRejects(() => client.submit("f").result()), when);
      assertSays(await background, when);
    });
  }

  for (
    const [which, sides] of [["one side", { server: GOOD, client: { ca: pem.CA } }], [
      "both sides",
      { server: STRICT, client: SHOWN },
    ]] as const
  ) {
    test(
      `TLS with ${name}: a job goes round with a certificate on ${which}`,
      { skip },
      async (t) => {
        const { client, worker, admin } = publicEnds(t, await at(t, sides));
        worker().add("upper", (job) => job.text().toUpperCase()).start();
        assertEquals(await client().submit("upper", "quietly").text(), "QUIETLY");
        assertEquals((await admin().status()).map((row) => row.functionName), ["upper"]);
      },
    );
  }

  test(`TLS with ${name}: worker and admin client are told as well`, { skip }, async (t) => {
    const when = "no client certificate";
    const { worker, admin } = publicEnds(t, await at(t, TROUBLES[when]));
    const one = worker().add("f", () => {});
    const down = new Promise<ServerEvent>((resolve) => one.addEventListener("down", resolve));
    one.start();
    assertSays((await down).reason, when);
    assertSays(await assertRejects(() => admin().version()), when);
  });
}
