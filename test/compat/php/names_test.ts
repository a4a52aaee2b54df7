/** Every name of the extension is there, with its arity or its value, and no other. */
import { assertEquals, test } from "../../_harness/mod.ts";
import * as php from "../../../src/compat/php/mod.ts";
import {
  type Arity,
  CLASSES,
  CONSTANTS,
  FUNCTIONS,
  REMOVED_FUNCTIONS,
  REMOVED_METHODS,
} from "./specification.ts";

const exported = php as unknown as Record<string, unknown>;

// deno-lint-ignore no-explicit-any -- any function
type AnyFunction = (...args: any[]) => unknown;

/** How many arguments a function must be given, and how many it may be. */
function arityOf(call: AnyFunction): Arity {
  return [call.length, parametersOf(String(call)).length];
}

/** The parameters in a function's source, cut at the commas that are in no brackets. */
function parametersOf(source: string): string[] {
  const parameters: string[] = [];
  let start = source.indexOf("(") + 1;
  for (let at = start, depth = 1; depth > 0; at++) {
    if ("([{".includes(source[at])) depth++;
    if (")]}".includes(source[at])) depth--;
    if (depth > 0 && !(depth === 1 && source[at] === ",")) continue;
    const parameter = source.slice(start, at).replace(/\/\/.*$/gm, "").trim();
    if (parameter !== "") parameters.push(parameter);
    start = at + 1;
  }
  return parameters;
}

/** The methods of a class, inherited ones and static ones too; the language's own left out. */
function methodsOf(Class: AnyFunction): Record<string, Arity> {
  const methods: Record<string, Arity> = {};
  const add = (holder: object): void => {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
      if (typeof value !== "function" || name === "constructor") continue;
      methods[name] ??= arityOf(value);
    }
  };
  let { prototype } = Class;
  while (prototype !== Object.prototype && prototype !== Error.prototype) {
    add(prototype);
    prototype = Object.getPrototypeOf(prototype);
  }
  add(Class);
  return methods;
}

/** Names with what goes with them, for a test's own name: the suite makes a table of these. */
function listed(names: Readonly<Record<string, Arity | number | string>>): string {
  const cells = Object.entries(names).map(([name, value]) => {
    const [first, last] = Array.isArray(value) ? value : [value, value];
    return `${name} ${first === last ? first : `${first}-${last}`}`;
  });
  return cells.length === 0 ? "nothing of its own" : cells.join(", ");
}

function sorted<T>(names: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(names).sort(([a], [b]) => a < b ? -1 : 1));
}

for (const [name, methods] of Object.entries(CLASSES)) {
  test(`surface of ${name}: ${listed(methods)}`, () => {
    const { __construct, ...declared } = methods;
    const Class = exported[name] as AnyFunction;
    assertEquals(sorted(methodsOf(Class)), sorted({ ...declared, ...REMOVED_METHODS[name] }));
    // What the constructors of clients and workers take, and not in PHP, may be left out.
    if (name === "GearmanClient" || name === "GearmanWorker") {
      assertEquals(Class.length, __construct[0]);
    }
  });
}

for (const [group, values] of Object.entries(CONSTANTS)) {
  test(`surface of PHP's ${group}: ${listed(values)}`, () => {
    for (const [name, value] of Object.entries(values)) {
      assertEquals([name, exported[name]], [name, value]);
    }
  });
}

test("the face has PHP's 157 constants, and no others", () => {
  const names = Object.values(CONSTANTS).flatMap((values) => Object.keys(values));
  assertEquals(names.length, 157);
  const actual = Object.keys(exported).filter((name) => name.startsWith("GEARMAN_"));
  assertEquals(actual.sort(), names.sort());
});

test(`surface of PHP's functions: ${listed(FUNCTIONS)}`, () => {
  const actual = Object.keys(exported).filter((name) => name.startsWith("gearman_"));
  const expected = { ...FUNCTIONS, ...REMOVED_FUNCTIONS };
  assertEquals(actual.sort(), Object.keys(expected).sort());
  for (const [name, [required]] of Object.entries(expected)) {
    // Those that make clients and workers take options here, which are optional.
    const isMaker = /^gearman_(client|worker)_create$/.test(name);
    const { length } = exported[name] as AnyFunction;
    assertEquals([name, length], [name, isMaker ? 1 : required]);
  }
});

test("PHP's functions call their methods, with what follows the object", () => {
  const renamed: Record<string, string> = {
    gearman_worker_errno: "getErrno",
    gearman_task_numerator: "taskNumerator",
    gearman_task_denominator: "taskDenominator",
  };
  const alone = ["gearman_version", "gearman_bugreport", "gearman_verbose_name"];
  for (const [name, [required, all]] of Object.entries(FUNCTIONS)) {
    if (alone.includes(name) || name.endsWith("_create")) continue;
    const [, kind, rest] = /^gearman_([a-z]+)_(.*)$/.exec(name)!;
    const method = renamed[name] ?? rest.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
    const ofClass = CLASSES[`Gearman${kind[0].toUpperCase()}${kind.slice(1)}`];
    assertEquals([name, ofClass[method]], [name, [required - 1, all - 1]]);
    const object = { [method]: (...args: unknown[]) => args };
    assertEquals((exported[name] as AnyFunction)(object, 1, 2), [1, 2]);
  }
});

test(`surface of PHP's earlier functions: ${listed(REMOVED_FUNCTIONS)}`, () => {
  for (const name of Object.keys(REMOVED_FUNCTIONS)) {
    assertEquals([name, typeof exported[name]], [name, "function"]);
  }
});

for (const [name, methods] of Object.entries(REMOVED_METHODS)) {
  test(`surface of ${name}, earlier names: ${listed(methods)}`, () => {
    const have = methodsOf(exported[name] as AnyFunction);
    for (const [method, arity] of Object.entries(methods)) {
      assertEquals([method, have[method]], [method, arity]);
    }
  });
}
