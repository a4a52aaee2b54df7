/**
 * Job servers that are killed and started again, in turn, while jobs come in: every submission is
 * to settle, and truly. Knows no runtime: the tests play a tenth of it on all of them.
 *
 * @module
 */
import type { Client } from "../../src/client/mod.ts";
import { GearmanError } from "../../src/errors.ts";
import type { Worker } from "../../src/worker/mod.ts";

/** A job server that can be killed. */
export interface Victim {
  readonly address: { readonly port: number };
  /** Kills it, and waits for its end. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  start(): Promise<void>;
}

/** What is played, with whom. */
export interface KillsOptions {
  readonly victims: readonly Victim[];
  /** How many, or for how long. */
  readonly kills: number | (() => boolean);
  readonly random: () => number;
  /** Of all the servers, and not closed here. */
  readonly client: Client;
  /** Of all the servers, not started yet, and closed here. */
  readonly worker: Worker;
  readonly tell?: (progress: string) => void;
}

/** What came of it. */
export interface KillsResult {
  readonly submitted: number;
  readonly settled: number;
  /** Submissions that ended with a result, or a receipt. */
  readonly succeeded: number;
  readonly unsent: number;
  readonly unacknowledged: number;
  /** Acknowledged, and then lost. */
  readonly accepted: number;
  /** Foreground jobs with a result that no worker of ours has run: a promise broken. */
  readonly resultsWithoutRun: number;
  /** Jobs that have run though they are `unsent`: a promise broken. */
  readonly unsentButRun: number;
  /** Errors that are none of ours: a promise broken. */
  readonly strange: string[];
  /** Jobs that ran, for each server in the order of its first job. Each had one again after each kill. */
  readonly runs: Readonly<Record<string, number>>;
}

/** Those who submit one job after another. */
const FOREGROUND = 48;
const BACKGROUND = 16;

/** Jobs that run before each kill, at least, and at random up to as many more. */
const JOBS_BETWEEN = 100;

/** Plays it. Never rejects for what becomes of jobs: that is in the result. */
export async function killServers(options: KillsOptions): Promise<KillsResult> {
  const { victims, kills, random, client, worker, tell = () => {} } = options;
  const journal = new Map<string, number>();
  const runs: Record<string, number> = {};
  let ran = 0;
  let onRun = () => {};
  worker.add("work", async (job) => {
    const unique = job.text();
    journal.set(unique, (journal.get(unique) ?? 0) + 1);
    const { server } = job;
    const name = "port" in server ? `${server.port}` : server.path;
    runs[name] = (runs[name] ?? 0) + 1;
    ran++;
    onRun();
    // Some turns of the event loop, so that there are jobs at every step when the server dies.
    for (let turns = Math.floor(random() * 3); turns > 0; turns--) {
      job.status(turns, 3);
      await job.flushed();
    }
    return unique;
  });
  worker.start();

  const outcomes = { unsent: 0, unacknowledged: 0, accepted: 0 };
  const unsent: string[] = [];
  const strange: string[] = [];
  let submitted = 0;
  let settled = 0;
  let succeeded = 0;
  let resultsWithoutRun = 0;
  let isOver = false;
  /** Resolves once the server that is down is there again. */
  let back: Promise<void> = Promise.resolve();

  const lane = async (submit: (unique: string) => Promise<unknown>, isForeground: boolean) => {
    while (!isOver) {
      const unique = `job-${submitted++}`;
      try {
        await submit(unique);
        succeeded++;
        if (isForeground && !journal.has(unique)) resultsWithoutRun++;
      } catch (error) {
        if (!(error instanceof GearmanError)) strange.push(String(error));
        else {
          outcomes[error.outcome]++;
          if (error.outcome === "unsent") {
            unsent.push(unique);
            // One for each who submits, and not as many as fit into the time of a restart.
            await back;
          }
        }
      }
      settled++;
    }
  };
  const lanes = [
    ...Array.from({ length: FOREGROUND }, () =>
      lane(async (unique) => {
        const text = await client.submit("work", unique, { unique }).text();
        if (text !== unique) strange.push(`Expected "${unique}", got "${text}"`);
      }, true)),
    ...Array.from(
      { length: BACKGROUND },
      () => lane((unique) => client.background("work", unique, { unique }), false),
    ),
  ];

  /** Resolves once jobs have run so that this holds. */
  const untilRun = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      onRun = () => {
        if (holds()) resolve();
      };
      onRun();
    });
  const isOn = typeof kills === "number" ? (kill: number) => kill < kills : kills;
  for (let kill = 0; isOn(kill); kill++) {
    const until = ran + JOBS_BETWEEN + Math.floor(random() * JOBS_BETWEEN);
    await untilRun(() => ran >= until);
    const victim = victims[kill % victims.length];
    let isBack = () => {};
    back = new Promise((resolve) => isBack = resolve);
    await victim.kill();
    await victim.start();
    isBack();
    const name = `${victim.address.port}`;
    const { [name]: before = 0 } = runs;
    await untilRun(() => (runs[name] ?? 0) > before);
    if ((kill + 1) % 10 === 0) tell(`${kill + 1} kills, ${submitted} submissions, ${ran} runs`);
  }
  isOver = true;
  await Promise.all(lanes);
  await worker.drain();
  return {
    submitted,
    settled,
    succeeded,
    ...outcomes,
    resultsWithoutRun,
    unsentButRun: unsent.filter((unique) => journal.has(unique)).length,
    strange,
    runs,
  };
}
