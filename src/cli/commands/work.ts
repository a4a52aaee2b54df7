/**
 * `geartrain work`: runs a program for each job.
 *
 *     SIGTERM, SIGINT   takes no more jobs, lets those that run end, and ends
 *     a second one      ends now: the programs are ended, and their jobs go to other workers
 *
 * @module
 */
import { type Job, JobFailed, Worker } from "../../../mod.ts";
import { got } from "../../errors.ts";
import { joined } from "../../joined.ts";
import { type Call, type Command, commandOf, last } from "../command.ts";
import { CONNECTION, connectionOf, serverText } from "../connection.ts";
import { durationOf } from "../duration.ts";
import { Exit } from "../exits.ts";
import { checkProgram } from "../find_program.ts";
import { countOf } from "../numbers.ts";
import { type ProgramEnd, runProgram } from "../program.ts";
import { DEFAULT_PACKET_BYTES, packetBytesOf } from "../sizes.ts";
import { safe } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage_error.ts";

/** The command. */
export const work: Command = commandOf({
  name: "work",
  summary: "run a program for each job",
  words: "FUNCTION ... [FLAGS] -- PROGRAM [ARGUMENT ...]",
  about: `
Offers functions, and runs PROGRAM for each job: the workload is its standard input, its standard
output the result, its standard error goes to ours. When it ends with 0 the job is complete, with
any other code it fails. Gearman carries no reason for a failure; with --exceptions the job fails
with an exception, which names the code and the last lines of standard error. A program that is not
there ends the command at once, with 2.

The program finds GEARTRAIN_FUNCTION, GEARTRAIN_HANDLE and GEARTRAIN_UNIQUE in its environment.

SIGTERM or SIGINT drains: no more jobs are taken, those that run may end within --drain-timeout, and
the command ends with 0. A second signal ends it at once, with 130 or 143: programs that run get
SIGTERM, and 5 seconds later SIGKILL, and their jobs go to other workers.

It ends with 21 when every server is up and lets it work on none of the functions.`,
  flags: [
    { name: "concurrency", short: "c", value: "N", help: "Programs at once. Default 1." },
    {
      name: "timeout",
      short: "t",
      value: "TIME",
      help: "How long a program may run; then it is ended. Default: as long as it likes.",
    },
    {
      name: "on-timeout",
      value: "HOW",
      help: '"fail": the job fails. "requeue": it goes back to the server. Default fail.',
    },
    { name: "stream", help: "Send output as it comes, not all at the end." },
    { name: "shell", help: "Join the words after -- and let sh -c run them." },
    {
      name: "exceptions",
      help: "Tell clients why a job failed. Not where clients use libgearman through\n" +
        "gearmand 1.1: for an exception that they did not ask for they wait for ever.",
    },
    { name: "count", value: "N", help: "Take no more jobs once N have begun, and end with them." },
    {
      name: "drain-timeout",
      value: "TIME",
      help: "How long running jobs may hold up the end. Default 30s.",
    },
    { name: "id", value: "TEXT", help: 'The name that "geartrain workers" shows.' },
    {
      name: "max-packet-bytes",
      value: "SIZE",
      help: "The largest workload, and result. Default 64M.",
    },
    { name: "quiet", short: "q", help: "Say nothing of jobs and servers." },
    ...CONNECTION,
  ],
  examples: [
    ["geartrain work reverse -- rev", "one program"],
    ["geartrain work resize -c 4 -t 30s -- convert - -resize 50% -", "four at once"],
    ["geartrain work count --shell -- 'wc -w | tr -d \" \"'", "a line of shell"],
  ],
  handlesSignals: true,
  run,
});

/** Milliseconds between SIGTERM and SIGKILL. */
const GRACE = 5_000;

/** Bytes of standard error that an exception quotes at most. */
const QUOTED_BYTES = 1_024;

/** Why a program did not do its job. Its words go to whoever submitted that. */
class ProgramFailed extends Error {
  override readonly name = "ProgramFailed";
  readonly #lastLines: string;

  constructor(how: string, lastLines: string) {
    super(how);
    this.#lastLines = lastLines;
  }

