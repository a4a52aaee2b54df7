/** Deep equality: by structure for plain data, by content for bytes, maps, sets, dates and errors. */

type Bag = Record<PropertyKey, unknown>;
type Pair = readonly [object, object];

/**
 * Whether two values are alike all the way down. `NaN` equals `NaN`, `0` equals `-0`, a key that is
 * undefined equals a key that is missing; values of different classes are never equal.
 */
export function equal(a: unknown, b: unknown): boolean {
  return alike(a, b, []);
}

function alike(a: unknown, b: unknown, open: readonly Pair[]): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (
    typeof a !== "object" || typeof b !== "object" || a === null || b === null
  ) return false;
  if (prototypeOf(a) !== prototypeOf(b)) return false;
  // A cycle met again is equal as long as nothing else differs.
  if (open.some(([left, right]) => left === a && right === b)) return true;
  const pairs: readonly Pair[] = [...open, [a, b]];

  if (ArrayBuffer.isView(a)) {
    return sameBytes(bytesOf(a), bytesOf(b as ArrayBufferView));
  }
  if (a instanceof ArrayBuffer) {
    return sameBytes(new Uint8Array(a), new Uint8Array(b as ArrayBuffer));
  }
  if (a instanceof Date) return Object.is(a.getTime(), (b as Date).getTime());
  if (a instanceof RegExp || a instanceof URL) return String(a) === String(b);
  if (a instanceof Error) {
    const other = b as Error;
    if (a.name !== other.name || a.message !== other.message) return false;
    if (!alike(a.cause, other.cause, pairs)) return false;
  }
  if (a instanceof Set) {
    return sameMembers([...a], [...b as Set<unknown>], pairs);
  }
  if (a instanceof Map) {
    return sameMembers([...a], [...b as Map<unknown, unknown>], pairs);
  }
  if (Array.isArray(a) && a.length !== (b as unknown[]).length) return false;
  return sameKeys(a as Bag, b as Bag, pairs);
}

/** A class without a prototype counts as a plain object, as literals made by a parser may be. */
function prototypeOf(value: object): object {
  return Object.getPrototypeOf(value) ?? Object.prototype;
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** The index of the first byte that differs, as far as both go. -1: none. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    if (a[at] !== b[at]) return at;
  }
  return -1;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && firstDifference(a, b) === -1;
}

function sameMembers(
  a: unknown[],
  b: unknown[],
  open: readonly Pair[],
): boolean {
  if (a.length !== b.length) return false;
  const left = new Set(b.keys());
  return a.every((member) => {
    for (const at of left) {
      if (alike(member, b[at], open)) return left.delete(at);
    }
    return false;
  });
}

function sameKeys(a: Bag, b: Bag, open: readonly Pair[]): boolean {
  const keys = new Set([...visibleKeys(a), ...visibleKeys(b)]);
  return [...keys].every((key) => alike(a[key], b[key], open));
}

function visibleKeys(value: object): PropertyKey[] {
  return Reflect.ownKeys(value).filter((key) =>
    Object.prototype.propertyIsEnumerable.call(value, key)
  );
}
