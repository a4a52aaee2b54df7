/** The bound's client: keeps submissions in flight that were laid out beforehand, and only counts answers. */
import { Command } from "../../../src/protocol/mod.ts";
import type { Report } from "../report.ts";
import { Finder, repeated, request } from "./raw_packets.ts";
import { openSocket, type RawSocket } from "./raw_sockets.ts";
import { FUNCTION_NAME, type Part, Stopwatch } from "./turns.ts";

/** Bytes of submissions that one write takes at most, roughly. */
const WRITE_BYTES = 1024 * 1024;

/** What takes the client's turns. */
export function rawClient(
  { role, host, port, size, inFlight }: Part,
): (jobs: number) => Promise<Report> {
  const isForeground = role === "foreground";
  const answer = isForeground ? Command.WORK_COMPLETE : Command.JOB_CREATED;
  const body = new Uint8Array(FUNCTION_NAME.length + 2 + size).fill(0x77);
  body.set(new TextEncoder().encode(`${FUNCTION_NAME}\0\0`));
  const packet = request(isForeground ? Command.SUBMIT_JOB : Command.SUBMIT_JOB_BG, body);
  const most = Math.max(1, Math.min(inFlight, Math.floor(WRITE_BYTES / packet.length)));
  const packets = repeated(packet, most);
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
      for (let left = count; left > 0; left -= most) {
        socket!.write(packets.subarray(0, Math.min(left, most) * packet.length));
      }
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
