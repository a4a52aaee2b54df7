/**
 * The live jobs of one function by what they coalesce on: their unique, or, where the unique is
 * `-`, their workload. A job with an empty unique, or with `-` and nothing in the workload, never
 * coalesces.
 *
 * @module
 */
import { isDash, keyOf, sameBytes } from "./bytes.ts";
import type { Job } from "./jobs.ts";

/** Jobs by what they coalesce on. */
export class Uniques {
  readonly #jobs = new Map<string, Job>();

  /** The key of a submission: where the job that it would join stands. Empty: it never joins one. */
  keyFor(unique: Uint8Array, workload: Uint8Array): string {
    if (!isDash(unique)) return keyOf(unique);
    if (workload.length === 0) return "";
    // Begins beyond any byte, so that no unique makes the same key.
    let key = `\u{100}${hashOf(workload)}`;
    for (;;) {
      const other = this.#jobs.get(key);
      if (other === undefined || sameBytes(other.workload, workload)) return key;
      key += "'";
    }
  }

  /** The job under a key. */
  get(key: string): Job | undefined {
    return this.#jobs.get(key);
  }

  /** Lets others join a job. Without effect for one that never coalesces. */
  add(job: Job): void {
    if (job.uniqueKey !== "") this.#jobs.set(job.uniqueKey, job);
  }

  /** Frees a job's key. */
  delete(job: Job): void {
    // A cancelled job has freed its key before its end, and another may have it by now.
    if (this.#jobs.get(job.uniqueKey) === job) this.#jobs.delete(job.uniqueKey);
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
