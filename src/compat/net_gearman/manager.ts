/**
 * Asks one job server how it stands, in the text protocol. Numbers are numbers here, and every
 * command of the protocol has its method.
 *
 * @module
 */
import { Admin, type AdminOptions, type JobRow } from "../../admin/mod.ts";
import { GearmanError, LinkError, ServerError } from "../../errors.ts";
import { checkOptions, type OptionNames } from "../../misuse.ts";
import { Exception } from "./exceptions.ts";
import { placeOf, type ServerName } from "./servers.ts";

/** Options of the manager, beside those that Net_Gearman has. */
export type ManagerOptions = Pick<AdminOptions, "dial" | "clock" | "answerTimeout">;

const MANAGER_OPTIONS: OptionNames<ManagerOptions> = {
  dial: true,
  clock: true,
  answerTimeout: true,
};

/** How a function stands. */
export interface FunctionStatus {
  /** Jobs that wait or run. */
  readonly in_queue: number;
  /** Jobs that run. */
  readonly jobs_running: number;
  /** Workers that offer it, busy or not. */
  readonly capable_workers: number;
}

/** The jobs of a function that wait, by priority. */
export interface FunctionPriorityStatus {
  readonly high: number;
  readonly normal: number;
  readonly low: number;
  /** Workers that offer it, busy or not. */
  readonly capable_workers: number;
}

/** A connection of the server. */
export interface WorkerEntry {
  /** The server's number for it. */
  readonly fd: number;
  readonly ip: string;
  /** The name that a worker gave itself, or `-`. */
  readonly id: string;
  /** The functions that it offers. */
  readonly abilities: readonly string[];
}

/** A line of `workers`. Addresses of the sixth version have colons, and an id may have spaces. */
const WORKER_LINE = /^(\d+) (\S*) (.*?) :(?: (.*))?$/;

/** A manager of one server. Its first command connects. */
export class Manager {
  readonly #server: string;
  readonly #admin: Admin | undefined;
  #isShutDown = false;
  #isDisconnected = false;

  /** Without a server it can parse, and nothing else. `timeout` is in seconds, for connecting. */
  constructor(server: ServerName | null, timeout: number, options: ManagerOptions) {
    checkOptions(options, MANAGER_OPTIONS, "new Net_Gearman_Manager()");
    this.#server = server === null ? "" : placeOf(server);
    if (server !== null) {
      this.#admin = new Admin({ ...options, server, dialTimeout: timeout * 1000 });
    }
  }

  /** The server's version as it says it, `OK` included. */
  async version(): Promise<string> {
    return `OK ${await this.#ask((admin) => admin.version())}`;
  }

  /** Ends the server; `graceful`: once running jobs have ended. gearmand 1.1.15 and later cannot be told to. */
  async shutdown(graceful = false): Promise<boolean> {
    await this.#ask((admin) => admin.shutdown({ graceful }));
    return this.#isShutDown = true;
  }

  /** The server's connections; those that are no workers have the id `-` and no abilities. */
  async workers(): Promise<WorkerEntry[]> {
    const rows = await this.#ask((admin) => admin.workers());
    return rows.map(({ fd, ip, clientId, functionNames }) => ({
      fd,
      ip,
      id: clientId,
      abilities: functionNames,
    }));
  }

  /** The connections in the text of a reply; lines that are none are passed over. */
  parseWorkersResponse(res: string): WorkerEntry[] {
    return res.split("\n").flatMap((line) => {
      const match = WORKER_LINE.exec(line.trim());
      if (match === null) return [];
      const [, fd, ip, id, abilities = ""] = match;
      const names = abilities.trim();
      return [{ fd: Number(fd), ip, id, abilities: names === "" ? [] : names.split(" ") }];
    });
  }

