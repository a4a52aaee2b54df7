/**
 * The differential fuzzer: two decoders are fed the same random stream, each in pieces of its own
 * and by whichever input, and must tell the same story: packets, slots, numbers, faults, lines,
 * and kept bytes.
 *
 * @module
 */
import type { Decoder, DecoderOptions, Packet } from "../../src/codec/mod.ts";
import type { ProtocolError } from "../../src/errors.ts";
import { Command } from "../../src/protocol/mod.ts";
import { type FedSink, scribble } from "./feeding.ts";
import { Random } from "./random.ts";
import { FUNCTIONS, randomStream } from "./random_stream.ts";
import { describeFault } from "./recorder.ts";

/** Makes one of the two decoders. */
export type CreateDecoder = (options: DecoderOptions) => Decoder;

/** A story, as numbers and texts: quick to write and to compare, and told apart by its reader. */
type Story = (number | string)[];

/** What both decoders of a pair go through. What is done between parts comes at the same place for both. */
interface Plot {
  readonly stream: Uint8Array;
  readonly parts: readonly Uint8Array[];
  /** Seed of what is done. */
  readonly actions: number;
}

const OPTIONS: readonly DecoderOptions[] = [
  {},
  { text: true, slots: false },
  { text: true },
  { slots: false },
  { maxPacketBytes: 100 },
];

const utf8 = new TextEncoder();
const NAMES = FUNCTIONS.map((name) => utf8.encode(name));

/** Feeds pairs of decoders. */
export class DifferentialFuzzer {
  readonly #pairs: readonly { options: DecoderOptions; left: Decoder; right: Decoder }[];

  constructor(left: CreateDecoder, right: CreateDecoder) {
    this.#pairs = OPTIONS.map((options) => ({
      options,
      left: left(options),
      right: right(options),
    }));
  }

  /** Tries the stream that `seed` makes. Returns what the two made of it, where that differs. */
  try(seed: number): string | undefined {
    const random = new Random(seed);
    const { options, left, right } = random.pick(this.#pairs);
    const stream = randomStream(random, options.text === true);
    const plot = { stream, parts: partsOf(random, stream), actions: random.next() };
    const leftStory = tell(left, plot, new Random(random.next()));
    const rightStory = tell(right, plot, new Random(random.next()));
    const at = firstDifference(leftStory, rightStory);
    if (at < 0) return undefined;
    return [
      `Seed ${seed}, options ${JSON.stringify(options)}, parts of ${
        plot.parts.map((p) => p.length)
      }`,
      `${left.codec}: ${leftStory.slice(Math.max(0, at - 20), at + 20).join(" ")}`,
      `${right.codec}: ${rightStory.slice(Math.max(0, at - 20), at + 20).join(" ")}`,
      ...Array.from(stream.subarray(0, 4096), (byte) => byte.toString(16).padStart(2, "0"))
        .join(" ").match(/.{1,96}/g) ?? [],
    ].join("\n");
  }
}

function partsOf(random: Random, stream: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < stream.length) {
    const end = random.oneIn(2) ? stream.length : at + 1 + random.below(stream.length - at);
    parts.push(stream.subarray(at, end));
    at = end;
  }
  return parts;
}

function tell(decoder: Decoder, { stream, parts, actions }: Plot, random: Random): Story {
  decoder.reset();
  const teller = new Teller(stream);
  const action = new Random(actions);
  for (const part of parts) {
    for (let left = action.below(4); left > 0; left--) act(decoder, action, teller.story);
    feedAtRandom(decoder, part, teller, random);
  }
  scribble(decoder);
  teller.end();
  return teller.story;
}

function act(decoder: Decoder, random: Random, story: Story): void {
  const name = new Uint8Array(64);
  const slot = random.below(12) - 1;
  switch (random.below(4)) {
    case 0:
      decoder.release(slot);
      break;
    case 1:
      story.push("name", decoder.nameInto(slot, name, 0), hash(name));
      break;
    default:
      story.push("slot", decoder.register(random.pick(NAMES)));
  }
}

function feedAtRandom(decoder: Decoder, part: Uint8Array, sink: FedSink, random: Random): void {
  const most = random.pick([1, 7, 100, 3000, 1e6]);
  const only = random.below(3);
  for (let at = 0; at < part.length;) {
    const wish = Math.min(part.length - at, Math.max(1 + random.below(most), part.length >> 8));
    if (only === 0 || (only === 1 && random.oneIn(2))) {
      // Other bytes around the chunk, which must not matter.
      const around = new Uint8Array(wish + 40).fill(random.next());
      around.set(part.subarray(at, at + wish), 20);
      sink.fed?.(wish);
      decoder.push(around.subarray(20, 20 + wish), sink);
      at += wish;
      continue;
    }
    const space = decoder.space();
    const count = Math.min(wish, space.length);
    space.set(part.subarray(at, at + count));
    space.fill(random.next(), count, count + 200);
    sink.fed?.(count);
    decoder.filled(count, sink);
    at += count;
  }
}

/** Writes down what it is shown. */
class Teller implements FedSink {
  readonly story: Story = [];
  readonly #stream: Uint8Array;
  #fed = 0;
  readonly #kept: Uint8Array[] = [];

  constructor(stream: Uint8Array) {
    this.#stream = stream;
  }

  fed(count: number): void {
    this.#fed += count;
  }

  packet(packet: Packet): void {
    const { story } = this;
    const { type, arity } = packet;
    story.push(type, arity, packet.size, packet.slot, packet.isResponse ? 1 : 0);
    for (let i = 0; i < arity; i++) story.push(packet.endOf(i) - packet.startOf(i));
    if (type === Command.WORK_STATUS) story.push(packet.numerator, packet.denominator);
    if (type === Command.JOB_ASSIGN || type === Command.JOB_ASSIGN_UNIQ) {
      story.push(packet.functionSlot);
    }
    if (arity === 0) return;
    if (story.length % 3 === 0) this.#kept.push(packet.keepBody());
    else if (story.length % 3 === 1) this.#kept.push(packet.keepData(), packet.keep(0));
    else story.push(hash(packet.borrow(arity - 1)), packet.text(0));
  }

  line(line: string): void {
    this.story.push("line", line);
  }

  fault(error: ProtocolError): void {
    this.story.push(describeFault(error, this.#stream, this.#fed));
  }

  end(): void {
    for (const bytes of this.#kept) this.story.push("kept", bytes.length, hash(bytes));
  }
}

function hash(bytes: Uint8Array): number {
  let sum = bytes.length;
  for (let i = 0; i < bytes.length; i++) sum = Math.imul(sum ^ bytes[i], 0x01000193);
  return sum;
}

function firstDifference(left: Story, right: Story): number {
  const length = Math.max(left.length, right.length);
  for (let i = 0; i < length; i++) if (left[i] !== right[i]) return i;
  return -1;
}
