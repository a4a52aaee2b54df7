/**
 * The face has every class, method and constant of Net_Gearman, and no others but those that it
 * says are its own. The names of these tests are the table that the suite prints.
 */
import { assert, assertEquals, assertStrictEquals, test } from "../../_harness/mod.ts";
import * as face from "../../../src/compat/net_gearman/mod.ts";
import { DESTRUCTOR, GLOBALS, type Surface, SURFACES } from "./surface.ts";

// deno-lint-ignore ban-types -- any class at all
type Class = Function & Readonly<Record<string, unknown>>;

const values = face as unknown as Readonly<Record<string, Class>>;

/** A class and those that it extends, as far as they are the library's. */
function chainOf(one: Class): Class[] {
  const chain: Class[] = [];
  for (let each = one; each !== Function.prototype && each !== Error as unknown;) {
    chain.push(each);
    each = Object.getPrototypeOf(each);
  }
  return chain;
}

/** Names on an object, those of symbols in brackets. */
function namesOn(object: object): [name: string, key: PropertyKey][] {
  return Reflect.ownKeys(object).map((key) => {
    // Node 20 describes this symbol in another way.
    if (key === Symbol.asyncDispose) return [DESTRUCTOR, key];
    return [typeof key === "symbol" ? `[${key.description}]` : key, key];
  });
}

const OF_ANY_CLASS = ["length", "name", "prototype", "constructor", "[Symbol.hasInstance]"];

/** What there is: methods and accessors of the objects, and what stands on the class. */
function membersOf(one: Class): [members: Map<string, unknown>, statics: Map<string, unknown>] {
  const members = new Map<string, unknown>();
  const statics = new Map<string, unknown>();
  for (const each of chainOf(one)) {
    for (const [name, key] of namesOn(each.prototype)) {
      const { value, get } = Object.getOwnPropertyDescriptor(each.prototype, key)!;
      const isBrand = name.startsWith("[geartrain.") || name === "name";
      if (!isBrand && !members.has(name)) members.set(name, value ?? get);
    }
    for (const [name, key] of namesOn(each)) {
      if (!statics.has(name)) statics.set(name, Reflect.get(each, key));
    }
  }
  for (const name of OF_ANY_CLASS) {
    members.delete(name);
    statics.delete(name);
  }
  return [members, statics];
}

/** A row of the table. */
function rowOf(surface: Surface): string {
  const { methods, statics = {}, hooks = [], constants = {}, abstracts = [], ours = [] } = surface;
  const calls = (of: Readonly<Record<string, number>>, mark = "") =>
    Object.entries(of).map(([name, required]) => `${mark}${name}(${required})`);
  const parts = [
    ...calls(methods),
    ...abstracts.map((name) => `abstract ${name}()`),
    ...calls(statics, "static "),
    ...hooks.map((name) => `protected ${name}()`),
    ...Object.entries(constants).map(([name, value]) => `${name}=${value}`),
    ...ours.map((name) => `+${name}`),
  ];
  return parts.join(" ") || "no methods of its own";
}

for (const [name, surface] of Object.entries(SURFACES)) {
  test(`surface of ${name}: ${rowOf(surface)}`, () => {
    const one = values[name];
    assert(one !== undefined, `Expected a class ${name}, found none`);
    const { __construct, ...methods } = surface.methods;
    if (__construct !== undefined) assertEquals([name, one.length], [name, __construct]);
    const [members, statics] = membersOf(one);
    const { abstracts = [], ours = [], hooks = [], constants = {} } = surface;
    for (const method of abstracts) assertEquals([method, members.has(method)], [method, false]);
    for (const [method, required] of Object.entries(methods)) {
      const found = members.get(method);
      const arity = typeof found === "function" ? found.length : undefined;
      assertEquals([method, arity], [method, required]);
    }
    for (const hook of hooks) assertEquals([hook, typeof members.get(hook)], [hook, "function"]);
    for (const [method, required] of Object.entries(surface.statics ?? {})) {
      const found = statics.get(method);
      const arity = typeof found === "function" ? found.length : undefined;
      assertEquals([method, arity], [method, required]);
    }
    for (const [constant, value] of Object.entries(constants)) {
      assertEquals([constant, statics.get(constant)], [constant, value]);
    }
    const known = [...Object.keys(methods), ...hooks, ...Object.keys(constants)];
    known.push(...Object.keys(surface.statics ?? {}), ...ours);
    const all = [...members.keys(), ...statics.keys()];
    assertEquals(all.filter((member) => !known.includes(member)), [], "superfluous");
    assertEquals(ours.filter((member) => !all.includes(member)), [], "missing");
  });
}

test(
  `surface of Net_Gearman's constants: ${
    Object.entries(GLOBALS).map(([name, value]) => `${name}="${value}"`).join(" ")
  }`,
  () => {
    for (const [name, value] of Object.entries(GLOBALS)) {
      assertEquals([name, values[name]], [name, value as unknown as Class]);
    }
  },
);

test("every class goes by a short name as well, and there are no classes beside them", () => {
  const long = Object.keys(SURFACES);
  for (const name of long) {
    assertStrictEquals(values[name.replace("Net_Gearman_", "")], values[name]);
  }
  const classes = Object.keys(face).filter((name) => /^class\b/.test(String(values[name])));
  const short = long.map((name) => name.replace("Net_Gearman_", ""));
  assertEquals(classes.sort(), [...long, ...short].sort());
});
