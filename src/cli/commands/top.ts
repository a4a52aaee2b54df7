/**
 * `geartrain top`: a live table of the functions, or a line for each moment where nobody watches.
 *
 * @module
 */
import { GearmanError } from "../../../mod.ts";
import { got } from "../../errors.ts";
import { type Call, type Command, commandOf, last } from "../command.ts";
import { CONNECTION } from "../connection.ts";
import { durationOf } from "../duration.ts";
import { Exit, exitCodeOf } from "../exits.ts";
import { functionsAt, type Load, loadOf, sortedBy, type SortKey } from "../load.ts";
import { countOf } from "../numbers.ts";
import { type Asked, withServers } from "../servers.ts";
import { tableOf } from "../table.ts";
import type { Screen } from "../terminal.ts";
import { type Line, linesOf, shownOf, type Style, type View } from "../top_screen.ts";
import { UsageError } from "../usage_error.ts";
import { wordsOf } from "../words.ts";

/** The command. */
export const top: Command = commandOf({
  name: "top",
  summary: "watch functions, jobs and workers",
  words: "[FLAGS]",
  about: `
Shows the functions of all servers together: jobs that wait, jobs that run, workers, and by how many
jobs a second the queue grows or shrinks. A function with jobs that wait and no worker stands out,
and so does a server that does not answer.

Keys: f function, j queued, r running, w workers, c change: sort by that, and by the same once more
the other way round. i leaves out what is idle, space stops the picture, arrows and page keys
scroll, q ends it.

Where standard output is no terminal it prints a table for each moment, or a line of JSON, --count
times or until it is interrupted.

Ends with 0; where it is no terminal, with 20 when no server can be reached, and with 21 when they say
no.`,
  flags: [
    {
      name: "interval",
      short: "i",
      value: "TIME",
      help: "The time between two moments. Default 1s.",
    },
    {
      name: "sort",
      value: "KEY",
      help: "function, queued, running, workers or rate. Default queued.",
    },
    { name: "count", short: "c", value: "N", help: "End after N moments." },
    ...CONNECTION,
  ],
  examples: [
    ["geartrain top", "a live table"],
    ["geartrain top -i 5s -s 10.0.0.1,10.0.0.2", "two servers together"],
    ["geartrain top --count 1 --json", "one moment, for programs"],
  ],
  run,
});

const SORT_KEYS: readonly SortKey[] = ["function", "queued", "running", "workers", "rate"];

/** The keys that sort. */
const KEYS: Readonly<Record<string, SortKey>> = {
  f: "function",
  j: "queued",
  r: "running",
  w: "workers",
  c: "rate",
};

const ESCAPE = "\x1b";
const CONTROL_C = "\x03";

/** By how many functions a key scrolls. */
const SCROLLS: Readonly<Record<string, number>> = {
  [`${ESCAPE}[A`]: -1,
  [`${ESCAPE}[B`]: 1,
  [`${ESCAPE}[5~`]: -10,
  [`${ESCAPE}[6~`]: 10,
};

/** The other screen, the cursor hidden; and back. */
const OPEN = `${ESCAPE}[?1049h${ESCAPE}[?25l`;
const CLOSE = `${ESCAPE}[?25h${ESCAPE}[?1049l`;

const STYLES: Readonly<Record<Style, string>> = {
  plain: "",
  title: `${ESCAPE}[1m`,
  heading: `${ESCAPE}[7m`,
  busy: `${ESCAPE}[32m`,
  trouble: `${ESCAPE}[31m`,
};

/** What is asked, and how often. */
interface Watch {
  readonly call: Call;
  readonly asked: readonly Asked[];
  readonly interval: number;
  readonly count: number;
  readonly sortKey: SortKey;
}

async function run(call: Call): Promise<number> {
  wordsOf(call);
  const { flags, terminal } = call;
  const sort = last(flags, "sort") ?? "queued";
  const sortKey = SORT_KEYS.find((key) => key === sort);
  if (sortKey === undefined) {
    throw new UsageError(`Expected --sort to be ${SORT_KEYS.join(" or ")}, got ${got(sort)}`);
  }
  const interval = durationOf(last(flags, "interval"), "interval") ?? 1_000;
  const count = countOf(last(flags, "count"), "--count") ?? Infinity;
  return await withServers(call, (asked) => {
    const watch = { call, asked, interval, count, sortKey };
    return terminal.screen === undefined || call.json
      ? print(watch)
      : new Live(watch, terminal.screen).run();
  });
}

/** What the servers said, and the exit code for the first that did not answer. */
interface Moment {
  readonly load: Load;
  readonly code: number;
}