  /**
   * Limits how many jobs of a function may wait, in each priority; 0 is no limit. Only for a
   * function that the server knows: for another it says OK and does nothing.
   */
  async setMaxQueueSize(func: string, size: number | string): Promise<boolean> {
    const limit = typeof size === "string" && size.trim() === "" ? NaN : Number(size);
    if (!Number.isFinite(limit)) throw new Exception("Queue size must be numeric");
    if (/[^a-z0-9_]/i.test(func)) throw new Exception("Invalid function name");
    await this.#ask((admin) => admin.maxQueue(func, limit <= 0 ? Infinity : Math.trunc(limit)));
    return true;
  }

  /** The functions that the server knows, by name. */
  async status(): Promise<Record<string, FunctionStatus>> {
    const rows = await this.#ask((admin) => admin.status());
    return byName(rows, ({ total, running, workers }) => ({
      in_queue: total,
      jobs_running: running,
      capable_workers: workers,
    }));
  }

  /** The jobs that wait, by function and priority. Not in Net_Gearman. */
  async priorityStatus(): Promise<Record<string, FunctionPriorityStatus>> {
    const rows = await this.#ask((admin) => admin.priorityStatus());
    return byName(rows, ({ high, normal, low, workers }) => ({
      high,
      normal,
      low,
      capable_workers: workers,
    }));
  }

  /** Every job that the server has. Not in Net_Gearman. */
  showJobs(): Promise<JobRow[]> {
    return this.#ask((admin) => admin.showJobs());
  }

  /** The unique of every job that the server has. Not in Net_Gearman. */
  showUniqueJobs(): Promise<string[]> {
    return this.#ask((admin) => admin.showUniqueJobs());
  }

  /** Keeps a job that waits from running. Not in Net_Gearman. */
  async cancelJob(handle: string): Promise<boolean> {
    await this.#ask((admin) => admin.cancelJob(handle));
    return true;
  }

  /** Makes a function known to the server. Not in Net_Gearman. */
  async createFunction(func: string): Promise<boolean> {
    await this.#ask((admin) => admin.createFunction(func));
    return true;
  }

  /** Forgets a function that has no workers, and its jobs. Not in Net_Gearman. */
  async dropFunction(func: string): Promise<boolean> {
    await this.#ask((admin) => admin.dropFunction(func));
    return true;
  }

  /** How much the server logs. Not in Net_Gearman. */
  verbose(): Promise<string> {
    return this.#ask((admin) => admin.verbose());
  }

  /** The number of the server's process. Not in Net_Gearman. */
  getpid(): Promise<number> {
    return this.#ask((admin) => admin.pid());
  }

  /** Closes the connection for good: another manager makes another one. */
  async disconnect(): Promise<void> {
    this.#isDisconnected = true;
    await this.#admin?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disconnect();
  }

  async #ask<T>(command: (admin: Admin) => Promise<T>): Promise<T> {
    if (this.#isShutDown) throw new Exception("This server has been shut down");
    if (this.#admin === undefined) throw new Exception("Expected a server to ask, got none");
    if (this.#isDisconnected) {
      throw new Exception("Expected a server to ask, got one that was disconnected");
    }
    try {
      return await command(this.#admin);
    } catch (error) {
      throw this.#asException(error);
    }
  }

  #asException(error: unknown): unknown {
    if (!(error instanceof GearmanError)) return error;
    return new Exception(this.#messageOf(error), { cause: error });
  }

  #messageOf(error: GearmanError): string {
    if (error instanceof ServerError) {
      return `${error.serverText} [error code: ${error.serverCode}]`;
    }
    const isUnreached = error instanceof LinkError && error.outcome === "unsent" &&
      error.code !== "CLOSED";
    return isUnreached ? `Could not connect to ${this.#server}` : error.message;
  }
}

/** Rows by their functions. Without a prototype, for a function may have any name. */
function byName<Row extends { readonly functionName: string }, Entry>(
  rows: readonly Row[],
  entry: (row: Row) => Entry,
): Record<string, Entry> {
  const entries: Record<string, Entry> = Object.create(null);
  for (const row of rows) entries[row.functionName] = entry(row);
  return entries;
}
