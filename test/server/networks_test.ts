/** IP networks, as rules name them. */
import { assertEquals, assertThrows, test } from "../_harness/mod.ts";
import { parseNetwork } from "../../src/server/networks.ts";

const CASES: readonly [network: string, inside: readonly string[], outside: readonly string[]][] = [
  ["192.0.2.7", ["192.0.2.7", "::ffff:192.0.2.7", "::ffff:c000:207"], ["192.0.2.8", "::192.0.2.7"]],
  ["10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"], ["11.0.0.0", "9.255.255.255"]],
  ["10.1.2.3/8", ["10.9.9.9"], ["11.1.2.3"]],
  ["172.16.0.0/12", ["172.16.0.1", "172.31.255.255"], ["172.15.255.255", "172.32.0.0"]],
  ["192.0.2.128/25", ["192.0.2.128", "192.0.2.255"], ["192.0.2.127"]],
  ["192.0.2.7/32", ["192.0.2.7"], ["192.0.2.6"]],
  ["0.0.0.0/0", ["0.0.0.0", "255.255.255.255", "::ffff:1.2.3.4"], ["::1"]],
  ["::1", ["::1", "0:0:0:0:0:0:0:1", "::0.0.0.1"], ["::2", "127.0.0.1", "0.0.0.1"]],
  ["2001:DB8::/32", ["2001:db8::", "2001:db8:ffff::1"], ["2001:db9::", "2001:db7:ffff::"]],
  ["fe80::/10", ["fe80::1%eth0", "febf::1"], ["fec0::1"]],
  ["2001:db8::4/127", ["2001:db8::4", "2001:db8::5"], ["2001:db8::6"]],
  ["::/0", ["::1", "2001:db8::"], ["10.0.0.1", "::ffff:10.0.0.1"]],
  ["::ffff:10.0.0.0/8", ["10.1.1.1", "::ffff:10.1.1.1"], ["11.0.0.0"]],
  ["::ffff:10.0.0.0/104", ["10.1.1.1", "::ffff:10.1.1.1"], ["11.0.0.0", "::10.0.0.0"]],
  ["::ffff:192.0.2.7/128", ["192.0.2.7"], ["192.0.2.6"]],
  ["::ffff:0:0/96", ["0.0.0.0", "255.255.255.255", "::ffff:1.2.3.4"], ["::1", "::1.2.3.4"]],
];

test("parseNetwork() takes who is inside, and nobody else", () => {
  for (const [network, inside, outside] of CASES) {
    const isInside = parseNetwork(network);
    assertEquals(inside.filter((address) => !isInside(address)), [], network);
    assertEquals([...outside, "", "unix", "localhost"].filter(isInside), [], network);
  }
});

test("parseNetwork() refuses what is no network", () => {
  for (
    const text of [
      "",
      "localhost",
      "10.0.0",
      "10.0.0.256",
      "10.0.0.01",
      "10.0.0.0/33",
      "10.0.0.0/",
      "10.0.0.0/x",
      "10.0.0.0/8/8",
      " 10.0.0.1",
      "::1/129",
      "::ffff:10.0.0.0/33",
      "::ffff:10.0.0.0/95",
      "::ffff:10.0.0.0/129",
      ":::",
      "1::2::3",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "1:2:3:4:5:6:7:8::",
      "12345::",
      "::1.2.3",
      "1.2.3.4::",
      "[::1]",
      "*",
    ]
  ) assertThrows(() => parseNetwork(text), RangeError, "Expected a network");
});
