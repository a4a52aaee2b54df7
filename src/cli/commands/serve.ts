/**
 * `geartrain serve`: a job server in the foreground, with gearmand's flags and signals.
 *
 *     SIGTERM, SIGINT   ends at once
 *     SIGUSR1, SIGUSR2  accepts no more, lets running jobs end, and ends
 *     SIGHUP            opens the log anew, and reads the rules anew
 *
 * @module
 */
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import {
  JobServer,
  type JobServerOptions,
  LinkError,
  type ListenAddress,
  sqliteStore,
} from "../../../mod.ts";
import { VERSION } from "../../server/mod.ts";
import { type Command, reported } from "../command.ts";
import { serverText } from "../connection.ts";
import { Exit, textOf } from "../exits.ts";
import { helpFor } from "../flags.ts";
import { Log } from "../log.ts";
import { PidFile } from "../pid_file.ts";
import { addressesOf } from "../places.ts";
import { Rules } from "../rules.ts";
import { filesOf, obstaclesOf, rulesFor, type ServeFiles } from "../serve_checks.ts";
import { SERVE_FLAGS, type Treatment } from "../serve_flags.ts";
import { readFlags, type ServeSettings, settingsOf } from "../serve_settings.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage_error.ts";
import { becomeUser } from "../user.ts";

/** How a server ends. */
type Ending = "now" | "graceful";

/** The signals that end it. */
const ENDINGS: Readonly<Partial<Record<NodeJS.Signals, Ending>>> = {
  SIGTERM: "now",
  SIGINT: "now",
  SIGUSR1: "graceful",
  // At SIGUSR1 Deno opens a debugger's port as well, whoever listens to the signal.
  SIGUSR2: "graceful",
};

/** Milliseconds for which a peer that reads nothing holds up the end. */
const GRACE = 100;

/** Milliseconds between two looks at a port that is in use. */
const BIND_PAUSE = 500;

/** The command. */
export const serve: Command = {
  summary: "run a job server, with gearmand's flags",
  flags: SERVE_FLAGS,
  run: async (args, terminal) => {
    try {
      return await obey(args, terminal);
    } catch (error) {
      reported(error, { terminal, json: false });
      // gearmand's, whatever it was.
      return Exit.TROUBLE;
    }
  },
};

async function obey(args: readonly string[], terminal: Terminal): Promise<number> {
  const flags = readFlags(args, terminal.env);
  if (flags.has("help")) return say(terminal, help());
  if (flags.has("version")) return say(terminal, `geartrain ${VERSION}\n`);
  const settings = settingsOf(flags);
  const files = filesOf(settings);
  const refused = [...settings.refused, ...obstaclesOf(settings)];
  if (flags.has("check-args")) return report(refused, settings.ignored, terminal);
  if (refused.length > 0) {
    throw new UsageError(`Expected flags that can be honoured, got ${refused.join("; ")}`);
  }
  return await run(settings, files);
}

function say(terminal: Terminal, text: string): number {
  terminal.out(text);
  return 0;
}

/** `--check-args`: what would be said at start. Like gearmand's, it fails for flags that make no sense only. */
function report(
  refused: readonly string[],
  ignored: readonly string[],
  terminal: Terminal,
): number {
  for (const remark of refused) terminal.err(`Refused at start: ${remark}\n`);
  for (const remark of ignored) terminal.err(`Ignored: ${remark}\n`);
  return 0;
}

function help(): string {
  const those = (treatment: Treatment) =>
    helpFor(SERVE_FLAGS.filter((flag) => flag.treatment === treatment));
  return `Usage: geartrain serve [FLAGS]

Runs a job server in the foreground. Each flag may also be a variable, for
instance GEARTRAIN_PORT=4730 for --port. The command line comes before the
variables, and they come before --config-file.

SIGTERM and SIGINT end it at once. SIGUSR1 and SIGUSR2 end it when no job runs
and none would be lost; on Deno the second, for at the first Deno opens the port
of a debugger. SIGHUP opens the log anew, and reads the rules of --access anew.

${those("honoured")}
Flags of gearmand that are taken, and change nothing:

${those("ignored")}
Flags of gearmand with which the server does not start:

${those("refused")}
Examples:

  # on this machine only, port 4730
  geartrain serve

  # for all who come, background jobs in a file
  geartrain serve --listen=* --store=jobs.db
`;
}

async function run(settings: ServeSettings, files: ServeFiles): Promise<number> {
  const log = openLog(settings);
  for (const remark of settings.ignored) log.write("WARNING", `Ignored: ${remark}`);
  try {
    await serveUntilTold(settings, files, log);
    log.write("NOTICE", "Ended");
    return Exit.OK;
  } catch (error) {
    log.write("FATAL", textOf(error));
    // There it can be read already.
    if (settings.logFile === "stderr") return Exit.TROUBLE;
    throw error;
  } finally {
    log.close();
  }
}

