/**
 * The bound's worker: answers whole batches of jobs, by results that were laid out beforehand and
 * the next grabs in one write. Small reads would make small writes, and those small reads.
 */
import { Command, HEADER_BYTES } from "../../../src/protocol/mod.ts";
import type { Report } from "../report.ts";
import { Finder, repeated, request } from "./raw_packets.ts";
import { openSocket, type RawSocket } from "./raw_sockets.ts";
import { FUNCTION_NAME, type Part, ready, Stopwatch } from "./turns.ts";

/** Bytes of results that one write takes at most, roughly. */
const WRITE_BYTES = 1024 * 1024;

const GRAB = request(Command.GRAB_JOB_UNIQ);
const SLEEP = request(Command.PRE_SLEEP);
const NOTHING = new Uint8Array(0);

/** Results, complete but for their handles. */
interface Sheet {
  readonly bytes: Uint8Array;
  /** How many have their handle. */
  filled: number;
}

/** Lays handles into sheets of results, and writes those. */
class Results {
  readonly #socket: RawSocket;
  readonly #size: number;
  /** Results on a sheet. */
  readonly #most: number;
  /** Bytes of requests that may follow them in the same write. */
  readonly #room: number;
  /** Bytes of the handles that the sheets are for. */
  #handleLength = 0;
  #one: Uint8Array = new Uint8Array(0);
  /** A sheet as it is laid out. */
  #blankBytes: Uint8Array = new Uint8Array(0);
  #sheet: Sheet | undefined;
  #blank: Sheet[] = [];

  constructor(socket: RawSocket, { size, inFlight }: Part) {
    this.#socket = socket;
    this.#size = size;
    this.#most = Math.max(1, Math.min(inFlight, Math.floor(WRITE_BYTES / (size + 100))));
    this.#room = inFlight * GRAB.length;
  }

  /** Lays out the result for the job whose handle stands at `at`. */
  add(bytes: Uint8Array, at: number): void {
    const length = bytes.indexOf(0, at) - at;
    if (length !== this.#handleLength) this.#cutTo(length);
    const sheet = this.#sheet ??= this.#take();
    const to = sheet.filled++ * this.#one.length + HEADER_BYTES;
    for (let i = 0; i < length; i++) sheet.bytes[to + i] = bytes[at + i];
    if (sheet.filled === this.#most) this.flush(NOTHING);
  }

  /** Writes what was laid out, and these requests. */
  flush(requests: Uint8Array): void {
    const sheet = this.#sheet;
    if (sheet === undefined) return this.#socket.write(requests);
    this.#sheet = undefined;
    const [blank, blankBytes] = [this.#blank, this.#blankBytes];
    const start = sheet.filled * this.#one.length;
    const end = start + requests.length;
    sheet.bytes.set(requests, start);
    this.#socket.write(sheet.bytes.subarray(0, end), () => {
      sheet.bytes.set(blankBytes.subarray(start, end), start);
      sheet.filled = 0;
      blank.push(sheet);
    });
  }

  #cutTo(handleLength: number): void {
    if (this.#sheet !== undefined) this.flush(NOTHING);
    this.#handleLength = handleLength;
    this.#blank = [];
    const body = new Uint8Array(handleLength + 1 + this.#size).fill(0x77);
    body[handleLength] = 0;
    this.#one = request(Command.WORK_COMPLETE, body);
    this.#blankBytes = new Uint8Array(this.#most * this.#one.length + this.#room);
    this.#blankBytes.set(repeated(this.#one, this.#most));
  }

  #take(): Sheet {
    return this.#blank.pop() ?? { bytes: this.#blankBytes.slice(), filled: 0 };
  }
}

/** Takes one turn: does so many jobs, on a connection of its own. */
export async function rawWork(part: Part, jobs: number): Promise<Report> {
  const { host, port, inFlight } = part;
  const grabs = repeated(GRAB, inFlight);
  /** Half of a client's jobs come while the other half is done: more grabs would find nothing. */
  const half = inFlight >> 1;
  let unanswered = inFlight;
  let done = 0;
  let reported = 0;
  let isWoken = false;
  /** Whether each grab has brought a job so far. */
  let isBacklog = true;
  let watch: Stopwatch | undefined;
  let onDone: (report: Report) => void;
  const over = new Promise<Report>((resolve) => onDone = resolve);
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
    unanswered = nextGrabs();
    results.flush(unanswered > 0 ? grabs.subarray(0, unanswered * GRAB.length) : SLEEP);
    reported = done;
    isWoken = false;
    // One read may bring more of them than were asked for.
    if (done >= jobs) onDone(watch!.report(done));
  });
  const results = new Results(socket, part);
  socket.write(request(Command.CAN_DO, FUNCTION_NAME));
  socket.write(grabs);
  ready();
  const report = await over;
  await socket.end();
  return report;
}