/** Asks all servers. Those that do not answer are named with the reason. */
async function ask({ call, asked }: Watch, signal: AbortSignal, before?: Load): Promise<Moment> {
  let code: number = Exit.OK;
  const answers = await Promise.all(asked.map(async ({ server, admin }) => {
    try {
      return { server, ...await functionsAt(admin, signal) };
    } catch (error) {
      if (!(error instanceof GearmanError)) throw error;
      if (code === Exit.OK) code = exitCodeOf(error);
      return { server, trouble: error.message };
    }
  }));
  return { load: loadOf(call.terminal.now(), answers, before), code };
}

/** Moment by moment, to something that is no terminal. */
async function print(watch: Watch): Promise<number> {
  const { call: { json, terminal, signal }, interval, count, sortKey } = watch;
  let load: Load | undefined;
  for (let at = 0; at < count; at++) {
    if (at > 0) await terminal.sleep(interval, signal);
    const moment = await ask(watch, signal, load);
    load = moment.load;
    const { servers } = load;
    const troubles = servers.filter(({ trouble }) => trouble !== undefined);
    const functions = sortedBy(load.functions, sortKey, false);
    if (json) {
      // Programs are told the time of day: the load's own goes by a clock that nobody else has.
      const at = new Date().toISOString();
      await terminal.out(`${JSON.stringify({ at, functions, servers })}\n`);
    } else {
      for (const { server, trouble } of troubles) {
        terminal.err(`geartrain: ${server}: ${trouble}\n`);
      }
      await terminal.out(`${at > 0 ? "\n" : ""}${plainTable(functions)}`);
    }
    if (troubles.length === servers.length) return moment.code;
  }
  return Exit.OK;
}

function plainTable(functions: Load["functions"]): string {
  return tableOf(
    ["FUNCTION", "QUEUED", "RUNNING", "WORKERS", "QUEUE/S"],
    functions.map((row) => [
      row.function,
      row.queued,
      row.running,
      row.workers,
      row.rate === undefined ? "-" : Number(row.rate.toFixed(1)),
    ]),
  );
}

/** A table that stays where it is. */
class Live {
  readonly #watch: Watch;
  readonly #screen: Screen;
  readonly #quit = new AbortController();
  #load: Load | undefined;
  #sortKey: SortKey;
  #isReversed = false;
  #hidesIdle = false;
  #isPaused = false;
  #scroll = 0;

  constructor(watch: Watch, screen: Screen) {
    this.#watch = watch;
    this.#screen = screen;
    this.#sortKey = watch.sortKey;
  }

  async run(): Promise<number> {
    const { call: { terminal, signal }, interval, count } = this.#watch;
    const quit = () => this.#quit.abort();
    signal.addEventListener("abort", quit, { once: true });
    const stop = this.#screen.watch((key) => this.#onKey(key), () => this.#draw());
    await terminal.out(OPEN);
    try {
      this.#draw();
      for (let at = 0; at < count && !this.#quit.signal.aborted; at++) {
        if (at > 0) await terminal.sleep(interval, this.#quit.signal);
        if (this.#isPaused) continue;
        this.#load = (await ask(this.#watch, this.#quit.signal, this.#load)).load;
        this.#draw();
      }
    } catch (error) {
      if (!this.#quit.signal.aborted) throw error;
    } finally {
      stop();
      await terminal.out(CLOSE);
    }
    // To leave is how it ends.
    return Exit.OK;
  }

  #onKey(key: string): void {
    if (key === "q" || key === ESCAPE || key === CONTROL_C) return this.#quit.abort();
    const sortKey = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    if (sortKey !== undefined) {
      this.#isReversed = sortKey === this.#sortKey && !this.#isReversed;
      this.#sortKey = sortKey;
    } else if (key === "i") this.#hidesIdle = !this.#hidesIdle;
    else if (key === " ") this.#isPaused = !this.#isPaused;
    else if (Object.hasOwn(SCROLLS, key)) {
      const most = Math.max(0, shownOf(this.#view()).length - 1);
      this.#scroll = Math.min(most, Math.max(0, this.#scroll + SCROLLS[key]));
    } else return;
    this.#draw();
  }

  #view(): View {
    return {
      load: this.#load,
      sortKey: this.#sortKey,
      isReversed: this.#isReversed,
      hidesIdle: this.#hidesIdle,
      isPaused: this.#isPaused,
      scroll: this.#scroll,
      clock: new Date().toTimeString().slice(0, 8),
    };
  }

  #draw(): void {
    const lines = linesOf(this.#view(), this.#screen.size);
    void this.#watch.call.terminal.out(`${ESCAPE}[H${lines.map(drawn).join("\r\n")}`);
  }
}

/** A line with its style, and nothing left of what stood there. */
function drawn({ text, style }: Line): string {
  const on = STYLES[style];
  return `${on}${text}${on === "" ? "" : `${ESCAPE}[0m`}${ESCAPE}[K`;
}
