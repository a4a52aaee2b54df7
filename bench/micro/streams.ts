/** The traffic that decoders are measured on: mixes of packets as a client or a worker receives them. */
import type { SocketMix } from "../sockets/mixes.ts";
import { Command, HEADER_BYTES, MAGIC_RES } from "../../src/protocol/mod.ts";

/** Packets in chunks, as a socket would bring them. */
export interface Stream {
  /** Fed once, before the clock starts: introduces jobs that the stream reports on. */
  readonly prologue: Uint8Array;
  /** May be fed again and again: it leaves as many jobs behind as it found. */
  readonly chunks: readonly Uint8Array[];
  /** Packets in all chunks. */
  readonly packets: number;
}

/** The mixes by name. pN has N bytes of payload; one is tiny in chunks of one byte. */
export const MIXES = ["tiny", "status", "worker", "p64", "p1024", "p4096", "one"] as const;

/** A mix of packets. */
export type Mix = (typeof MIXES)[number];

/** Functions that a worker has registered. */
export const FUNCTIONS: readonly string[] = ["reverse", "resize-image", "send_mail", "index:page"];

const STREAM_BYTES = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const LIVE_JOBS = 64;
const FEWEST_JOBS = 8;

/** The stream of a mix: the same bytes every time. */
export function streamOf(mix: Mix | SocketMix): Stream {
  switch (mix) {
    case "tiny":
      return cut(tiny(STREAM_BYTES), CHUNK_BYTES);
    case "one":
      return cut(tiny(STREAM_BYTES / 64), 1);
    case "worker":
      return cut(worker(), CHUNK_BYTES);
    case "status":
      return cut(reports(true, 24), CHUNK_BYTES);
    default:
      return cut(reports(false, Number(mix.slice(1))), CHUNK_BYTES);
  }
}

/** Writes packets one after another, and draws what is random about them. */
class Script {
  readonly packets: Uint8Array[] = [];
  size = 0;
  #seed = 0x2545f491;
  #serial = 9000;

  /** A whole number from 0 to below `limit`. */
  draw(limit: number): number {
    this.#seed ^= this.#seed << 13;
    this.#seed ^= this.#seed >>> 17;
    this.#seed ^= this.#seed << 5;
    return (this.#seed >>> 0) % limit;
  }

  handle(): string {
    return `H:worker-host-17:${this.#serial += 1 + this.draw(3)}`;
  }

  /** Arguments are joined by NULs; a number stands for so many bytes of payload. */
  packet(type: number, ...args: (string | number)[]): void {
    const parts = args.map((a) => typeof a === "string" ? a : "p".repeat(a));
    const body = new TextEncoder().encode(parts.join("\0"));
    const bytes = new Uint8Array(HEADER_BYTES + body.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, MAGIC_RES);
    view.setUint32(4, type);
    view.setUint32(8, body.length);
    bytes.set(body, HEADER_BYTES);
    this.packets.push(bytes);
    this.size += bytes.length;
  }
}

interface Scene {
  readonly prologue: readonly Uint8Array[];
  readonly packets: readonly Uint8Array[];
}

/** JOB_CREATED and WORK_COMPLETE, 8 to 64 jobs live. */
function tiny(size: number): Scene {
  const script = new Script();
  const live: string[] = [];
  const complete = () => script.packet(Command.WORK_COMPLETE, take(live, script), 16);
  while (script.size < size) {
    const create = live.length < FEWEST_JOBS ||
      live.length < LIVE_JOBS && script.draw(2) === 0;
    if (!create) complete();
    else {
      live.push(script.handle());
      script.packet(Command.JOB_CREATED, live[live.length - 1]);
    }
  }
  while (live.length > 0) complete();
  return { prologue: [], packets: script.packets };
}

/** NOOP, JOB_ASSIGN, JOB_ASSIGN_UNIQ and WORK_FAIL. */
function worker(): Scene {
  const script = new Script();
  const live: string[] = [];
  const fail = () => script.packet(Command.WORK_FAIL, take(live, script));
  while (script.size < STREAM_BYTES) {
    const kind = script.draw(4);
    if (kind === 0) script.packet(Command.NOOP);
    else if (kind === 1 && live.length > 0 || live.length === LIVE_JOBS) fail();
    else {
      const name = FUNCTIONS[script.draw(FUNCTIONS.length)];
      live.push(script.handle());
      const handle = live[live.length - 1];
      if (kind === 2) script.packet(Command.JOB_ASSIGN, handle, name, 24);
      else script.packet(Command.JOB_ASSIGN_UNIQ, handle, name, `u-${script.draw(1e6)}`, 24);
    }
  }
  while (live.length > 0) fail();
  return { prologue: [], packets: script.packets };
}

/** WORK_DATA on 64 jobs, with WORK_STATUS between if asked for. */
function reports(withStatus: boolean, payload: number): Scene {
  const before = new Script();
  const handles = Array.from({ length: LIVE_JOBS }, () => before.handle());
  for (const handle of handles) before.packet(Command.JOB_CREATED, handle);
  const script = new Script();
  while (script.size < STREAM_BYTES) {
    const handle = handles[script.draw(LIVE_JOBS)];
    if (withStatus && script.draw(2) === 0) {
      script.packet(Command.WORK_STATUS, handle, `${script.draw(1000)}`, "1000");
    } else script.packet(Command.WORK_DATA, handle, payload);
  }
  return { prologue: before.packets, packets: script.packets };
}

function take(live: string[], script: Script): string {
  return live.splice(script.draw(live.length), 1)[0];
}

function cut({ prologue, packets }: Scene, size: number): Stream {
  const bytes = join(packets);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size));
  return { prologue: join(prologue), chunks, packets: packets.length };
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
