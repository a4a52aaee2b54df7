/**
 * The journal of a server with a store. Changes gather for a turn and are committed together;
 * replies wait behind the commit, in their order, so that no job is acknowledged before it is kept.
 *
 *     idle ── keep, ended, forget ... ──> waiting for the turn's end ──> committing ──> idle
 *                                                   └── more came meanwhile ──┘
 *
 * A commit that fails refuses the jobs that it was to keep. What else it held is owed: it goes into
 * the next commit, or is tried again after a second.
 *
 * @module
 */
import type { Clock } from "../link/mod.ts";
import { Batch } from "./batch.ts";
import type { Fate } from "./fates.ts";
import { isDone } from "./is_done.ts";
import type { Job } from "./jobs.ts";
import type { Journal } from "./journal.ts";
import type { Series } from "./series.ts";
import type { Store, StoredJob, StoredSeries } from "./store.ts";

/** Who takes up what a store held. */
export interface Restorer {
  restore(job: StoredJob): void;
  restoreSeries(series: StoredSeries): void;
  restoreFate(fate: Fate): void;
}

/** What a commit says of the jobs and series that it was to keep, by handle. */
export interface Verdict {
  /** Whether it has succeeded. */
  readonly isKept: boolean;
  /** Background submissions of these were refused. */
  readonly refused: ReadonlySet<string>;
  /** Of those, the ones that nobody else follows: they are no more. */
  readonly gone: ReadonlySet<string>;
}

/** Options of {@linkcode Ledger}. */
export interface LedgerOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Takes back the background submissions of a job: {@linkcode Engine.refuse}. */
  readonly refuse: (job: Job) => boolean;
  /** Takes back what was submitted of a series: {@linkcode Engine.refuseSeries}. */
  readonly refuseSeries: (series: Series) => void;
  /** Hears that the store began to fail, and that it no longer does. */
  readonly warn: (message: string) => void;
}

type Reply = (verdict: Verdict) => void;

const NONE: ReadonlySet<string> = new Set();
const ALL_KEPT: Verdict = { isKept: true, refused: NONE, gone: NONE };

/** Numbers set aside at a time, so that foreground jobs, which are not kept, need no commit each. */
const RESERVE = 4096;

/** Milliseconds until what a failed commit owes is tried again. */
const RETRY_AFTER = 1000;

/** Milliseconds for which an end waits for the store. */
const CLOSE_PATIENCE = 10_000;

/** The journal of a server with a store. */
export class Ledger implements Journal {
  readonly isLasting = true;
  readonly #options: LedgerOptions;
  #batch = new Batch();
  #replies: Reply[] = [];
  #isOpen = false;
  /** Whether it commits by itself: not before what the store held has been taken up. */
  #isReady = false;
  #isCommitting = false;
  #next = 1;
  #reserved = 1;
  #running: Promise<void> | undefined;
  #isFailing = false;
  #stopRetry: (() => void) | undefined;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** Opens the store, hands over what is in it, and commits once, which shows that it can be written. */
  async open(engine: Restorer): Promise<void> {
    const { store } = this.#options;
    const { next, jobs, series, fates } = await store.open();
    this.#isOpen = true;
    for (const job of jobs) engine.restore(job);
    for (const one of series) engine.restoreSeries(one);
    for (const fate of fates) engine.restoreFate(fate);
    this.#next = next;
    this.#reserved = next + RESERVE;
    this.#batch.reserve(this.#reserved);
    // Ends may have faded that were taken up.
    const batch = this.#batch;
    this.#batch = new Batch();
    await store.commit(batch.changes());
    this.#isReady = true;
  }

  number(): number {
    const number = this.#next++;
    if (this.#next >= this.#reserved) {
      this.#reserved = this.#next + RESERVE;
      this.#batch.reserve(this.#reserved);
      this.#wake();
    }
    return number;
  }

  keep(job: Job): void {
    this.#batch.keep(job);
    this.#wake();
  }

  retried(job: Job): void {
    this.#batch.retried(job);
    this.#wake();
  }

  forget(job: Job): void {
    this.#batch.forget(job);
    this.#wake();
  }

  keepSeries(series: Series): void {
    this.#batch.keepSeries(series);
    this.#wake();
  }

  forgetSeries(series: Series): void {
    this.#batch.forgetSeries(series);
    this.#wake();
  }

  ended(fate: Fate): void {
    this.#batch.ended(fate);
    this.#wake();
  }

  faded(fate: Fate): void {
    this.#batch.faded(fate);
    this.#wake();
  }

