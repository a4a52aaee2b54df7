/** MD5 against the vectors of RFC 1321, and over every length around a block's end. */
import { assertEquals, test } from "../../_harness/mod.ts";
import { md5 } from "../../../src/compat/net_gearman/md5.ts";

const encoder = new TextEncoder();

const VECTORS: readonly [message: string, digest: string][] = [
  ["", "d41d8cd98f00b204e9800998ecf8427e"],
  ["a", "0cc175b9c0f1b6a831c399e269772661"],
  ["abc", "900150983cd24fb0d6963f7d28e17f72"],
  ["message digest", "f96b697d7cb7938d525a2f31aaf161d0"],
  ["abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"],
  [
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    "d174ab98d277d9f5a5611c2c9f419d9f",
  ],
  ["1234567890".repeat(8), "57edf4a22be3c955ac49da2e2107b67a"],
];

for (const [message, digest] of VECTORS) {
  test(`md5() of ${JSON.stringify(message.slice(0, 30))} is that of RFC 1321`, () => {
    assertEquals(md5(encoder.encode(message)), digest);
  });
}

test("md5() is right for every length up to three blocks", () => {
  // The digest of all digests: one number that each of them decides.
  let digests = "";
  for (let length = 0; length <= 192; length++) {
    digests += md5(Uint8Array.from({ length }, (_, i) => 7 * i + length));
  }
  assertEquals(md5(encoder.encode(digests)), "06e2dcdcbb83cbabcc17deeb3f6c8006");
});

test("md5() reads a view where it begins", () => {
  assertEquals(md5(encoder.encode("xxabcx").subarray(2, 5)), VECTORS[2][1]);
});
