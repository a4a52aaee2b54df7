/** The bound's client: keeps submissions in flight that were laid out beforehand, and only counts answers. */
import process from "node:process";
import { Command, HEADER_BYTES } from "../../../src/protocol/mod.ts";
import type { Report } from "../report.ts";
import { Finder, repeated, request } from "./raw_packets.ts";
import { openSocket, type RawSocket } from "./raw_sockets.ts";
import { FUNCTION_NAME, type Part, Stopwatch } from "./turns.ts";

/** Bytes of submissions that one write takes at most, roughly. */
const WRITE_BYTES = 1024 * 1024;

/** Digits of a unique's count, and bytes of all of it: as many as this library's have in a long run. */
const COUNT_DIGITS = 12;
const UNIQUE_BYTES = 26;

const ZERO = 0x30;
const NINE = 0x39;

/** Writes so many submissions. */
type Submit = (socket: RawSocket, count: number) => void;

/** Writes the same bytes again and again. */
function submitAlike(packet: Uint8Array, most: number): Submit {
  const packets = repeated(packet, most);
  return (socket, count) => socket.write(packets.subarray(0, count * packet.length));
}

/** Counts on in each packet, in the digits that begin at `countAt`. What is not sent yet is left alone. */
function submitCounted(packet: Uint8Array, most: number, countAt: number): Submit {
  const digits = new Uint8Array(COUNT_DIGITS).fill(ZERO);
  const blank: Uint8Array[] = [];
  return (socket, count) => {
    const packets = blank.pop() ?? repeated(packet, most);
    const end = count * packet.length;
    for (let at = countAt; at < end; at += packet.length) {
      let last = COUNT_DIGITS - 1;
      while (digits[last] === NINE) digits[last--] = ZERO;
      digits[last]++;
      for (let i = 0; i < COUNT_DIGITS; i++) packets[at + i] = digits[i];
    }
    socket.write(packets.subarray(0, end), () => blank.push(packets));
  };
}

/** What takes the client's turns. With uniques, each job has one that no other job of the process has. */
export function rawClient(
  { role, host, port, size, inFlight }: Part,
  hasUniques = false,
): (jobs: number) => Promise<Report> {
  const isForeground = role === "foreground";
  const answer = isForeground ? Command.WORK_COMPLETE : Command.JOB_CREATED;
  const unique = hasUniques ? `${process.pid}-`.padEnd(UNIQUE_BYTES, "0") : "";
  const names = new TextEncoder().encode(`${FUNCTION_NAME}\0${unique}\0`);
  const body = new Uint8Array(names.length + size).fill(0x77);
  body.set(names);
  const packet = request(isForeground ? Command.SUBMIT_JOB : Command.SUBMIT_JOB_BG, body);
  const most = Math.max(1, Math.min(inFlight, Math.floor(WRITE_BYTES / packet.length)));
  const submit = hasUniques
    ? submitCounted(packet, most, HEADER_BYTES + names.length - 1 - COUNT_DIGITS)
    : submitAlike(packet, most);
  let socket: RawSocket | undefined;
  let answered = 0;
  const finder = new Finder((type) => {
    if (type === answer) answered++;
  });
  let onAnswers = () => {};
  const onRead = (bytes: Uint8Array, length: number) => {
    const before = answered;
    finder.read(bytes, length);
    if (answered > before) onAnswers();
  };

  return async (jobs) => {
    socket ??= await openSocket(host, port, onRead);
    const latencies = new Float64Array(jobs);
    // Jobs of one client end in the order of their submission, with one worker and no priorities.
    const sentAt = new Float64Array(jobs);
    let sent = 0;
    let seen = answered = 0;
    const send = (count: number, now: number) => {
      for (let left = count; left > 0; left -= most) submit(socket!, Math.min(left, most));
      sentAt.fill(now, sent, sent += count);
    };
    const watch = new Stopwatch();
    await new Promise<void>((resolve) => {
      onAnswers = () => {
        const now = performance.now();
        for (; seen < answered; seen++) latencies[seen] = now - sentAt[seen];
        // By quarters: writes of one packet each would keep the server busy with nothing else.
        if (sent - answered <= inFlight * 3 / 4) {
          send(Math.min(answered + inFlight, jobs) - sent, now);
        }
        if (answered === jobs) resolve();
      };
      send(Math.min(inFlight, jobs), performance.now());
    });
    return watch.report(jobs, latencies);
  };
}
