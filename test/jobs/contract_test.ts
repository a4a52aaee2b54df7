/** Codecs and contracts: what travels, and what is refused. */
import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
  test,
} from "../_harness/mod.ts";
import { JobInvalid } from "../../src/errors.ts";
import { codec, defineJobs, type StandardSchema } from "../../src/jobs/mod.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** A validator that takes decimal text, and makes a number of it. */
const decimal: StandardSchema<string, number> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) =>
      /^\d+$/.test(String(value))
        ? { value: Number(value) }
        : { issues: [{ message: "Expected digits", path: ["a", { key: 0 }] }] },
  },
};

/** The same, in its own time. */
const slowly: StandardSchema<string, number> = {
  "~standard": {
    ...decimal["~standard"],
    validate: async (value) => await decimal["~standard"].validate(value),
  },
};

/** A validator that answers this. */
function answering(answer: unknown): StandardSchema<string> {
  return { "~standard": { version: 1, vendor: "test", validate: () => answer as never } };
}

test("codec.text() takes and gives text, byte order marks and all", () => {
  const text = codec.text();
  assertEquals(text.encode("né\uFEFF"), "né\uFEFF");
  assertEquals(text.decode(bytesOf("\uFEFFné")), "\uFEFFné");
  assertThrows(() => text.decode(new Uint8Array([0xff])), TypeError);
  assertThrows(() => text.encode(5 as unknown as string), TypeError, "Expected text, got 5");
});

test("codec.json() says what JSON can say, and refuses the rest", () => {
  const json = codec.json<{ a: number[] }>();
  assertEquals(json.encode({ a: [1] }), '{"a":[1]}');
  assertEquals(json.decode(bytesOf('{"a":[1]}')), { a: [1] });
  assertThrows(() => json.decode(bytesOf("{")), SyntaxError);
  assertThrows(() => codec.json().encode(undefined), TypeError, "got undefined");
});

test("codec.bytes() hands bytes on as they are", () => {
  const bytes = new Uint8Array([0, 1]);
  assertEquals(codec.bytes().encode(bytes), bytes);
  assertEquals(codec.bytes().decode(bytes), bytes);
  assertThrows(() => codec.bytes().encode("x" as never), TypeError, 'got "x"');
});

test("a contract sends what was given, and takes what the validator makes of it", () => {
  const contract = defineJobs({
    count: { input: codec.text(decimal), output: codec.json<number>() },
  }).contractOf("count");
  assertEquals(contract.encodeInput("12"), "12");
  assertEquals(contract.decodeInput(bytesOf("12")), 12);
  assertEquals(contract.encodeOutput(12), "12");
  assertEquals(contract.decodeOutput(bytesOf("12")), 12);
});

test("a validator alone has its values travel as JSON", () => {
  const contract = defineJobs({ f: { input: decimal, output: slowly } }).contractOf("f");
  assertEquals(contract.encodeInput("7"), '"7"');
  assertEquals(contract.decodeInput(bytesOf('"7"')), 7);
});

test("a contract refuses with every issue, and where it is", () => {
  const contract = defineJobs({ f: { input: decimal, output: decimal } }).contractOf("f");
  const error = assertThrows(
    () => contract.encodeInput("x", { outcome: "unsent" }),
    JobInvalid,
    'Expected a fitting input of function "f", got: a.0: Expected digits',
  );
  assertEquals([error.code, error.outcome, error.retriable], ["INVALID_INPUT", "unsent", false]);
  assertEquals(error.issues, [{ message: "Expected digits", path: ["a", 0] }]);
  assertEquals(error.functionName, "f");
  const output = assertThrows(() => contract.decodeOutput(bytesOf('"x"')), JobInvalid);
  assertEquals([output.code, output.outcome], ["INVALID_OUTPUT", "accepted"]);
});

