/** Addresses as people write them, and the waits between tries. */
import { assertEquals, assertThrows, test } from "../_harness/mod.ts";
import { fullJitter, parseServers } from "../../src/link/mod.ts";

test("parseServers() reads every form", () => {
  assertEquals(parseServers("a"), [{ host: "a", port: 4730 }]);
  assertEquals(parseServers("a:1, b ,[::1]:2,[fe80::1%eth0]"), [
    { host: "a", port: 1 },
    { host: "b", port: 4730 },
    { host: "::1", port: 2 },
    { host: "fe80::1%eth0", port: 4730 },
  ]);
  assertEquals(parseServers(["unix:/run/g.sock", "tls://a:3"]), [
    { path: "/run/g.sock" },
    { host: "a", port: 3, tls: {} },
  ]);
  assertEquals(parseServers([{ host: "a" }, { host: "b", port: 5, tls: { serverName: "c" } }]), [
    { host: "a", port: 4730 },
    { host: "b", port: 5, tls: { serverName: "c" } },
  ]);
});

test("parseServers() shows what it could not read", () => {
  for (const wrong of ["", "a:b", "::1", "unix:", "http://a", "a b", "a:1:2"]) {
    assertThrows(() => parseServers(wrong), TypeError, `got "${wrong}"`);
  }
  for (const wrong of [0, 65536, 99999]) {
    const port = `Expected a port as a number from 1 to 65535, got ${wrong}`;
    assertThrows(() => parseServers(`a:${wrong}`), RangeError, port);
  }
  assertThrows(() => parseServers([]), TypeError, "got none");
  assertThrows(() => parseServers({} as never), TypeError, "got an object");
  assertThrows(() => parseServers({ host: "a", port: -1 }), RangeError, "got -1");
});

test("fullJitter() doubles its bound up to the most, and waits anywhere below", () => {
  const backoff = fullJitter({ first: 100, most: 1_000, random: () => 0.5 });
  assertEquals([1, 2, 3, 4, 5, 60].map(backoff), [50, 100, 200, 400, 500, 500]);
  assertEquals(fullJitter({ random: () => 0 })(3), 0);
});
