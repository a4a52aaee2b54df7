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
import type { Job, Submission } from "./jobs.ts";
import { KeyedHash } from "./keyed_hash.ts";

/** Live items, each under its function and key. An empty key is nobody's. */
export class Uniques<T extends { readonly fn: FunctionEntry }> {
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

  /** Lets others find an item, and no longer the one that had its place. */
  add(key: string, item: T): void {
    if (key === "") return;
    const { fn } = item;
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
  delete(key: string, item: T): void {
    const { fn } = item;
    // A cancelled job has freed its place before its end, and another may have it by now.
    if (this.get(fn, key) !== item) return;
    const found = this.#items.get(key);
    if (found instanceof Map && found.size > 1) found.delete(fn);
    else this.#items.delete(key);
  }
}

/** What a job coalesces on: its unique, or a hash of its workload. Empty: on nothing. */
export type UniqueKey = string | number;

/** What makes a submission join a job. */
type Likeness = Pick<Submission, "fn" | "workload">;

/** Live jobs by what they coalesce on. */
export class JobUniques {
  readonly #named = new Uniques<Job>();
  /** Jobs of unique `-` by the hash of function and workload, which may be that of several. */
  readonly #byHash = new Map<number, Job[]>();
  readonly #hash: (parts: readonly Uint8Array[]) => number;

  /** @param hash Where workloads are looked for; they are compared themselves, too. */
  constructor(hash?: (parts: readonly Uint8Array[]) => number) {
    const keyed = new KeyedHash();
    this.#hash = hash ?? ((parts) => keyed.of(parts));
  }

  /** The key of a submission. */
  keyFor({ fn, unique, workload }: Likeness & Pick<Submission, "unique">): UniqueKey {
    if (!isDash(unique)) return keyOf(unique);
    return workload.length === 0 ? "" : this.#hash([fn.name, workload]);
  }

  /** The job that a submission of that key joins. */
  get(key: UniqueKey, submission: Likeness): Job | undefined {
    if (typeof key === "string") return this.#named.get(submission.fn, key);
    return this.#byHash.get(key)?.find((job) => isAlike(job, submission));
  }

  /** A job with a unique of its own, whatever its function. */
  named(unique: Uint8Array): Job | undefined {
    return this.#named.any(keyOf(unique));
  }

  /** Lets submissions join a job, and no longer the one that had its place. */
  add(job: Job): void {
    const { uniqueKey: key } = job;
    if (typeof key === "string") return this.#named.add(key, job);
    const others = this.#byHash.get(key)?.filter((other) => !isAlike(other, job)) ?? [];
    this.#byHash.set(key, [...others, job]);
  }

  /** Frees a job's place. */
  delete(job: Job): void {
    const { uniqueKey: key } = job;
    if (typeof key === "string") return this.#named.delete(key, job);
    const others = this.#byHash.get(key)?.filter((other) => other !== job) ?? [];
    if (others.length > 0) this.#byHash.set(key, others);
    else this.#byHash.delete(key);
  }
}

function isAlike(job: Likeness, { fn, workload }: Likeness): boolean {
  return job.fn === fn && sameBytes(job.workload, workload);
}