test("a contract refuses bytes that its codec cannot read, and keeps the cause", () => {
  const contract = defineJobs({ f: { input: decimal, output: codec.text() } }).contractOf("f");
  const error = assertThrows(() => contract.decodeInput(bytesOf("{")), JobInvalid);
  assertInstanceOf(error.cause, SyntaxError);
  assertEquals(error.issues[0].message, error.cause.message);
});

test("a contract waits for a validator that takes its time, and for no other", async () => {
  const contract = defineJobs({
    f: { input: codec.text(slowly), output: codec.text() },
  }).contractOf("f");
  assertEquals(await contract.encodeInput("7"), "7");
  assertEquals(await contract.decodeInput(bytesOf("7")), 7);
  assertEquals(contract.encodeOutput("text"), "text");
  await assertRejects(async () => await contract.decodeInput(bytesOf("x")), JobInvalid, "digits");
});

test("a contract takes a validator that throws or rejects for one that refuses", async () => {
  const thrower = (act: () => never): StandardSchema => ({
    "~standard": { version: 1, vendor: "test", validate: act },
  });
  const broken = () => {
    throw new RangeError("broken");
  };
  const jobs = defineJobs({
    now: { input: thrower(broken), output: codec.text() },
    later: {
      input: thrower((() => Promise.reject(new RangeError("broken later"))) as () => never),
      output: codec.text(),
    },
  });
  const now = assertThrows(() => jobs.contractOf("now").encodeInput(1), JobInvalid, "broken");
  assertInstanceOf(now.cause, RangeError);
  const later = await assertRejects(
    async () => await jobs.contractOf("later").encodeInput(1),
    JobInvalid,
    "broken later",
  );
  assertInstanceOf(later.cause, RangeError);
});

test("a contract waits for a promise of any make", async () => {
  const later = {
    then: (settle: (result: unknown) => void) => settle({ issues: [{ message: "no" }] }),
  };
  const jobs = defineJobs({ f: { input: codec.text(answering(later)), output: codec.text() } });
  const contract = jobs.contractOf("f");
  await assertRejects(async () => await contract.encodeInput("x"), JobInvalid, "no");
  await assertRejects(async () => await contract.decodeInput(bytesOf("x")), JobInvalid, "no");
});

test("a contract says of a validator's answer that it is none", async () => {
  const answers: [answer: unknown, got: string][] = [
    [undefined, "undefined"],
    ["fine", '"fine"'],
    [{ value: 1, issues: null }, "null"],
    [{ issues: [null] }, "null"],
  ];
  for (const [answer, text] of answers) {
    for (const given of [answer, Promise.resolve(answer)]) {
      const jobs = defineJobs({ f: { input: codec.text(answering(given)), output: codec.text() } });
      const contract = jobs.contractOf("f");
      for (
        const act of [() => contract.encodeInput("x"), () => contract.decodeInput(bytesOf("x"))]
      ) {
        const error = await assertRejects(async () => await act(), JobInvalid, `got ${text}`);
        assertInstanceOf(error.cause, TypeError);
      }
    }
  }
});

test("defineJobs() throws for what is neither codec nor validator", () => {
  const input = codec.text();
  assertThrows(
    () => defineJobs({ f: { input, output: "text" as never } }),
    TypeError,
    'Expected a codec or a validator as output of function "f", got "text"',
  );
  assertThrows(() => defineJobs({ f: { input, output: undefined as never } }), TypeError);
  assertThrows(() => defineJobs({ f: { input, output: { codec: input } as never } }), TypeError);
});

test("contractOf() throws for a function that is not defined, and names those that are", () => {
  const text = { input: codec.text(), output: codec.text() };
  const jobs = defineJobs({ one: text, two: text });
  assertEquals(jobs.names, ["one", "two"]);
  assertThrows(
    () => jobs.contractOf("three"),
    TypeError,
    'Expected one of the functions "one", "two", got "three"',
  );
  assertThrows(() => jobs.contractOf("toString"), TypeError, "toString");
});
