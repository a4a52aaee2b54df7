/**
 * The live jobs of one function by what they coalesce on: their unique, or, where the unique is
 * `-`, their workload. A job with an empty unique, or with `-` and nothing in the workload, never
 * coalesces.
 *
 * @module
 */
import { keyOf, sameBytes } from "./bytes.ts";
import type { Job } from "./jobs.ts";

/** Jobs by unique or workload. */
export class Uniques {
  readonly #named = new Map<string, Job>();
  /** Under `-`, by a hash of the workload. */
  readonly #unnamed = new Map<number, Job[]>();

  /** The job that a submission joins. */
  find(unique: Uint8Array, workload: Uint8Array): Job | undefined {
    if (!isDash(unique)) return this.named(unique);
    if (workload.length === 0) return undefined;
    const alike = this.#unnamed.get(hashOf(workload));
    return alike?.find((job) => sameBytes(job.workload, workload));
  }

  /** The job with this very unique. */
  named(unique: Uint8Array): Job | undefined {
    return unique.length === 0 ? undefined : this.#named.get(keyOf(unique));
  }

  /** Lets others join `job`, which {@linkcode find} did not find. */
  add(job: Job): void {
    const { unique, workload } = job;
    if (unique.length === 0) return;
    if (!isDash(unique)) {
      this.#named.set(keyOf(unique), job);
    } else if (workload.length > 0) {
      const hash = hashOf(workload);
      const alike = this.#unnamed.get(hash);
      if (alike === undefined) this.#unnamed.set(hash, [job]);
      else alike.push(job);
    }
  }

  /** Frees the unique of `job`. */
  delete(job: Job): void {
    const { unique, workload } = job;
    if (unique.length === 0) return;
    if (!isDash(unique)) {
      const key = keyOf(unique);
      // A cancelled job has freed its unique before its end, and another may have it by now.
      if (this.#named.get(key) === job) this.#named.delete(key);
    } else if (workload.length > 0) {
      const hash = hashOf(workload);
      const others = this.#unnamed.get(hash)?.filter((other) => other !== job);
      if (others === undefined || others.length === 0) this.#unnamed.delete(hash);
      else this.#unnamed.set(hash, others);
    }
  }
}

const DASH = 0x2d;

function isDash(unique: Uint8Array): boolean {
  return unique.length === 1 && unique[0] === DASH;
}

/** FNV-1a, 32 bits. Only a first guess: the workloads themselves are compared. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) {
    hash = Math.imul(hash ^ bytes[i], 0x01000193);
  }
  return hash;
}
