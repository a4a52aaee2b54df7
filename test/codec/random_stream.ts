/** Streams for fuzzing: packets as our own encoder lays them, and then what malice and chance do to them. */
import { Encoder } from "../../src/codec/mod.ts";
import { joined } from "../../src/joined.ts";
import { ARITY, Command, HEADER_BYTES, TYPE_LIMIT } from "../../src/protocol/mod.ts";
import type { Random } from "./random.ts";

/** Commands of the hot path, which streams hold more of. */
const FREQUENT = [
  Command.JOB_CREATED,
  Command.JOB_ASSIGN,
  Command.JOB_ASSIGN_UNIQ,
  Command.WORK_STATUS,
  Command.WORK_DATA,
  Command.WORK_COMPLETE,
  Command.WORK_FAIL,
];

const KNOWN = Array.from({ length: TYPE_LIMIT }, (_, type) => type).filter((t) => ARITY[t] >= 0);

/** Few, so that packets of one stream speak of the same jobs. */
const HANDLES = ["H:a:1", "H:a:2", "H:localhost.example:10", "H:localhost.example:11", "h", "f"];

/** Functions that the fuzzer may register. */
export const FUNCTIONS: readonly string[] = ["f", "reverse", "a.function.of.more.than.16.bytes"];

const NUMBERS = [
  "0",
  "7",
  "42",
  "00012",
  "2147483647",
  "2147483648",
  "99999999999",
  "",
  "-1",
  "1x",
];

const SIZES = [
  0,
  1,
  11,
  12,
  13,
  63,
  64,
  65,
  0xff,
  0xffff,
  0x10000,
  0x7fffffff,
  0x80000000,
  2 ** 32 - 1,
];

const encoders = { req: new Encoder("req"), res: new Encoder("res") };

/** A stream: mostly packets, then changed in one time of two. */
export function randomStream(random: Random, withText: boolean): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let left = 1 + random.below(random.oneIn(20) ? 60 : 8); left > 0; left--) {
    if (withText && random.oneIn(3)) parts.push(randomLine(random));
    else if (random.oneIn(60)) parts.push(randomBytes(random, random.below(100)));
    else parts.push(randomPacket(random));
  }
  const stream = joined(parts);
  return random.oneIn(2) ? stream : changed(random, stream);
}

function randomPacket(random: Random): Uint8Array {
  const type = random.oneIn(3) ? random.pick(KNOWN) : random.pick(FREQUENT);
  const args: (string | Uint8Array)[] = [];
  for (let left = ARITY[type]; left > 0; left--) {
    if (left === 1 && random.oneIn(2)) args.push(randomData(random));
    else args.push(randomArgument(random, type, args.length));
  }
  const encoder = encoders[random.oneIn(4) ? "req" : "res"];
  encoder.packet(type, args);
  const bytes = joined(encoder.take());
  encoder.recycle();
  return bytes;
}

function randomArgument(random: Random, type: number, index: number): string {
  if (random.oneIn(12)) return "x".repeat(random.below(130));
  if (index === 0 && !random.oneIn(10)) return random.pick(HANDLES);
  if (type === Command.WORK_STATUS) return random.pick(NUMBERS);
  return random.pick(FUNCTIONS);
}

function randomData(random: Random): Uint8Array {
  const length = random.oneIn(200)
    ? random.below(200_000)
    : random.below(random.pick([4, 40, 400]));
  if (length > 1000) return new Uint8Array(length).fill(random.next());
  return randomBytes(random, length);
}

function randomBytes(random: Random, length: number): Uint8Array {
  // NULs and what headers are made of come up more often than chance would have it.
  const from = random.oneIn(2) ? "\0\0\0REQS\n\r" : "";
  return Uint8Array.from(
    { length },
    () => from !== "" && random.oneIn(2) ? from.charCodeAt(random.below(9)) : random.next(),
  );
}

function randomLine(random: Random): Uint8Array {
  const length = random.oneIn(100) ? 8180 + random.below(20) : random.below(30);
  const ending = random.pick(["\n", "\r\n"]);
  return new TextEncoder().encode(random.pick("abR \r").repeat(length) + ending);
}

function changed(random: Random, stream: Uint8Array): Uint8Array {
  let bytes: Uint8Array = stream;
  for (let left = 1 + random.below(3); left > 0 && bytes.length > 0; left--) {
    // The headers of short streams lie within the first hundred bytes: faults there tell most.
    const at = random.below(random.oneIn(2) ? bytes.length : Math.min(bytes.length, 100));
    switch (random.below(6)) {
      case 0:
        bytes[at] ^= 1 << random.below(8);
        break;
      case 1:
        bytes[at] = random.next();
        break;
      case 2:
        bytes = bytes.slice(0, at);
        break;
      case 3:
        bytes = joined([
          bytes.subarray(0, at),
          randomBytes(random, 1 + random.below(20)),
          bytes.subarray(at),
        ]);
        break;
      case 4:
        bytes = joined([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(20))]);
        break;
      default:
        changeSize(random, bytes);
    }
  }
  return bytes;
}

/** Gives a packet that starts where one should another size. */
function changeSize(random: Random, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  for (let hops = random.below(5); at + HEADER_BYTES <= bytes.length; hops--) {
    const size = view.getUint32(at + 8);
    if (hops === 0) {
      const near = size + random.below(9) - 4;
      view.setUint32(at + 8, random.oneIn(2) ? near : random.pick(SIZES));
      return;
    }
    at += HEADER_BYTES + size;
  }
}