  /** The same with the last lines of standard error: who ran it has seen them. */
  quoting(): ProgramFailed {
    const { message } = this;
    return this.#lastLines === ""
      ? this
      : new ProgramFailed(`${message}: ${this.#lastLines}`, this.#lastLines);
  }
}

interface Settings {
  readonly functions: readonly string[];
  readonly command: readonly string[];
  readonly count: number;
  readonly drainTimeout: number;
  readonly maxPacketBytes: number;
  readonly isStreamed: boolean;
  readonly tellsWhy: boolean;
}

async function run(call: Call): Promise<number> {
  const { flags, terminal } = call;
  const settings = settingsOf(call);
  const worker = new Worker({
    ...connectionOf(call),
    concurrency: countOf(last(flags, "concurrency"), "--concurrency") ?? 1,
    id: last(flags, "id"),
    maxPacketBytes: settings.maxPacketBytes,
  });
  const timeout = durationOf(last(flags, "timeout"), "timeout");
  const onTimeout = last(flags, "on-timeout") as "fail" | undefined;
  let begun = 0;
  const running = new Set<Promise<unknown>>();
  const drain = () => void worker.drain({ timeout: settings.drainTimeout });
  for (const name of settings.functions) {
    worker.add(name, (job) => {
      if (++begun === settings.count) drain();
      const result = runJob(call, settings, job);
      running.add(result);
      result.catch(() => {}).finally(() => running.delete(result));
      return result;
    }, { timeout, onTimeout });
  }
  let code: number = Exit.OK;
  let isEnding = false;
  const stop = terminal.onEnd((signal) => {
    if (!isEnding) {
      isEnding = true;
      note(call, { state: "draining", running: running.size }, `draining, ${running.size} running`);
      return drain();
    }
    code = signal === "SIGINT" ? 130 : 143;
    void worker.close();
  });
  watch(call, worker, () => {
    code = Exit.REFUSED;
    drain();
  });
  worker.start();
  try {
    await worker.closed;
    // Those that were told to end by now need not be waited for by the worker, but by us.
    await Promise.allSettled(running);
  } finally {
    stop();
  }
  return code;
}

function settingsOf({ flags, words: functions, rest, terminal }: Call): Settings {
  if (functions.length === 0) throw new UsageError("Expected a FUNCTION, got none");
  if (rest === undefined || rest.length === 0) {
    throw new UsageError('Expected "-- PROGRAM" after the functions, got none');
  }
  const command = flags.has("shell") ? ["sh", "-c", rest.join(" ")] : rest;
  checkProgram(command[0], terminal.env);
  return {
    functions,
    command,
    count: countOf(last(flags, "count"), "--count") ?? Infinity,
    drainTimeout: durationOf(last(flags, "drain-timeout"), "drain-timeout") ?? 30_000,
    maxPacketBytes: packetBytesOf(last(flags, "max-packet-bytes")) ?? DEFAULT_PACKET_BYTES,
    isStreamed: flags.has("stream"),
    tellsWhy: flags.has("exceptions"),
  };
}

/** Says which servers come and go, and which give no jobs of a function; and whether any are to be had. */
function watch(call: Call, worker: Worker, onRefused: () => void): void {
  worker.addEventListener("up", ({ server }) => {
    const text = serverText(server);
    note(call, { state: "up", server: text }, `${text} is up`);
  });
  worker.addEventListener("down", ({ server, reason }) => {
    const text = serverText(server);
    const why = reason?.message ?? "no reason";
    note(call, { state: "down", server: text, message: why }, `${text} is down: ${why}`);
  });
  worker.addEventListener("refused", ({ server, reason }) => {
    const text = serverText(server);
    const why = reason?.message ?? "no reason";
    note(call, { state: "refused", server: text, message: why }, `${text} gives no jobs: ${why}`);
    // It would wait for ever, and whoever keeps it running would never know.
    if (worker.refusal !== undefined) onRefused();
  });
}

/** Runs the program for a job. Rejects when that is not complete. */
async function runJob(call: Call, settings: Settings, job: Job): Promise<Uint8Array> {
  const { terminal } = call;
  const { command, isStreamed, tellsWhy } = settings;
  const start = terminal.now();
  const output = new Output(settings.maxPacketBytes - job.handle.length - 1);
  const quoted = new Tail(QUOTED_BYTES);
  const tell = (state: string, why?: string) => {
    const { functionName, handle } = job;
    const milliseconds = Math.round(terminal.now() - start);
    note(
      call,
      { state, function: functionName, handle, milliseconds, why },
      `${functionName} ${handle} ${state} after ${milliseconds} ms${why ? `: ${why}` : ""}`,
    );
  };
  try {
    const end = await runProgram({
      command,
      env: environmentOf(terminal, job),
      input: job.workload,
      onOutput: (piece) => isStreamed ? job.data(new Uint8Array(piece)) : output.add(piece),
      onError: (piece) => {
        quoted.add(piece);
        terminal.err(piece);
      },
      signal: job.signal,
      grace: GRACE,
    });
    if (end.code !== 0) throw new ProgramFailed(endText(command[0], end), quoted.text);
    const result = output.whole;
    tell("complete");
    return result;
  } catch (error) {
    const { aborted, reason } = job.signal;
    // Whatever the program has come to since then, that is why.
    tell(aborted ? "given up" : "failed", messageOf(aborted ? reason : error));
    if (!tellsWhy) throw new JobFailed();
    throw error instanceof ProgramFailed ? error.quoting() : error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function environmentOf(
  { env }: Terminal,
  { functionName, handle, unique }: Job,
): Record<string, string | undefined> {
  return {
    ...env,
    GEARTRAIN_FUNCTION: functionName,
    GEARTRAIN_HANDLE: handle,
    GEARTRAIN_UNIQUE: unique,
  };
}

function endText(program: string, { code, signal }: ProgramEnd): string {
  return `${got(program)} ${code === null ? `was ended by ${signal}` : `ended with code ${code}`}`;
}

/** Says something on standard error, for people or for programs. */
function note({ terminal, flags, json }: Call, row: object, text: string): void {
  if (flags.has("quiet")) return;
  terminal.err(json ? `${JSON.stringify(row)}\n` : `geartrain: ${safe(text)}\n`);
}

/** What a program has written, to be sent as one result. */
class Output {
  readonly #limit: number;
  readonly #pieces: Uint8Array[] = [];
  #size = 0;

  /** @param limit Bytes that a result may have. What is beyond them is not kept. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(piece: Uint8Array): void {
    this.#size += piece.length;
    if (this.#size <= this.#limit) this.#pieces.push(piece);
  }

  /** All of it. Throws where that is too much: no server would hear of the job's end. */
  get whole(): Uint8Array {
    if (this.#size <= this.#limit) return joined(this.#pieces);
    const most = `more than the ${this.#limit} that --max-packet-bytes leaves for a result`;
    throw new ProgramFailed(`Wrote ${this.#size} bytes, ${most}: see --stream`, "");
  }
}

/** The last bytes of a stream. */
class Tail {
  readonly #limit: number;
  #pieces: Uint8Array = new Uint8Array(0);

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(piece: Uint8Array): void {
    this.#pieces = joined([this.#pieces, piece]).slice(-this.#limit);
  }

  get text(): string {
    return new TextDecoder().decode(this.#pieces).trim();
  }
}
