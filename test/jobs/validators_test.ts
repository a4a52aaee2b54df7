/** The validators that people use: zod, valibot, arktype. */
import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";
import { assertEquals, assertRejects, test } from "../_harness/mod.ts";
import { JobInvalid } from "../../src/errors.ts";
import { defineJobs, type Side } from "../../src/jobs/mod.ts";

/** The same rule in each of their ways: an object whose width is a number. */
const SIZES: Readonly<Record<string, Side>> = {
  zod: z.object({ width: z.number() }),
  valibot: v.object({ width: v.number() }),
  arktype: type({ width: "number" }),
};

for (const [name, input] of Object.entries(SIZES)) {
  test(`${name}: an input that fits travels as JSON`, async () => {
    const contract = defineJobs({ resize: { input, output: input } }).contractOf("resize");
    const workload = await contract.encodeInput({ width: 10 });
    assertEquals(workload, '{"width":10}');
    const bytes = new TextEncoder().encode(workload as string);
    assertEquals(await contract.decodeInput(bytes), { width: 10 });
    assertEquals(await contract.encodeOutput({ width: 10 }), workload);
    assertEquals(await contract.decodeOutput(bytes), { width: 10 });
  });

  test(`${name}: one that does not is refused at both ends, and the issue says where`, async () => {
    const contract = defineJobs({ resize: { input, output: input } }).contractOf("resize");
    const error = await assertRejects(
      async () => await contract.encodeInput({ width: "10" }),
      JobInvalid,
      'Expected a fitting input of function "resize", got: width: ',
    );
    assertEquals([error.code, error.issues.length, error.issues[0].path], [
      "INVALID_INPUT",
      1,
      ["width"],
    ]);
    const bytes = new TextEncoder().encode('{"width":"10"}');
    const other = await assertRejects(
      async () => await contract.decodeOutput(bytes),
      JobInvalid,
    );
    assertEquals(other.code, "INVALID_OUTPUT");
  });
}

test("zod: a validator that looks something up is waited for", async () => {
  const known = z.string().refine(async (name) => await Promise.resolve(name === "cat"), "Unknown");
  const contract = defineJobs({ f: { input: known, output: known } }).contractOf("f");
  assertEquals(await contract.encodeInput("cat"), '"cat"');
  await assertRejects(async () => await contract.encodeInput("dog"), JobInvalid, "Unknown");
});

test("a validator that transforms does so once, where the value is taken", async () => {
  const day = z.string().transform((text) => text.length);
  const contract = defineJobs({ f: { input: day, output: day } }).contractOf("f");
  const workload = await contract.encodeInput("abc");
  assertEquals(workload, '"abc"');
  assertEquals(await contract.decodeInput(new TextEncoder().encode(workload as string)), 3);
});