  /** Whether replies wait for a commit. */
  get holds(): boolean {
    return this.#isCommitting || this.#batch.holdsReplies || this.#replies.length > 0;
  }

  /** Has the next reply wait until what was told so far is kept, also where it would not have to. */
  waitFor(): void {
    if (!this.#batch.isEmpty) this.#batch.await();
  }

  /** Has a reply wait for the commit under way, and for the next one. */
  hold(reply: Reply): void {
    this.#replies.push(reply);
  }

  /** Resolves when what is held now has been sent. Undefined: nothing is held. */
  settled(): Promise<void> | undefined {
    return this.holds ? new Promise((resolve) => this.hold(() => resolve())) : undefined;
  }

  /** Commits what is left, and gives the store back, or says that it could not in time. Never rejects. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    const { clock, warn } = this.#options;
    if (await isDone(this.#closeStore(), clock, CLOSE_PATIENCE)) return;
    warn(
      `The store did not answer within ${CLOSE_PATIENCE} ms and was not closed: ` +
        "what it was given last may be lost",
    );
  }

  async #closeStore(): Promise<void> {
    await this.#running;
    if (this.#isReady && !this.#batch.isEmpty) await this.#commit();
    this.#stopRetry?.();
    try {
      await this.#options.store.close();
    } catch (error) {
      this.#options.warn(`The store was not closed: ${error}`);
    }
  }

  #wake(): void {
    if (this.#isReady) this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    let isKept = true;
    do {
      // A turn that cannot be waited for is over.
      await this.#options.store.turn?.().catch(() => {});
      isKept = await this.#commit();
    } while (isKept ? !this.#batch.isEmpty : this.#batch.holdsReplies);
    this.#running = undefined;
  }

  /** One commit, and the replies that waited for it. False: it failed. */
  async #commit(): Promise<boolean> {
    this.#stopRetry?.();
    const batch = this.#batch;
    const replies = this.#replies;
    this.#batch = new Batch();
    this.#replies = [];
    let verdict = ALL_KEPT;
    try {
      const pending = batch.isEmpty ? undefined : this.#options.store.commit(batch.changes());
      if (pending !== undefined) {
        this.#isCommitting = batch.holdsReplies;
        await pending;
      }
      for (const { series, plan, progress } of batch.series) series.kept = { plan, progress };
      this.#works();
    } catch (error) {
      verdict = this.#failed(batch, error);
    }
    this.#isCommitting = false;
    for (const reply of replies) reply(verdict);
    if (!this.#batch.holdsReplies) this.#release();
    return verdict === ALL_KEPT;
  }

  /** Sends what waited behind an earlier reply, and for nothing of its own. */
  #release(): void {
    const replies = this.#replies;
    this.#replies = [];
    for (const reply of replies) reply(ALL_KEPT);
  }

  #failed(batch: Batch, error: unknown): Verdict {
    const refused = new Set<string>();
    const gone = new Set<string>();
    for (const job of batch.jobs) {
      refused.add(job.handle);
      if (this.#options.refuse(job)) gone.add(job.handle);
    }
    const later = new Set(refused);
    for (const one of batch.series) {
      const { series } = one;
      refused.add(series.handle);
      if (!this.#batch.takeBack(one)) continue;
      later.add(series.handle);
      this.#options.refuseSeries(series);
    }
    // Those that came during the commit, and joined what it was to keep.
    const joined = joiner(later, gone);
    this.#replies = this.#replies.map((reply) => (verdict) => reply(joined(verdict)));
    this.#batch.inherit(batch);
    if (!this.#batch.isEmpty) {
      this.#stopRetry = this.#options.clock.after(RETRY_AFTER, () => this.#wake());
    }
    if (!this.#isFailing) {
      this.#options.warn(`Background jobs are refused until the store can keep them: ${error}`);
    }
    this.#isFailing = true;
    return { isKept: false, refused, gone };
  }

  #works(): void {
    if (this.#isFailing) this.#options.warn("The store keeps background jobs again");
    this.#isFailing = false;
  }
}

/** Makes verdicts on what came during a commit that failed: what that refused is refused by any. */
function joiner(
  refused: ReadonlySet<string>,
  gone: ReadonlySet<string>,
): (verdict: Verdict) => Verdict {
  let last: { readonly verdict: Verdict; readonly joined: Verdict } | undefined;
  return (verdict) => {
    if (last?.verdict === verdict) return last.joined;
    const joined = {
      isKept: verdict.isKept,
      refused: new Set([...verdict.refused, ...refused]),
      gone: new Set([...verdict.gone, ...gone]),
    };
    last = { verdict, joined };
    return joined;
  };
}
