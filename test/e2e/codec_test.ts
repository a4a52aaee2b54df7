/** Which decoder the public classes use, on every runtime. */
import { assertEquals, codecUnderTest, test } from "../_harness/mod.ts";
import { openJobServer } from "../_harness/job_server.ts";
import { codecInfo } from "../../mod.ts";
import { publicEnds } from "./public_ends.ts";

test("codecInfo() says that the kernel is in use", async (t) => {
  const { address } = t.use(await openJobServer());
  await publicEnds(t, address).client().ping();
  const { codec, kernel } = codecInfo();
  if (codecUnderTest !== "ts") assertEquals(codec, "wasm");
  assertEquals(kernel.length, 64);
});
