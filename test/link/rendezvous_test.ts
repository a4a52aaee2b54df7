/** Which server a name leads to. */
import { assert, assertEquals, test } from "../_harness/mod.ts";
import { hashOf, parseServers, scoreOf, serverHash } from "../../src/link/mod.ts";

/** The servers for a name, the first first. */
function lineFor(name: string, servers: string): string[] {
  const hash = hashOf(name);
  return servers.split(",")
    .map((server) => ({ server, score: scoreOf(hash, serverHash(parseServers(server)[0])) }))
    .sort((a, b) => b.score - a.score)
    .map(({ server }) => server);
}

const THREE = "10.0.0.1,10.0.0.2,10.0.0.3";
const NAMES = Array.from({ length: 3_000 }, (_, i) => `job-${i}`);

test("hashOf(), serverHash() and scoreOf() give the same numbers on every runtime", () => {
  // Whoever changes them sends the same unique to another server than older clients do.
  assertEquals([hashOf(""), hashOf("job-1"), hashOf("é😀")], [-1421968373, 2094670749, -135754256]);
  const server = serverHash({ host: "10.0.0.1", port: 4730 });
  assertEquals([server, scoreOf(hashOf("job-1"), server)], [-2055144183, 3638359731]);
});

test("a name leads to the same server whatever the order of the list", () => {
  for (const name of NAMES) {
    assertEquals(lineFor(name, THREE), lineFor(name, "10.0.0.3,10.0.0.1,10.0.0.2"));
  }
});

test("a server is the same with its port left out, in capitals, and under TLS", () => {
  const [plain, ...others] = ["host", "host:4730", "HOST:4730", "tls://host"]
    .map((text) => serverHash(parseServers(text)[0]));
  assertEquals(others, [plain, plain, plain]);
  const [unix, upper] = parseServers("unix:/run/a,unix:/run/A").map(serverHash);
  assert(unix !== upper, "Expected the case of a path to count, it did not");
});

test("names are spread evenly, and those of a server that is down evenly over the others", () => {
  const firsts = new Map<string, number>();
  const pairs = new Map<string, number>();
  for (const name of NAMES) {
    const [first, second] = lineFor(name, THREE);
    firsts.set(first, (firsts.get(first) ?? 0) + 1);
    pairs.set(first + second, (pairs.get(first + second) ?? 0) + 1);
  }
  for (const count of firsts.values()) assert(Math.abs(count - 1_000) < 100, `Got ${count}`);
  assertEquals(pairs.size, 6);
  for (const count of pairs.values()) assert(Math.abs(count - 500) < 75, `Got ${count}`);
});

test("a server that is added takes names, and moves none between the others", () => {
  let moved = 0;
  for (const name of NAMES) {
    const [before] = lineFor(name, THREE);
    const [after] = lineFor(name, `${THREE},10.0.0.4`);
    if (after === before) continue;
    assertEquals(after, "10.0.0.4");
    moved++;
  }
  assert(Math.abs(moved - 750) < 100, `Expected about a quarter to move, got ${moved}`);
});
