/** The assertions tell apart what they should, and say what differs. They hold for the package on JSR too. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertInstanceOf,
  AssertionError,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
  test,
} from "../_harness/mod.ts";

class Point {
  readonly x: number;
  constructor(x: number) {
    this.x = x;
  }
}

const circle = (): unknown => {
  const made: Record<string, unknown> = { name: "circle" };
  made.self = made;
  return made;
};

const ALIKE: readonly [what: string, a: unknown, b: unknown][] = [
  ["NaN", NaN, NaN],
  ["bytes", new Uint8Array([1, 2]), new Uint8Array([0, 1, 2]).subarray(1)],
  ["floats", new Float64Array([1.5]), new Float64Array([1.5])],
  ["maps, in any order", new Map([["a", [1]], ["b", [2]]]), new Map([["b", [2]], ["a", [1]]])],
  ["sets of objects", new Set([{ a: 1 }, { b: 2 }]), new Set([{ b: 2 }, { a: 1 }])],
  ["errors", new RangeError("x"), new RangeError("x")],
  ["dates", new Date(5), new Date(5)],
  ["instances of a class", new Point(1), new Point(1)],
  ["nested lists", [[1, [2]], { a: [] }], [[1, [2]], { a: [] }]],
  ["circles", circle(), circle()],
];

const APART: readonly [what: string, a: unknown, b: unknown][] = [
  ["numbers and text", 1, "1"],
  ["bytes that differ", new Uint8Array([1, 2]), new Uint8Array([1, 3])],
  ["bytes of other types", new Uint8Array([1]), new Int8Array([1])],
  ["lists and objects", [], {}],
  ["lists of other lengths", [1], [1, undefined]],
  ["values of maps", new Map([["a", 1]]), new Map([["a", 2]])],
  ["members of sets", new Set([1]), new Set([2])],
  ["errors by message", new Error("x"), new Error("y")],
  ["errors by class", new RangeError("x"), new TypeError("x")],
  ["an instance and a literal", new Point(1), { x: 1 }],
  ["null and undefined", null, undefined],
  ["dates that differ", new Date(5), new Date(6)],
];

test("assertEquals() takes for equal what is alike", () => {
  for (const [what, a, b] of ALIKE) {
    assertEquals(a, b, what);
    assertThrows(() => assertNotEquals(a, b), AssertionError, undefined, what);
  }
});

test("assertEquals() tells apart what is not", () => {
  for (const [what, a, b] of APART) {
    assertNotEquals(a, b, what);
    assertThrows(() => assertEquals(a, b), AssertionError, undefined, what);
  }
});

test("assertEquals() shows the lines that differ", () => {
  const { message } = assertThrows(
    () => assertEquals({ list: [1, 2, 3], same: true }, { list: [1, 4, 3], same: true }),
    AssertionError,
  );
  const marked = message.split("\n").map((line) => line.trim());
  assert(marked.includes("-     2,"), message);
  assert(marked.includes("+     4,"), message);
});

test("assertStrictEquals() wants the very same", () => {
  const one = {};
  assertStrictEquals<unknown>(one, one);
  assertThrows(() => assertStrictEquals<unknown>(one, {}), AssertionError);
});

test("assertThrows() returns the error, and checks class and message", () => {
  const error = new RangeError("Expected 1, got 2");
  const fails = (): never => {
    throw error;
  };
  assertStrictEquals(assertThrows(fails), error);
  assertStrictEquals(assertThrows(fails, RangeError, "got 2"), error);
  assertThrows(() => assertThrows(fails, TypeError), AssertionError);
  assertThrows(() => assertThrows(fails, RangeError, "got 3"), AssertionError);
  assertThrows(() => assertThrows(() => {}), AssertionError);
});

test("assertRejects() returns the reason, and is no match for a throw", async () => {
  const error = new RangeError("Expected 1, got 2");
  assertStrictEquals(await assertRejects(() => Promise.reject(error), RangeError, "got"), error);
  await assertRejects(() => assertRejects(() => Promise.resolve()), AssertionError);
  const thrown = await assertRejects(
    () =>
      assertRejects(() => {
        throw error;
      }),
  );
  assertInstanceOf(thrown, AssertionError);
});

test("assertAlmostEquals() keeps to its tolerance", () => {
  assertAlmostEquals(1.0, 1.05, 0.1);
  assertThrows(() => assertAlmostEquals(1.0, 1.2, 0.1), AssertionError);
});
