/** A store in memory whose commits a test carries out by hand, or has fail. */
import type { Change, Fate, Kept, Store, StoredJob, StoredSeries } from "../../src/server/mod.ts";

/** One commit that waits. */
export interface HandCommit {
  /** What it holds, in words. */
  readonly changes: readonly string[];
  done(): void;
  fail(error: Error): void;
}

/** A store that does nothing by itself once it is open. */
export class HandStore implements Store {
  /** What `open()` gives. */
  kept: Kept = { next: 1, jobs: [], series: [], fates: [] };
  isClosed = false;
  #isOpen = false;
  #isLetGo = false;
  readonly #commits: HandCommit[] = [];
  #wake: () => void = () => {};

  open(): Promise<Kept> {
    return Promise.resolve(this.kept);
  }

  commit(changes: readonly Change[]): Promise<void> {
    // The first commit is the opening's own.
    if (!this.#isOpen) {
      this.#isOpen = true;
      return Promise.resolve();
    }
    if (this.#isLetGo) return Promise.resolve();
    return new Promise((done, fail) => {
      this.#commits.push({ changes: changes.map(wordsOf), done, fail });
      this.#wake();
    });
  }

  close(): void {
    this.isClosed = true;
  }

  /** The next commit. */
  async next(): Promise<HandCommit> {
    for (;;) {
      const commit = this.#commits.shift();
      if (commit !== undefined) return commit;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Carries out what comes by itself from now on. */
  letGo(): void {
    this.#isLetGo = true;
  }

  /** How many commits wait. */
  get waiting(): number {
    return this.#commits.length;
  }
}

const decoder = new TextDecoder();

function wordsOf(change: Change): string {
  switch (change.kind) {
    case "keep":
      return `keep ${jobText(change.job)}`;
    case "retried":
      return `retried ${change.number} ${change.retries}`;
    case "forget":
      return `forget ${change.number}`;
    case "keep series":
      return `keep series ${seriesText(change.series)}`;
    case "ended":
      return `ended ${fateText(change.fate)}`;
    case "forget series":
    case "faded":
      return `${change.kind} ${change.number}`;
    case "reserve":
      return `reserve ${change.next}`;
  }
}

/** A stored job in words: number, function, unique, workload, then what is not as usual. */
export function jobText(job: StoredJob): string {
  const { number, priority, reducer, notBefore, retries } = job;
  const names = [job.functionName, job.unique, job.workload].map((bytes) => decoder.decode(bytes));
  const rest = [
    priority === 1 ? "" : ` priority ${priority}`,
    reducer === undefined ? "" : ` reducer ${decoder.decode(reducer)}`,
    notBefore === 0 ? "" : ` not before ${notBefore}`,
    retries === 0 ? "" : ` retries ${retries}`,
  ];
  return `${number} ${names.join("|")}${rest.join("")}`;
}

/** A stored series in words. */
export function seriesText(series: StoredSeries): string {
  const { number, times, since, lastRun } = series;
  const names = [series.functionName, series.unique, series.workload];
  const words = names.map((bytes) => decoder.decode(bytes)).join("|");
  return `${number} ${words} at ${times} since ${since} run ${lastRun}`;
}

/** The end of a job in words. */
export function fateText(
  { number, handle, functionName, unique, state, data, endedAt }: Fate,
): string {
  const names = [functionName, unique].map((bytes) => decoder.decode(bytes)).join("|");
  const result = data === undefined ? "not kept" : `"${decoder.decode(data)}"`;
  return `${number} ${handle} ${names} ${state} ${result} at ${endedAt}`;
}