function openLog({ logFile, level }: ServeSettings): Log {
  try {
    return new Log(logFile, level);
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    throw new UsageError(`Expected --log-file to name a file that can be written, got ${why}`);
  }
}

async function serveUntilTold(
  settings: ServeSettings,
  files: ServeFiles,
  log: Log,
): Promise<void> {
  const rules = files.rules && new Rules(files.rules);
  let end: (how: Ending, why: string) => void = () => {};
  const server = await listen(settings, files, log, {
    authorize: rules?.authorize,
    shutdown: settings.obeysShutdown ? (how) => end(how, "shutdown") : undefined,
  });
  let pidFile: PidFile | undefined;
  try {
    if (settings.user !== undefined) becomeUser(settings.user);
    // Whoever waits for the file may connect at once.
    if (settings.pidFile !== undefined) pidFile = new PidFile(settings.pidFile);
    for (const address of server.addresses) {
      log.write("NOTICE", `Listening on ${serverText(address)}`);
    }
    await new Promise<void>((resolve) => {
      end = (how, why) => {
        log.write("NOTICE", how === "now" ? `Ending: ${why}` : `Ending when jobs are done: ${why}`);
        const ended = how === "now"
          ? server.close({ grace: GRACE })
          : server.drain({ timeout: Infinity });
        void ended.then(resolve);
      };
      for (const [signal, how] of Object.entries(ENDINGS)) {
        process.on(signal, () => end(how, signal));
      }
      process.on("SIGHUP", () => {
        log.reopen();
        if (rules !== undefined) readAnew(rules, settings, log);
      });
    });
  } finally {
    await server.close({ grace: GRACE });
    pidFile?.remove();
  }
}

/** A file that makes no sense by now must not open the server, nor close it to all. */
function readAnew(rules: Rules, settings: ServeSettings, log: Log): void {
  try {
    rules.replace(rulesFor(settings)!);
    log.write("NOTICE", "The rules were read anew");
  } catch (error) {
    log.write("ERROR", `The rules stay as they were: ${textOf(error)}`);
  }
}

async function listen(
  settings: ServeSettings,
  files: ServeFiles,
  log: Log,
  hooks: Pick<JobServerOptions, "authorize" | "shutdown">,
): Promise<JobServer> {
  const { path, ...limits } = settings.store ?? {};
  return await listenInTime(settings, log, {
    ...hooks,
    addresses: await placesOf(settings, files),
    store: path === undefined ? undefined : sqliteStore(path, limits),
    handlePrefix: settings.handlePrefix,
    jobRetries: settings.jobRetries,
    workerWakeup: settings.workerWakeup,
    roundRobin: settings.roundRobin,
    exceptions: settings.exceptions,
    maxPacketBytes: settings.maxPacketBytes,
    maxWaitingBytes: settings.maxWaitingBytes,
    maxQueuedBytes: settings.maxQueuedBytes,
    maxConnections: settings.maxConnections,
    idleTimeout: settings.idleTimeout,
    partialTimeout: settings.partialTimeout,
    results: settings.results,
    timeZone: settings.timeZone,
    logLevel: settings.level,
    warn: (message) => log.write("WARNING", message),
  });
}

/** Starts the server as soon as its port is free: who ends a server and starts another need not wait. */
async function listenInTime(
  { bindTimeout }: ServeSettings,
  log: Log,
  options: JobServerOptions,
): Promise<JobServer> {
  const end = Date.now() + bindTimeout * 1000;
  for (let isFirst = true;; isFirst = false) {
    try {
      return await JobServer.listen(options);
    } catch (error) {
      if (error instanceof RangeError) throw new UsageError(error.message);
      const isInUse = error instanceof LinkError && error.code === "ADDRESS_IN_USE";
      if (!isInUse || Date.now() >= end) throw error;
      if (isFirst) log.write("WARNING", `${error.message}: trying again for ${bindTimeout} s`);
      await setTimeout(BIND_PAUSE);
    }
  }
}

async function placesOf(
  { hosts, port, paths }: ServeSettings,
  { tls }: ServeFiles,
): Promise<ListenAddress[]> {
  const found = (await Promise.all(hosts.map(addressesOf))).flat();
  // Each would get a port of its own.
  const addresses = port === 0 ? found.slice(0, 1) : [...new Set(found)];
  return [
    ...addresses.map((host) => ({ host, port, tls })),
    ...paths.map((path) => ({ path })),
  ];
}
