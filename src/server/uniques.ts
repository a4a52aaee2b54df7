/**
 * What is live by function and by what it coalesces on: its unique, or, where the unique is `-`, its
 * workload. A job with an empty unique, or with `-` and nothing in the workload, never coalesces.
 *
 * Status may be asked by unique alone, so there is one table for all functions. Most uniques are
 * known to one function only: those stand in it without a table of their own.
 *
 * @module
 */
import { isDash, keyOf, sameBytes } from "./bytes.ts";
import type { FunctionEntry } from "./functions.ts";
import type { Job } from "./jobs.ts";

/** What can be found by its unique. */
export interface Unique {
  readonly fn: FunctionEntry;
  /** What it coalesces on; empty: on nothing. */
  readonly uniqueKey: string;
}

/** Live items, each under its function and key. */
export class Uniques<T extends Unique> {
  readonly #items = new Map<string, T | Map<FunctionEntry, T>>();

  /** The item of a function under a key. */
  get(fn: FunctionEntry, key: string): T | undefined {
    const found = this.#items.get(key);
    if (found instanceof Map) return found.get(fn);
    return found?.fn === fn ? found : undefined;
  }

  /** An item under a key, whatever its function. */
  any(key: string): T | undefined {
    const found = this.#items.get(key);
    return found instanceof Map ? found.values().next().value : found;
  }

  /** Lets others find an item, and no longer the one that had its place. Without effect for an empty key. */
  add(item: T): void {
    const { fn, uniqueKey: key } = item;
    if (key === "") return;
    const found = this.#items.get(key);
    if (found === undefined || (!(found instanceof Map) && found.fn === fn)) {
      this.#items.set(key, item);
    } else if (found instanceof Map) {
      found.set(fn, item);
    } else {
      this.#items.set(key, new Map([[found.fn, found], [fn, item]]));
    }
  }

  /** Frees an item's place. */
  delete(item: T): void {
    const { fn, uniqueKey: key } = item;
    // A cancelled job has freed its place before its end, and another may have it by now.
    if (this.get(fn, key) !== item) return;
    const found = this.#items.get(key);
    if (found instanceof Map && found.size > 1) found.delete(fn);
    else this.#items.delete(key);
  }
}

/** The key of a submission: where the job that it would join stands. Empty: it never joins one. */
export function uniqueKeyFor(
  jobs: Uniques<Job>,
  fn: FunctionEntry,
  unique: Uint8Array,
  workload: Uint8Array,
): string {
  if (!isDash(unique)) return keyOf(unique);
  if (workload.length === 0) return "";
  // Begins beyond any byte, so that no unique makes the same key.
  let key = `\u{100}${hashOf(workload)}`;
  for (;;) {
    const other = jobs.get(fn, key);
    if (other === undefined || sameBytes(other.workload, workload)) return key;
    key += "'";
  }
}

/** FNV-1a, 32 bits. Only a first guess: the workloads themselves are compared. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) {
    hash = Math.imul(hash ^ bytes[i], 0x01000193);
  }
  return hash;
}
