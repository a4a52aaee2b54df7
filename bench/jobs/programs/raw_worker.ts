/**
 * The bound's worker: answers whole batches of jobs, by results that were laid out beforehand and
 * the next grabs in one write. Small reads would make small writes, and those small reads.
 */
import type { Socket } from "node:net";
import { Command, HEADER_BYTES } from "../../../src/protocol/mod.ts";
import type { Report } from "../report.ts";
import { Finder, openSocket, repeated, request } from "./raw_packets.ts";
import { FUNCTION_NAME, type Part, ready, Stopwatch } from "./turns.ts";

/** Bytes of results that one write takes at most, roughly. */
const WRITE_BYTES = 1024 * 1024;

const GRAB = request(Command.GRAB_JOB_UNIQ);
const SLEEP = request(Command.PRE_SLEEP);

/** Results, complete but for their handles. */
interface Sheet {
  readonly bytes: Uint8Array;
  /** How many have their handle. */
  filled: number;
}

/** Lays handles into sheets of results, and writes those. */
class Results {
  readonly #socket: Socket;
  readonly #size: number;
  /** Results on a sheet. */
  readonly #most: number;
  /** Bytes of the handles that the sheets are for. */
  #handleLength = 0;
  #one: Uint8Array = new Uint8Array(0);
  #sheet: Sheet | undefined;
  #blank: Sheet[] = [];

  constructor(socket: Socket, size: number, inFlight: number) {
    this.#socket = socket;
    this.#size = size;
    this.#most = Math.max(1, Math.min(inFlight, Math.floor(WRITE_BYTES / (size + 100))));
  }

  /** Lays out the result for the job whose handle stands at `at`. */
  add(bytes: Uint8Array, at: number): void {
    const length = bytes.indexOf(0, at) - at;
    if (length !== this.#handleLength) this.#cutTo(length);
    const sheet = this.#sheet ??= this.#take();
    const to = sheet.filled++ * this.#one.length + HEADER_BYTES;
    for (let i = 0; i < length; i++) sheet.bytes[to + i] = bytes[at + i];
    if (sheet.filled === this.#most) this.flush();
  }

  /** Writes what was laid out. */
  flush(): void {
    const sheet = this.#sheet;
    if (sheet === undefined) return;
    this.#sheet = undefined;
    const blank = this.#blank;
    this.#socket.write(sheet.bytes.subarray(0, sheet.filled * this.#one.length), () => {
      sheet.filled = 0;
      blank.push(sheet);
    });
  }

  #cutTo(handleLength: number): void {
    this.flush();
    this.#handleLength = handleLength;
    this.#blank = [];
    const body = new Uint8Array(handleLength + 1 + this.#size).fill(0x77);
    body[handleLength] = 0;
    this.#one = request(Command.WORK_COMPLETE, body);
  }

  #take(): Sheet {
    return this.#blank.pop() ?? { bytes: repeated(this.#one, this.#most), filled: 0 };
  }
}

/** Takes one turn: does so many jobs, on a connection of its own. */
export async function rawWork(
  { host, port, size, inFlight }: Part,
  jobs: number,
): Promise<Report> {
  const grabs = repeated(GRAB, inFlight);
  /** Half of a client's jobs come while the other half is done: more grabs would find nothing. */
  const half = inFlight >> 1;
  let unanswered = 0;
  let done = 0;
  let reported = 0;
  let isWoken = false;
  /** Whether each grab has brought a job so far. */
  let isBacklog = true;
  let watch: Stopwatch | undefined;
  let onDone: (report: Report) => void;
  const over = new Promise<Report>((resolve) => onDone = resolve);
  const grab = (count: number) => {
    socket.write(grabs.subarray(0, count * GRAB.length));
    unanswered = count;
  };
  const finder = new Finder((type, bytes, at) => {
    if (type === Command.JOB_ASSIGN_UNIQ) {
      watch ??= new Stopwatch();
      results.add(bytes, at);
      unanswered--;
      done++;
    } else if (type === Command.NO_JOB) {
      unanswered--;
      isBacklog = false;
    } else if (type === Command.NOOP) isWoken = true;
  });
  const nextGrabs = () => {
    if (isWoken) return Math.max(1, half);
    if (done === reported) return 0;
    return isBacklog ? inFlight : half;
  };
  const socket = await openSocket(host, port, (bytes, length) => {
    finder.read(bytes, length);
    if (unanswered > 0) return;
    const count = nextGrabs();
    socket.cork();
    results.flush();
    if (count > 0) grab(count);
    else socket.write(SLEEP);
    socket.uncork();
    reported = done;
    isWoken = false;
    // One read may bring more of them than were asked for.
    if (done >= jobs) onDone(watch!.report(done));
  });
  const results = new Results(socket, size, inFlight);
  socket.write(request(Command.CAN_DO, FUNCTION_NAME));
  grab(inFlight);
  ready();
  const report = await over;
  await new Promise<void>((resolve) => socket.end(resolve));
  return report;
}
